import type { PlainDate } from '../../domain/time/plain-date.ts';
import { clockStands } from './clock-stands.ts';
import { COURT_STEP } from './court.ts';
import type { Db } from '../database.ts';
import { parameters } from './deployment-source.ts';
import { lateStepIn } from './late-step.ts';
import { ITS_TODAY, LATEST_TODAY, PLACE, REAL_TODAY, SUBJECT } from './place.ts';
import type { InScope } from './place.ts';

/** Friday of this week; on a Saturday or Sunday, Friday of the next. `today` is an SQL expression. */
const friday = (today: string) => `(${today} + (12 - extract(isodow FROM ${today})::int) % 7)`;

/**
 * Steps of running deployments that must be done and whose clock runs, due from today to Friday by the clock of the deployment.
 * On a Saturday or Sunday: to Friday of the next week.
 */
const DUE_THIS_WEEK = `steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
  CROSS JOIN LATERAL (SELECT ${ITS_TODAY} AS today) its
  WHERE s.state = 'open' AND NOT s.optional AND d.status = 'running' AND s.due_on >= ${REAL_TODAY}
    AND s.due_on <= ${friday(LATEST_TODAY)}
    AND s.due_on BETWEEN its.today AND ${friday('its.today')} AND NOT ${clockStands('s')}`;

export type DueStep = {
  readonly reference: string;
  readonly subject: string;
  readonly step: string;
  readonly round: number;
  readonly owner: string;
  readonly programme: string;
  readonly version: number;
  readonly dueOn: PlainDate;
  /** The day on the deployment's clock, in London. */
  readonly today: PlainDate;
};

/** One page of what is due this week, the earliest due date first, with how many there are in all. */
export async function dueThisWeek(
  db: Db,
  inScope: InScope,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly all: number; readonly steps: readonly DueStep[] }> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<DueStep & { readonly all: number }>(
    `WITH found AS (
       SELECT s.reference, s.step, s.round, s.owner, s.due_on, its.today, count(*) OVER ()::int AS "all"
       FROM ${DUE_THIS_WEEK} AND ${inScope.sql} ORDER BY s.due_on, s.reference, s.step LIMIT ${given.place(limit)} OFFSET ${given.place(offset)})
     SELECT d.reference, ${SUBJECT} AS subject, found.step, found.round, found.owner, d.programme, d.programme_version AS version,
            found.due_on AS "dueOn", found.today, found."all"
     FROM found JOIN deployments d ON d.reference = found.reference ${PLACE} ORDER BY found.due_on, found.reference, found.step`,
    [...given.all],
  );
  // Beyond the last page nothing comes, and so no count either.
  const all = rows[0]?.all ?? (offset === 0 ? 0 : (await dueThisWeek(db, inScope, { limit: 1, offset: 0 })).all);
  return { all, steps: rows };
}

export type LateByTurn = {
  /** The role that is waited for. */
  readonly owner: string;
  readonly count: number;
  /** A programme in which it is the turn of that role, for its title. */
  readonly programme: string;
  readonly version: number;
};

/** Late deployments by the role that is waited for, the role with most first. What is paused is not late. */
export async function lateByTurn(db: Db, inScope: InScope): Promise<readonly LateByTurn[]> {
  const { rows } = await db.query<LateByTurn>(
    `SELECT court.owner, count(*)::int AS count, min(d.programme) AS programme,
            (array_agg(d.programme_version ORDER BY d.programme, d.programme_version DESC))[1] AS version
     FROM deployments d ${PLACE} ${lateStepIn(inScope)} ${COURT_STEP}
     WHERE late.step IS NOT NULL AND court.step IS NOT NULL AND ${inScope.sql} GROUP BY court.owner ORDER BY count(*) DESC, court.owner`,
    [...inScope.values],
  );
  return rows;
}

/** The regions that the register knows, in the order of their names. */
export async function listRegions(db: Db): Promise<readonly string[]> {
  const { rows } = await db.query<{ region: string }>("SELECT DISTINCT region FROM local_authorities WHERE region <> '' ORDER BY region");
  return rows.map(({ region }) => region);
}

/** What a wallboard counts in one region, or in all that somebody may see. */
export type RegionCounts = {
  readonly running: number;
  readonly late: number;
  readonly paused: number;
  readonly dueThisWeek: number;
  /** Open escalations that nobody has taken on. */
  readonly escalations: number;
  /** Open escalations whose promised day has passed. */
  readonly promisesPassed: number;
  readonly calls: number;
};

/** How a region stands, each deployment by its own clock. */
export async function countRegion(db: Db, inScope: InScope): Promise<RegionCounts> {
  const [deployments, escalations, calls, due] = await Promise.all([
    db.query<Pick<RegionCounts, 'running' | 'late' | 'paused'>>(
      `SELECT count(*)::int AS running, count(late.step)::int AS late,
              count(*) FILTER (WHERE EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = d.reference AND stop.resumed_on IS NULL
                AND (stop.step IS NULL OR EXISTS (SELECT FROM steps s WHERE s.reference = stop.reference AND s.step = stop.step
                                                  AND s.round = stop.round AND s.state = 'open'))))::int AS paused
       FROM deployments d ${PLACE} ${lateStepIn(inScope)} WHERE d.status = 'running' AND ${inScope.sql}`,
      [...inScope.values],
    ),
    db.query<Pick<RegionCounts, 'escalations' | 'promisesPassed'>>(
      `SELECT count(*) FILTER (WHERE e.acknowledged_at IS NULL)::int AS escalations,
              count(*) FILTER (WHERE e.promised_on < ${ITS_TODAY})::int AS "promisesPassed"
       FROM escalations e JOIN deployments d ON d.reference = e.reference ${PLACE}
       WHERE e.closed_at IS NULL AND d.status = 'running' AND ${inScope.sql}`,
      [...inScope.values],
    ),
    db.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM call_tasks c JOIN deployments d ON d.reference = c.reference ${PLACE}
       WHERE c.closed_at IS NULL AND d.status = 'running' AND NOT ${clockStands('c')} AND ${inScope.sql}`,
      [...inScope.values],
    ),
    dueThisWeek(db, inScope, { limit: 1, offset: 0 }),
  ]);
  return {
    ...(deployments.rows[0] ?? { running: 0, late: 0, paused: 0 }),
    ...(escalations.rows[0] ?? { escalations: 0, promisesPassed: 0 }),
    calls: calls.rows[0]?.count ?? 0,
    dueThisWeek: due.all,
  };
}

export type WorstDeployment = {
  readonly reference: string;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly calendarVersion: string;
  readonly step: string;
  readonly owner: string;
  readonly dueOn: PlainDate;
  readonly today: PlainDate;
};

/** The deployments whose step has been late longest, the longest first. What is paused is not late. */
export async function worstLate(db: Db, inScope: InScope, limit: number): Promise<readonly WorstDeployment[]> {
  const given = parameters(inScope.values);
  const { rows } = await db.query<WorstDeployment>(
    `SELECT d.reference, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, d.calendar_version AS "calendarVersion",
            late.step, late.owner, late.due_on AS "dueOn", ${ITS_TODAY} AS today
     FROM deployments d ${PLACE} ${lateStepIn(inScope)} WHERE d.status = 'running' AND late.step IS NOT NULL AND ${inScope.sql}
     ORDER BY late.due_on, d.reference LIMIT ${given.place(limit)}`,
    [...given.all],
  );
  return rows;
}
