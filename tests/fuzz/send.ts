import { Agent, request } from 'node:http';
import { CSRF } from './hostile-bodies.ts';
import type { HostileRequest } from './hostile-bodies.ts';
import type { Sender } from './fuzz-world.ts';

/** What became of one request. The status is null when the connection was cut without an answer. */
export type Answered = { readonly status: number | null; readonly tookMs: number; readonly said: string };

const agent = new Agent({ keepAlive: true, maxSockets: 8 });
/** Long enough for anything that ends at all: whoever waits longer has found what hangs. */
const GIVES_UP_AFTER_MS = 30_000;

/** Sends one body as one sender, from an address of its own, so that no limit on how many is met. */
export function send(origin: string, { url, contentType, body }: HostileRequest, sender: Sender, place: number): Promise<Answered> {
  const payload = filled(body, sender.csrf);
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const done = (status: number | null, said: string) => resolve({ status, tookMs: performance.now() - startedMs, said });
    const sent = request(
      `${origin}${url}`,
      {
        method: 'POST',
        agent,
        timeout: GIVES_UP_AFTER_MS,
        headers: {
          'content-length': payload.length,
          'x-forwarded-for': `10.${(place >> 16) % 256}.${(place >> 8) % 256}.${place % 256}`,
          ...(contentType === null ? {} : { 'content-type': contentType }),
          ...(sender.cookie === '' ? {} : { cookie: sender.cookie }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => done(response.statusCode ?? null, Buffer.concat(chunks).toString()));
        response.on('error', () => done(response.statusCode ?? null, ''));
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', (error) => done(null, error.message));
    sent.end(payload);
  });
}

/** The body with what only whoever is signed in knows, and what makes it pass for a form of ours. */
function filled(body: Buffer, csrf: string): Buffer {
  if (!body.includes(CSRF)) return body;
  return Buffer.from(body.toString('latin1').replaceAll(CSRF, csrf), 'latin1');
}
