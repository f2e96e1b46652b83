import type { StopCategory } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { ITS_TODAY, PLACE, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

export type OverdueStop = {
  readonly reference: string;
  readonly subject: string;
  readonly category: StopCategory;
  readonly because: string;
  readonly from: PlainDate;
  readonly expectedEnd: PlainDate;
};

/** A stop that holds an opening of a step, its own or that of the whole deployment. */
export type StandingStep = { readonly from: PlainDate; readonly expectedEnd: PlainDate };

/** The stop because of which the clock of an opening of a step stands still, the one expected to last longest; undefined while it runs. */
export async function findStandingOf(
  db: Db,
  { reference, step, round }: { readonly reference: string; readonly step: string; readonly round: number },
): Promise<StandingStep | undefined> {
  const { rows } = await db.query<StandingStep>(
    `SELECT stop.from_on AS "from", stop.expected_end AS "expectedEnd" FROM clock_stops stop
     WHERE stop.reference = $1 AND stop.resumed_on IS NULL AND (stop.step IS NULL OR (stop.step = $2 AND stop.round = $3))
     ORDER BY stop.expected_end DESC, stop.stop LIMIT 1`,
    [reference, step, round],
  );
  return rows[0];
}

/** How many running deployments have a clock that stands still: of the whole, or of an open step. */
export async function countStanding(db: Db, inScope: InScope): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM deployments d ${PLACE}
     WHERE d.status = 'running' AND ${inScope.sql} AND EXISTS (
       SELECT FROM clock_stops stop WHERE stop.reference = d.reference AND stop.resumed_on IS NULL
         AND (stop.step IS NULL OR EXISTS (SELECT FROM steps s WHERE s.reference = stop.reference AND s.step = stop.step
                                           AND s.round = stop.round AND s.state = 'open')))`,
    [...inScope.values],
  );
  return rows[0]?.count ?? 0;
}

/** Clocks that are still stopped although their expected end has passed, the longest passed first. */
export async function overdueStops(db: Db, inScope: InScope): Promise<readonly OverdueStop[]> {
  const { rows } = await db.query<OverdueStop>(
    `SELECT d.reference, ${SUBJECT} AS subject, stop.category, stop.because, stop.from_on AS "from", stop.expected_end AS "expectedEnd"
     FROM clock_stops stop JOIN deployments d ON d.reference = stop.reference ${PLACE}
     WHERE stop.resumed_on IS NULL AND d.status = 'running' AND stop.expected_end < ${ITS_TODAY}
       AND (stop.step IS NULL OR EXISTS (SELECT FROM steps s WHERE s.reference = stop.reference AND s.step = stop.step
                                         AND s.round = stop.round AND s.state = 'open'))
       AND ${inScope.sql}
     ORDER BY stop.expected_end, d.reference, stop.stop`,
    [...inScope.values],
  );
  return rows;
}
