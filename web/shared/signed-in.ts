import type { FastifyRequest } from 'fastify';
import type { User } from './roles.ts';

/**
 * The signed-in person, on a route that lets nobody else in. Throws when nobody is signed in, which means that the
 * route has no access rule.
 */
export function signedIn({ user }: Pick<FastifyRequest, 'user'>): User {
  if (user === null) throw new Error('Nobody is signed in on a page that asks for it.');
  return user;
}
