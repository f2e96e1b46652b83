import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Something that a worker needs, with a check that resolves when it works. */
export type Check = { readonly name: string; readonly ask: () => Promise<void> };

const PATIENCE_MS = 3_000;

/**
 * Serves `/healthz` (the process is alive), `/readyz` (200 when everything it needs answers, else 503 with what does
 * not) and `/metrics`. Without a host it listens on all interfaces. Resolves when it is listening.
 */
export function serveHealth(
  at: { readonly host: string | null; readonly port: number },
  checks: readonly Check[],
  metrics: Metrics,
): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '', checks, metrics).then(
      ({ status, contentType, body }) => response.writeHead(status, { 'content-type': contentType }).end(body),
      () => response.writeHead(503).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: at.port, ...(at.host === null ? {} : { host: at.host }) }, () => resolve(server));
  });
}

type Answer = { readonly status: number; readonly contentType: string; readonly body: string };

async function answer(url: string, checks: readonly Check[], metrics: Metrics): Promise<Answer> {
  switch (url.split('?')[0]) {
    case '/healthz':
      return json(200, { status: 'alive' });
    case '/readyz': {
      const asked = await Promise.all(checks.map(async ({ name, ask }) => [name, await isWell(ask)] as const));
      const ready = asked.every(([, well]) => well);
      return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', ...Object.fromEntries(asked) });
    }
    case '/metrics':
      return { status: 200, ...(await metrics.scrape()) };
    default:
      return json(404, { error: 'Ask /healthz, /readyz or /metrics.' });
  }
}

async function isWell(ask: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PATIENCE_MS, false)));
  const asked = ask().then(
    () => true,
    () => false,
  );
  return Promise.race([asked, tooLate]).finally(() => clearTimeout(timer));
}

function json(status: number, body: unknown): Answer {
  return { status, contentType: 'application/json', body: `${JSON.stringify(body)}\n` };
}
