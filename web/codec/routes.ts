import type { Payload } from '@temporalio/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PlainPayloads } from '../../temporal/plain-payloads.ts';
import { isTooLarge } from '../shared/body-limits.ts';
import { may } from '../shared/roles.ts';
import type { Services } from '../shared/services.ts';
import { urls } from '../shared/urls.ts';
import { sessionOf } from '../sign-in/session-cookie.ts';

/** How Temporal's own page is shown plain words. */
export type CodecOptions = {
  /** Where Temporal's page is, as a browser names it: scheme, host and port. */
  readonly origin: string;
  readonly namespace: string;
  readonly plain: (payloads: readonly Payload[]) => Promise<PlainPayloads>;
};

/** Base64 as protobuf's JSON writes bytes, in either alphabet. */
const bytes = z.string().regex(/^[A-Za-z0-9+/_-]*={0,2}$/);
/** Members that are not known stay: they may be those of a payload that is none of ours. */
const PAYLOAD = z.looseObject({ metadata: z.record(z.string(), bytes).optional(), data: bytes.optional() });
const BODY = z.object({ payloads: z.array(PAYLOAD) });

/** A page of a history: Temporal takes 2 MB for one payload, and base64 makes a third more of it. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Temporal's page asks once for each event that it shows. */
const MOST_A_MINUTE = 3_000;
/** How long a browser remembers that it may ask. */
const ASKED_AGAIN_AFTER_SECONDS = '600';

type Refusal = { readonly status: 400 | 401 | 403 | 413 | 415; readonly message: string };

/**
 * Temporal's protocol for codec servers, of which reading alone is served (`POST /codec/decode`): for administrators, with the session with which they are signed
 * in, from the one origin that is configured. It changes nothing. Each time is told to the security log.
 */
export function codecRoutes(options: CodecOptions): (app: FastifyInstance, services: Services) => void {
  const { origin, namespace, plain } = options;
  const isOurs = (request: FastifyRequest) => request.headers.origin === origin;
  /** Only the page at that origin may read an answer, and so may read why it was refused. */
  const allow = (request: FastifyRequest, reply: FastifyReply) => {
    void reply.header('vary', 'Origin');
    if (isOurs(request)) void reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' });
  };
  const refuse = (reply: FastifyReply, { status, message }: Refusal) => reply.status(status).send({ message });

  return (app, services) => {
    const url = urls.codecDecode();
    const config = { access: 'public', rateLimit: { max: MOST_A_MINUTE, timeWindow: '1 minute' } } as const;

    app.options(url, { config }, async (request, reply) => {
      allow(request, reply);
      if (!isOurs(request)) return refuse(reply, FOREIGN);
      return reply
        .headers({
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': 'content-type, x-namespace',
          'access-control-max-age': ASKED_AGAIN_AFTER_SECONDS,
        })
        .status(204)
        .send();
    });

    app.post(
      url,
      {
        config,
        bodyLimit: MOST_BYTES,
        // Before the body is read: nobody else may send eight megabytes.
        onRequest: async (request, reply) => {
          allow(request, reply);
          const told = (why: 'not-from-our-page' | 'not-signed-in' | 'role') =>
            services.security.tell(request, { event: 'refused', why }, { session: sessionOf(request, services) });
          if (!isOurs(request)) {
            told('not-from-our-page');
            return refuse(reply, FOREIGN);
          }
          request.user = await request.reader(reply);
          if (request.user === null) {
            told('not-signed-in');
            return refuse(reply, NOT_SIGNED_IN);
          }
          if (!may(request.user, 'read-payloads')) {
            told('role');
            return refuse(reply, NOT_ALLOWED);
          }
          if (request.headers['x-namespace'] !== namespace) return refuse(reply, otherNamespace(namespace));
        },
        errorHandler: (error, request, reply) => {
          allow(request, reply);
          if (isTooLarge(error)) void refuse(reply, TOO_LARGE);
          else if (error.statusCode === 415) void refuse(reply, { ...NO_PAYLOADS, status: 415 });
          else if (error.statusCode === 400) void refuse(reply, NO_PAYLOADS);
          else throw error;
        },
      },
      async (request, reply) => {
        const read = BODY.safeParse(request.body);
        if (!read.success) return refuse(reply, NO_PAYLOADS);
        const given = read.data.payloads;
        const { payloads, unreadable } = await plain(given.map(payloadFrom));
        services.security.tell(
          request,
          { event: 'payloads-read', payloads: given.length, unreadable },
          { session: sessionOf(request, services) },
        );
        return reply.send({ payloads: payloads.map((payload, at) => ({ ...given[at], ...jsonOf(payload) })) });
      },
    );
  };
}

const FOREIGN: Refusal = {
  status: 403,
  message: 'This was not asked by the page of Temporal that Chaser knows. Its address stands in CODEC_UI_ORIGIN of the web service.',
};
const NOT_SIGNED_IN: Refusal = {
  status: 401,
  message:
    'You are not signed in to Chaser in this browser. Sign in as an administrator, and load this page again. ' +
    'If you are signed in, Temporal’s page is under another domain than Chaser, or does not send cookies: see docs/operations.md, “Temporal’s own page”.',
};
const NOT_ALLOWED: Refusal = { status: 403, message: 'Only administrators of Chaser may read what Temporal keeps.' };
const NO_PAYLOADS: Refusal = {
  status: 400,
  message: 'Chaser was sent no payloads. It takes JSON of the form {"payloads": [{"metadata": {…}, "data": "…"}]}, with bytes in base64.',
};
const TOO_LARGE: Refusal = {
  status: 413,
  message: `Chaser reads ${MOST_BYTES / 1024 / 1024}MB at once at most. Show fewer events on one page.`,
};
const otherNamespace = (namespace: string): Refusal => ({
  status: 400,
  message: `This Chaser reads the namespace ${namespace} alone, which X-Namespace has to name.`,
});

function payloadFrom({ metadata, data }: z.infer<typeof PAYLOAD>): Payload {
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    ...(data === undefined ? {} : { data: Buffer.from(data, 'base64') }),
  };
}

function jsonOf({ metadata, data }: Payload): z.infer<typeof PAYLOAD> {
  return {
    metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
    ...(data ? { data: Buffer.from(data).toString('base64') } : {}),
  };
}
