import type { Calendar } from '../../domain/time/calendar.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { readCalendar } from '../pinned/pinned.ts';
import { DEPLOYMENT_SOURCE, parameters } from './deployment-source.ts';
import { CLOCK_MOVED_ON, ITS_TODAY } from './place.ts';
import type { InScope } from './place.ts';

/** Running deployments that are counted on the same calendar, on the same day, up to the same date. */
export type CalendarUse = {
  readonly calendar: Calendar;
  /** The day that their clocks show: today, or later where they were moved on. */
  readonly today: PlainDate;
  /** The last due date that is open; null where none is, and of a calendar without terms of others, where it makes no difference. */
  readonly dueBy: PlainDate | null;
  readonly deployments: number;
};

type Use = Omit<CalendarUse, 'calendar'> & { readonly version: string };

/** The day that the clock of `d` shows, where `today` is the day of the service. */
const dayOf = (today: string) => `greatest(${today}::date, CASE WHEN ${CLOCK_MOVED_ON} THEN ${ITS_TODAY} END)`;

/**
 * What the running deployments that somebody may see are counted on. Due dates are looked at only where the terms of another authority stand in: they say
 * how many of those are in use.
 */
export async function calendarUses(db: Db, inScope: InScope, today: PlainDate): Promise<readonly CalendarUse[]> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<Omit<Use, 'dueBy'>>(
    `SELECT d.calendar_version AS version, ${dayOf(given.place(today))} AS today, count(*)::int AS deployments
     FROM ${DEPLOYMENT_SOURCE} WHERE d.status = 'running' AND ${inScope.sql} GROUP BY 1, 2`,
    [...given.all],
  );
  const versions = [...new Set(rows.map(({ version }) => version))];
  const calendars = new Map(await Promise.all(versions.map(async (version) => [version, await readCalendar(db, version)] as const)));
  const standingIn = versions.filter((version) => calendars.get(version)?.terms.terms.some(({ assumed }) => assumed !== undefined));
  const uses: readonly Use[] = [
    ...rows.filter(({ version }) => !standingIn.includes(version)).map((use) => ({ ...use, dueBy: null })),
    ...(standingIn.length === 0 ? [] : await usesByDueDate(db, inScope, today, standingIn)),
  ];
  return uses.map(({ version, ...use }) => {
    const calendar = calendars.get(version);
    if (calendar === undefined) throw new Error(`The calendar ${version} was never kept.`);
    return { ...use, calendar };
  });
}

async function usesByDueDate(db: Db, inScope: InScope, today: PlainDate, versions: readonly string[]): Promise<readonly Use[]> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<Use>(
    `SELECT d.calendar_version AS version, ${dayOf(given.place(today))} AS today, open.due_by AS "dueBy", count(*)::int AS deployments
     FROM ${DEPLOYMENT_SOURCE}
     LEFT JOIN (SELECT reference, max(due_on) AS due_by FROM steps WHERE state = 'open' GROUP BY reference) open ON open.reference = d.reference
     WHERE d.status = 'running' AND d.calendar_version = ANY (${given.place(versions)}::text[]) AND ${inScope.sql} GROUP BY 1, 2, 3`,
    [...given.all],
  );
  return rows;
}
