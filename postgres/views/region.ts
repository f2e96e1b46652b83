import type { PlainDate } from '../../domain/time/plain-date.ts';
import { clockStands, clockStandsSince } from './clock-stands.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE, parameters, SUBJECT } from './deployment-source.ts';
import type { Scope } from './deployment-source.ts';
import { IN_TURN, STANDING } from './escalations.ts';
import type { EscalationStanding } from './escalations.ts';
import { CLOCK_MOVED_ON, ITS_TODAY, LATEST_TODAY, PLACE, REAL_TODAY } from './place.ts';

/** An open step of a deployment in the region. */
export type RegionStep = {
  readonly reference: string;
  readonly subject: string;
  readonly region: string;
  readonly programme: string;
  readonly programmeVersion: number;
  readonly calendarVersion: string;
  readonly step: string;
  readonly round: number;
  readonly owner: string;
  readonly dueOn: PlainDate;
  /** The first day of the stop that now holds its clock; null while it runs. */
  readonly stoppedSince: PlainDate | null;
  /** The day on the deployment's clock, in London. */
  readonly today: PlainDate;
};

export type RegionEscalation = RegionStep &
  EscalationStanding & {
    readonly openedAt: string;
    /** The name of the person it was escalated to; null when nobody was named. */
    readonly person: string | null;
  };

const LINE = `d.reference, ${SUBJECT} AS subject, coalesce(school.region, '') AS region, d.programme,
  d.programme_version AS "programmeVersion", d.calendar_version AS "calendarVersion",
  s.step, s.round, s.owner, s.due_on AS "dueOn", ${clockStandsSince('s')} AS "stoppedSince", ${ITS_TODAY} AS today`;

/** Open escalations to these roles: passed promises, then those that nobody has taken on, then those with a promise. */
export async function listEscalationsTo(
  db: Db,
  scope: Scope,
  roles: readonly string[],
  limit: number,
): Promise<readonly RegionEscalation[]> {
  const given = parameters(scope.values);
  const { rows } = await db.query<RegionEscalation>(
    `SELECT ${LINE}, e.opened_at AS "openedAt", ${STANDING}, coalesce(p.name, e.person) AS person
     FROM deployments d ${PLACE}
     JOIN escalations e ON e.reference = d.reference AND e.closed_at IS NULL
     JOIN steps s ON s.reference = e.reference AND s.step = e.step AND s.round = e.round
     LEFT JOIN people p ON p.id = e.person
     WHERE (${scope.sql}) AND d.status = 'running' AND e.role = ANY (${given.place(roles)}::text[])
     ORDER BY ${IN_TURN} LIMIT ${given.place(limit)}`,
    [...given.all],
  );
  return rows;
}

export type LateByCourt = {
  readonly owner: string;
  readonly count: number;
  /** The steps that are late by most, as many as were asked for. */
  readonly steps: readonly RegionStep[];
};

/**
 * Late steps that must be done, by owner, the owner with most first. Each owner comes with at most `ofEach` steps. A
 * step whose clock is stopped is not late.
 */
export async function listLateByCourt(db: Db, scope: Scope, ofEach: number): Promise<readonly LateByCourt[]> {
  const given = parameters(scope.values);
  const { rows } = await db.query<LateByCourt>(
    `WITH found AS (
       SELECT s.reference, s.step, s.round, s.owner,
              row_number() OVER (PARTITION BY s.owner ORDER BY s.due_on, d.reference, s.step) AS place, count(*) OVER (PARTITION BY s.owner)::int AS count
       FROM ${DEPLOYMENT_SOURCE} JOIN steps s ON s.reference = d.reference
       WHERE (${scope.sql}) AND d.status = 'running' AND s.state = 'open' AND NOT s.optional
         AND s.due_on < ${LATEST_TODAY} AND (s.due_on < ${REAL_TODAY} OR ${CLOCK_MOVED_ON} AND s.due_on < ${ITS_TODAY})
         AND NOT ${clockStands('s')}),
     -- What a line says is looked up for those that are shown alone.
     late AS (
       SELECT ${LINE}, found.place, found.count
       FROM found JOIN deployments d ON d.reference = found.reference ${PLACE}
       JOIN steps s ON s.reference = found.reference AND s.step = found.step AND s.round = found.round
       WHERE found.place <= ${given.place(ofEach)})
     SELECT owner, min(count) AS count, jsonb_agg(to_jsonb(late) - 'place' - 'count' ORDER BY place) AS steps
     FROM late GROUP BY owner ORDER BY min(count) DESC, owner`,
    [...given.all],
  );
  return rows;
}

/** A step of one version of a programme. */
export type ProgrammeStep = { readonly programme: string; readonly version: number; readonly step: string };

/** Those of these steps that are open, the earliest due date first. */
export async function listOpen(db: Db, scope: Scope, wanted: readonly ProgrammeStep[], limit: number): Promise<readonly RegionStep[]> {
  const given = parameters(scope.values);
  const places = [wanted.map(({ programme }) => programme), wanted.map(({ version }) => version), wanted.map(({ step }) => step)].map(
    (values) => given.place(values),
  );
  const { rows } = await db.query<RegionStep>(
    `WITH found AS (
       SELECT s.reference, s.step, s.round
       FROM ${DEPLOYMENT_SOURCE} JOIN steps s ON s.reference = d.reference
       WHERE (${scope.sql}) AND d.status = 'running' AND s.state = 'open'
         -- The steps by themselves as well: PostgreSQL knows how many have these names, and so begins with them.
         AND s.step = ANY (${places[2]}::text[]) AND (d.programme, d.programme_version, s.step) IN (SELECT * FROM unnest(${places[0]}::text[], ${places[1]}::int[], ${places[2]}::text[]))
       ORDER BY s.due_on, d.reference, s.step LIMIT ${given.place(limit)})
     SELECT ${LINE}
     FROM found JOIN deployments d ON d.reference = found.reference ${PLACE}
     JOIN steps s ON s.reference = found.reference AND s.step = found.step AND s.round = found.round
     ORDER BY s.due_on, d.reference, s.step`,
    [...given.all],
  );
  return rows;
}

/** The programmes of the running deployments, with their versions. */
export async function listRunningProgrammes(db: Db): Promise<readonly { readonly id: string; readonly version: number }[]> {
  const { rows } = await db.query<{ id: string; version: number }>(
    "SELECT DISTINCT programme AS id, programme_version AS version FROM deployments WHERE status = 'running' ORDER BY 1, 2",
  );
  return rows;
}
