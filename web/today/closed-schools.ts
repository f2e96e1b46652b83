import { londonDate } from '../../domain/time/london.ts';
import type { Db } from '../../postgres/database.ts';
import { closedWords, listRunningOfClosed } from '../../register/school-standing.ts';
import { listToDecide } from '../../register/to-decide.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';
import { urls } from '../shared/urls.ts';

type Line = { readonly href: string; readonly text: string; readonly reference: string };

/** Running deployments of schools that have closed, are to close or are not open yet, each with what Today says of it. */
export async function closedSchools(db: Db, user: User, nowMs: number): Promise<readonly Line[]> {
  const today = londonDate(nowMs);
  const found = await listRunningOfClosed(db, scopeCondition(user, 1, 'see-today'));
  return found.map((one) => ({ href: urls.deployment(one.reference), reference: one.reference, text: closedWords(one, today) }));
}

/** What became known of schools and trusts since their deployments began: new judgements, and who joined or left a trust. */
export async function changedSchools(db: Db, user: User, nowMs: number): Promise<readonly Line[]> {
  const told = await listToDecide(db, scopeCondition(user, 1, 'see-today'), londonDate(nowMs));
  return told.map(({ reference, text }) => ({ href: urls.deployment(reference), reference, text }));
}
