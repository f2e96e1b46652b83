import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { readCalendar, readProgramme } from './pinned.ts';

/**
 * A deployment as its stored events tell it, how many there are, when the last one was, and the time on its clock. Previews are worked out
 * on this.
 */
export type StoredChronology = {
  readonly chronology: Chronology;
  readonly now: string;
  readonly lastAt: string;
  readonly sequence: number;
};

/**
 * Folds the stored events of a deployment into its chronology, on the programme and calendar that it counts on now.
 * Undefined when there is none with that reference. `now` is the time of the service, or the time of its last event
 * where its clock alone was moved on.
 */
export async function readChronology(db: Db, reference: string): Promise<StoredChronology | undefined> {
  const { rows } = await db.query<{
    programme: string;
    programme_version: number;
    calendar_version: string;
    now: string;
    last_at: string;
    sequence: number;
    events: readonly ChronologyEvent[];
  }>(
    `SELECT d.programme, d.programme_version, d.calendar_version,
            to_char(greatest(${NOW_SQL}, max(e.at)) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now,
            to_char(max(e.at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last_at,
            max(e.sequence) AS sequence, jsonb_agg(e.body ORDER BY e.sequence) AS events
     FROM deployments d JOIN events e ON e.reference = d.reference
     WHERE d.reference = $1 GROUP BY d.reference`,
    [reference],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const programme = await readProgramme(db, row.programme, row.programme_version);
  const calendar = await readCalendar(db, row.calendar_version);
  const chronology = row.events.reduce(evolve, blankChronology(programme, calendar));
  return { chronology, now: row.now, lastAt: row.last_at, sequence: row.sequence };
}
