import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDate } from '../../domain/time/plain-date.ts';
import { calendarsEndingBy } from '../../postgres/views/calendar-horizons.ts';
import type { Db } from '../../postgres/database.ts';
import type { User } from '../shared/roles.ts';
import { scopeCondition } from '../shared/scope.ts';

const A_YEAR_DAYS = 365;
const MOST_WARNINGS = 5;

/**
 * The warnings on Today, a year ahead, about calendars that end while deployments still run on them. Nothing when none
 * does.
 */
export async function calendarWarnings(db: Db, user: User, nowMs: number): Promise<readonly string[]> {
  const today = londonDate(nowMs);
  const ending = await calendarsEndingBy(db, scopeCondition(user, 1, 'see-today'), addDays(today, A_YEAR_DAYS));
  const more = ending.length - MOST_WARNINGS;
  return [
    ...ending.slice(0, MOST_WARNINGS).map(({ name, knownTo, deployments }) => {
      const counted = `${deployments} running ${deployments === 1 ? 'deployment is' : 'deployments are'} counted on them`;
      return `The dates of ${name} ${knownTo < today ? 'ended' : 'end'} on ${longDate(knownTo)}, and ${counted}. Ask an administrator to import the next ones.`;
    }),
    ...(more > 0 ? [`The dates of ${more} more calendars end within a year.`] : []),
  ];
}
