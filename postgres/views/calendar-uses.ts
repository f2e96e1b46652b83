import type { Calendar } from '../../domain/time/calendar.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { CLOCK_MOVED_ON, ITS_TODAY } from './place.ts';
import type { InScope } from './place.ts';

/** Running deployments that are counted on the same calendar, on the same day, up to the same date. */
export type CalendarUse = {
  readonly calendar: Calendar;
  /** The day that their clocks show: today, or later where they were moved on. */
  readonly today: PlainDate;
  /** The last due date that is open; null where none is. */
  readonly dueBy: PlainDate | null;
  readonly deployments: number;
};

/** What the running deployments that somebody may see are counted on. Each calendar is read once, however many rest on it. */
export async function calendarUses(db: Db, inScope: InScope, today: PlainDate): Promise<readonly CalendarUse[]> {
  const day = `$${inScope.values.length + 1}`;
  const { rows } = await db.query<Omit<CalendarUse, 'calendar'> & { readonly version: string }>(
    `WITH seen AS MATERIALIZED (
       SELECT d.reference, d.calendar_version AS version,
              greatest(${day}::date, CASE WHEN ${CLOCK_MOVED_ON} THEN ${ITS_TODAY} END) AS today
       FROM ${DEPLOYMENT_SOURCE} WHERE d.status = 'running' AND ${inScope.sql}),
     used AS (
       SELECT seen.version, seen.today, max(s.due_on) AS due_by
       FROM seen LEFT JOIN steps s ON s.reference = seen.reference AND s.state = 'open' GROUP BY seen.reference, seen.version, seen.today)
     SELECT version, today, due_by AS "dueBy", count(*)::int AS deployments FROM used GROUP BY version, today, due_by`,
    [...inScope.values, today],
  );
  const kept = await db.query<{ version: string; document: Calendar }>(
    'SELECT version, document FROM calendars WHERE version = ANY ($1::text[])',
    [[...new Set(rows.map(({ version }) => version))]],
  );
  const calendars = new Map(kept.rows.map(({ version, document }) => [version, document]));
  return rows.map(({ version, ...use }) => {
    const calendar = calendars.get(version);
    if (calendar === undefined) throw new Error(`The calendar ${version} was never kept.`);
    return { ...use, calendar };
  });
}
