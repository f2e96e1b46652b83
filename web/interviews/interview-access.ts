import type { FastifyReply } from 'fastify';
import type { Schedule } from '../../domain/fieldwork/schedule.ts';
import { loadSchedules } from '../../fieldwork/read-schedule.ts';
import type { User } from '../shared/roles.ts';
import { keepsApart } from '../surveys/coding-access.ts';

let known: readonly Schedule[] | null = null;

/** The schedules that come with Chaser. Their files are read once. */
export function knownSchedules(): readonly Schedule[] {
  known ??= loadSchedules();
  return known;
}

/** Sends whoever works on deployments away, and answers whether it did: interviews speak of the people they work with. */
export function seesNoInterviews(reply: FastifyReply, user: User): boolean {
  return keepsApart(reply, user, [
    'Interviews speak of the people who work on deployments. You work on deployments as well, so you cannot see them.',
  ]);
}
