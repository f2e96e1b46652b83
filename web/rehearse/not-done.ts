import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NotDone } from './one-process.ts';
import { signedIn } from '../shared/signed-in.ts';
import { staffPages } from '../shared/staff-pages.ts';

const send = staffPages('programmes');

const RETRY_AFTER_SECONDS = 60;

/** 429 when a person asks for two jobs at once, 503 while many wait, and 422 for a job that takes too long. */
export function statusOfNotDone(reply: FastifyReply, { kind }: NotDone): FastifyReply {
  switch (kind) {
    case 'yours-is-running':
      return reply.status(429);
    case 'many-are-waiting':
      return reply.status(503).header('retry-after', RETRY_AFTER_SECONDS);
    case 'takes-too-long':
      return reply.status(422);
    default:
      return kind satisfies never;
  }
}

/** A page that says why a rehearsal or a comparison was not done, for where no form can say it. */
export function sendNotDone(request: FastifyRequest, reply: FastifyReply, reason: NotDone): FastifyReply {
  return send(statusOfNotDone(reply, reason), signedIn(request), 'shared/message', {
    title: 'This was not worked out',
    paragraphs: [reason.message, reason.remedy],
  });
}
