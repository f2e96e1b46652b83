import { endInWords, readFootings, standingInWords } from '../../desk/calendar-footings.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { Db } from '../../postgres/database.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';

const MOST_WARNINGS = 5;
const ASK_FOR_NEXT = 'Ask an administrator to import the next ones, and to count these deployments on them.';
const ASK_FOR_OWN = 'Ask an administrator to import its own, and to count these deployments on them.';

/**
 * What Today says of the calendars under running deployments. `now`: dates that have ended, without which nothing further can be
 * worked out. `soon`: dates that end within a year, and those of another authority that stand in; they can wait until the calls are
 * made. Nothing where all is well. Of each kind a few.
 */
export async function calendarWarnings(
  db: Db,
  user: User,
  nowMs: number,
): Promise<{ readonly now: readonly string[]; readonly soon: readonly string[] }> {
  const { ended, ending, standingIn } = await readFootings(db, scopeCondition(user, 1, 'see-today'), londonDate(nowMs));
  const now = few(
    ended,
    (one) => `${endInWords(one, 'ended')} ${ASK_FOR_NEXT}`,
    (more) => `The dates of ${more} more calendars have ended.`,
  );
  const soon = [
    ...few(
      ending,
      (one) => `${endInWords(one, 'end')} ${ASK_FOR_NEXT}`,
      (more) => `The dates of ${more} more calendars end within a year.`,
    ),
    ...few(
      standingIn,
      (one) => `${standingInWords(one)} ${ASK_FOR_OWN}`,
      (more) => `For ${more} more authorities the dates of others stand in.`,
    ),
  ];
  return { now, soon };
}

function few<T>(all: readonly T[], inWords: (one: T) => string, theRest: (more: number) => string): readonly string[] {
  const more = all.length - MOST_WARNINGS;
  return [...all.slice(0, MOST_WARNINGS).map(inWords), ...(more > 0 ? [theRest(more)] : [])];
}
