import type { FastifyError, FastifyInstance } from 'fastify';

/** The largest body of a POST whose route says nothing else, in bytes. One character of a form can take nine of them. */
export const SMALL_BODY_BYTES = 64 * 1024;
/** Signing in and out: one e-mail address at most. */
export const TINY_BODY_BYTES = 4 * 1024;
/** A form of a programme, whose fields may hold 10,000 characters each, or a list of everything that somebody works on. */
export const LONG_FORM_BYTES = 256 * 1024;

/** The codes with which Fastify refuses a request for its size. */
const TOO_LARGE = ['FST_ERR_CTP_BODY_TOO_LARGE', 'FST_REQ_FILE_TOO_LARGE', 'FST_FIELDS_LIMIT', 'FST_PARTS_LIMIT', 'FST_FILES_LIMIT'];

/** Whether a request was refused for its size. */
export function isTooLarge({ code }: { readonly code?: string }): boolean {
  return code !== undefined && TOO_LARGE.includes(code);
}

/**
 * Refuses forms with files that are larger than their route allows, before any of them is read. The reader of such forms limits
 * each part but not the whole. A form that does not state its size is refused. Every browser states it.
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
