import type { FastifyReply } from 'fastify';
import { WORKS_WITH_RESPONDENTS } from '../../postgres/surveys/coding.ts';
import type { User } from '../shared/roles.ts';
import { sendMessage } from '../shared/staff-pages.ts';

const SURVEY = [
  'The survey says that nobody who works with the people it asks can see what they said. You work on deployments as well, so you cannot code answers.',
];

/**
 * Sends whoever works with respondents away from their words, and answers whether it did. The survey tells those who answer it that nobody
 * who works with them sees what they said, and somebody may run surveys and work on deployments besides.
 */
export function keepsApart(reply: FastifyReply, user: User, because: readonly string[] = SURVEY): boolean {
  if (!user.roles.some(({ role }) => WORKS_WITH_RESPONDENTS.includes(role))) return false;
  sendMessage(reply.code(403), user, {
    title: 'You cannot see these answers',
    paragraphs: because,
  });
  return true;
}
