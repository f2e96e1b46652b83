import type { FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The script that shows a part of a form only when it is asked for. A page takes it in with `shared/revealing.njk`, and must be sent with
 * `mayReveal`. Without it everything is shown, and what is not asked for is left out when the form is read.
 */
export function revealingScript(): string {
  return readFileSync(join(import.meta.dirname, '../assets/revealing.js'), 'utf8');
}

/** Lets one page run the scripts of this service. They ask it for nothing. */
export function mayReveal(reply: FastifyReply): FastifyReply {
  const policy = reply.getHeader('content-security-policy');
  return typeof policy === 'string' ? reply.header('content-security-policy', `${policy};script-src 'self'`) : reply;
}
