import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from, as every limit counts it: an IPv4 address, however it is written, or the first 64 bits of one
 * of IPv6, for the rest of it is its holder's to choose.
 */
export function placeOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return normalizeIP(ip);
}
