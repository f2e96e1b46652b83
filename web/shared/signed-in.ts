import type { FastifyRequest } from 'fastify';
import type { User } from './roles.ts';

/** Who is signed in, on a route whose access lets nobody else through. Throws when nobody is: a route without access. */
export function signedIn({ user }: Pick<FastifyRequest, 'user'>): User {
  if (user === null) throw new Error('Nobody is signed in on a page that asks for it.');
  return user;
}
