import type { FastifyReply } from 'fastify';
import { whyNotEnded } from '../../desk/survey-waves.ts';
import type { Wave } from '../../postgres/surveys/waves.ts';
import type { User } from '../shared/roles.ts';
import { sendMessage } from '../shared/staff-pages.ts';

/** Sends whoever asks for what a survey found away while it has not ended, and answers whether it did. */
export function isTooEarly(reply: FastifyReply, user: User, wave: Wave): boolean {
  const early = whyNotEnded(wave);
  if (early === null) return false;
  sendMessage(reply.code(409), user, { title: 'The survey has not ended', paragraphs: [early.message, early.remedy] });
  return true;
}
