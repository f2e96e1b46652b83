import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import type { InScope } from './place.ts';

/** A calendar that running deployments count on, and the last day that it knows. */
export type CalendarHorizon = {
  /** The name of the authority whose terms these are. */
  readonly name: string;
  readonly knownTo: PlainDate;
  readonly deployments: number;
};

/** The calendars of running deployments that know no day after a date, the one that ends first before the others. */
export async function calendarsEndingBy(db: Db, inScope: InScope, by: PlainDate): Promise<readonly CalendarHorizon[]> {
  const last = `$${inScope.values.length + 1}`;
  const { rows } = await db.query<CalendarHorizon>(
    `WITH used AS (
       SELECT d.calendar_version AS version, count(*)::int AS deployments FROM ${DEPLOYMENT_SOURCE}
       WHERE d.status = 'running' AND ${inScope.sql} GROUP BY d.calendar_version),
     known AS (
       SELECT coalesce(c.document #>> '{terms,assumedFor}', c.document #>> '{terms,name}') AS name, used.deployments,
              least((c.document #>> '{bankHolidays,knownTo}')::date, (c.document #>> '{terms,terms,-1,endsOn}')::date) AS known_to
       FROM used JOIN calendars c ON c.version = used.version)
     SELECT name, known_to AS "knownTo", sum(deployments)::int AS deployments FROM known WHERE known_to < ${last}::date
     GROUP BY name, known_to ORDER BY known_to, name`,
    [...inScope.values, by],
  );
  return rows;
}
