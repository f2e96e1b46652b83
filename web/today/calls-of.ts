import type { Db } from '../../postgres/database.ts';
import { openCalls } from '../../postgres/views/worklist.ts';
import { may } from '../shared/roles.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';

/** The calls that somebody may make, of one deployment or of all: coordinators all of their place, others those that are theirs. */
export async function callsOf(db: Db, user: User, only: string | null = null) {
  if (may(user, 'record-call')) return openCalls(db, scopeCondition(user, 2, 'record-call'), only);
  if (!may(user, 'record-own-call')) return [];
  const calls = await openCalls(db, scopeCondition(user, 2, 'record-own-call'), only);
  return calls.filter(({ callerId }) => callerId === user.person);
}
