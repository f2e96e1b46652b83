import type { FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The script with which a field suggests people or schools: the library and how it is put on fields, in one file of our own. A page
 * takes it in with `shared/choosing.njk`, and must be sent with `mayChoose`.
 */
export function choosingScript(): string {
  const library = readFileSync(fileURLToPath(import.meta.resolve('accessible-autocomplete')), 'utf8');
  return `${library.replace(/\/\/# sourceMappingURL=.*$/m, '')}\n${readFileSync(join(import.meta.dirname, '../assets/choosing.js'), 'utf8')}`;
}

/** Lets one page run scripts of this service, and ask it for suggestions. No other page may: they run no script at all. */
export function mayChoose(reply: FastifyReply): FastifyReply {
  const policy = reply.getHeader('content-security-policy');
  return typeof policy === 'string' ? reply.header('content-security-policy', `${policy};script-src 'self';connect-src 'self'`) : reply;
}
