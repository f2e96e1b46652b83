import { normalizeIP } from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';

/**
 * Where a request comes from, as every limit counts it: an IPv4 address, or the first 64 bits of an IPv6 address, because
 * its holder can choose the rest.
 */
export function placeOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  return normalizeIP(ip);
}
