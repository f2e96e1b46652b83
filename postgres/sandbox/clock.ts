import type { Instant } from '../../domain/chronology/events.ts';

/**
 * The time by which this process goes: the real time, or in a training copy the time that was moved on there
 * (docs/decisions/0031). It says what day it is, and nothing else: leases, sessions and limits stay on the real clock.
 */
let movedByMs = 0;

/** Now, in epoch milliseconds. */
export function nowMs(): number {
  return Date.now() + movedByMs;
}

/** Now, as an instant. */
export function nowInstant(): Instant {
  return new Date(nowMs()).toISOString();
}

/** How far this process's time is ahead of the real one, in milliseconds: 0 unless it works on a training copy. */
export function aheadMs(): number {
  return movedByMs;
}

/** Lets this process go by a time so many milliseconds ahead of the real one. */
export function goAheadBy(ms: number): void {
  movedByMs = ms;
}

/** How far time was moved on, as a part of a query: nothing, unless the connection was told so (`postgres/database.ts`). */
const MOVED_BY = "coalesce(nullif(current_setting('chaser.moved_by', true), ''), '0')::interval";

/** What day and time it is, as a part of a query: the real time, or the moved one in a training copy. */
export const NOW_SQL = `(clock_timestamp() + ${MOVED_BY})`;

/** The same, once for a whole statement. */
export const STATEMENT_NOW_SQL = `(statement_timestamp() + ${MOVED_BY})`;

/** Tells a connection how far time was moved on, and answers it: null in a database that is no training copy. */
export const TELL_CONNECTION = `
  SELECT set_config('chaser.moved_by', coalesce((SELECT moved_by::text FROM sandbox), ''), false) AS told,
         (SELECT extract(epoch FROM moved_by) * 1000 FROM sandbox)::float8 AS "movedByMs"`;
