import type { FastifyReply } from 'fastify';
import { navigationFor } from './navigation.ts';
import { renderView } from './render.ts';
import type { User } from './roles.ts';

/**
 * Sends pages of one place of the navigation to somebody who is signed in. Every page of the staff has its reader, the links at its top,
 * and a summary of mistakes, which is empty unless `data` says otherwise.
 */
export function staffPages(place: string): (reply: FastifyReply, user: User, view: string, data: object) => FastifyReply {
  return (reply, user, view, data) =>
    reply.type('text/html').send(renderView(view, { errors: [], ...data, user, navigation: navigationFor(user, place) }));
}
