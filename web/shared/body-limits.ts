import type { FastifyError, FastifyInstance } from 'fastify';

/**
 * How much may be sent to a route, in bytes of the request. A character can take nine of them in a form. Every POST takes the small
 * size unless its route says otherwise.
 */
export const SMALL_BODY_BYTES = 64 * 1024;
/** Signing in: one address, or nothing at all. */
export const TINY_BODY_BYTES = 4 * 1024;
/** A form of a programme, whose fields may hold 10,000 characters each, and lists of all that somebody works on. */
export const LONG_FORM_BYTES = 256 * 1024;

/** What refuses a request for its size, from Fastify and from us. */
const TOO_LARGE = ['FST_ERR_CTP_BODY_TOO_LARGE', 'FST_REQ_FILE_TOO_LARGE', 'FST_FIELDS_LIMIT', 'FST_PARTS_LIMIT', 'FST_FILES_LIMIT'];

/** Whether a request was refused for its size. */
export function isTooLarge({ code }: { readonly code?: string }): boolean {
  return code !== undefined && TOO_LARGE.includes(code);
}

/**
 * Holds forms with files to the size that their route takes, before any of it is read: what reads them does so part by part and
 * counts no whole. A form whose size is not said is refused; every browser says it.
 */
export function limitUploads(app: FastifyInstance): void {
  app.addHook('preParsing', async ({ headers, routeOptions }) => {
    if (!(headers['content-type'] ?? '').startsWith('multipart/')) return;
    const bytes = Number(headers['content-length'] ?? Number.NaN);
    if (Number.isNaN(bytes)) throw refusal(411, 'CHASER_LENGTH_REQUIRED', 'The size of what was sent was not said');
    if (bytes > (routeOptions.bodyLimit ?? SMALL_BODY_BYTES))
      throw refusal(413, 'FST_ERR_CTP_BODY_TOO_LARGE', 'What was sent is too large');
  });
}

function refusal(statusCode: number, code: string, message: string): Error & Pick<FastifyError, 'code' | 'statusCode'> {
  return Object.assign(new Error(message), { statusCode, code });
}
