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
