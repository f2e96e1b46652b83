import type { FastifyReply } from 'fastify';
import { navigationFor } from './navigation.ts';
import { renderView } from './render.ts';
import type { User } from './roles.ts';

/** Sends a page that only says something, with the links at its top for whoever is signed in. */
export function sendMessage(
  reply: FastifyReply,
  user: User | null,
  { title, paragraphs }: { readonly title: string; readonly paragraphs: readonly string[] },
): FastifyReply {
  return reply.type('text/html').send(renderView('shared/message', { title, paragraphs, user, navigation: navigationFor(user, '') }));
}

/**
 * Sends pages of one place of the navigation to somebody who is signed in. Every page of the staff has its reader, the links at its top,
 * and a summary of mistakes, which is empty unless `data` says otherwise.
 */
export function staffPages(place: string): (reply: FastifyReply, user: User, view: string, data: object) => FastifyReply {
  return (reply, user, view, data) =>
    reply.type('text/html').send(renderView(view, { errors: [], ...data, user, navigation: navigationFor(user, place) }));
}
