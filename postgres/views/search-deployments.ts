import type { PlainDate } from '../../domain/time/plain-date.ts';
import { clockStands } from './clock-stands.ts';
import { COURT_STEP, COURT_STEPS } from './court.ts';
import { FORECAST_OF_EACH, LISTED_FORECAST } from './forecasts.ts';
import type { ListedForecast } from './forecasts.ts';
import type { Db } from '../database.ts';
import { anywhere, DEPLOYMENT_SOURCE, parameters, SUBJECT } from './deployment-source.ts';
import type { Scope } from './deployment-source.ts';
import { LATE_STEP, LATE_STEPS } from './late-step.ts';
import { ITS_TODAY, PLACE } from './place.ts';

/** What is searched for. An empty text does not narrow the search. */
export type DeploymentFilters = {
  /**
   * Searched for in the name of the school or trust, its URN or code, the reference, and the names and e-mail addresses
   * of those who hold a role. Accents and upper and lower case make no difference.
   */
  readonly text: string;
  readonly region: string;
  /** An area's id. */
  readonly area: string;
  readonly programme: string;
  readonly stage: string;
  /** The role in whose court the ball is. */
  readonly court: string;
  /** The contact id of a system leader. */
  readonly leader: string;
  /** The code of a local authority. */
  readonly authority: string;
  readonly status: '' | FoundDeployment['status'];
  readonly lateness: '' | Lateness;
  /** `likely`: the end of a term is missed in at least half of the plays of its forecast. */
  readonly term: '' | 'likely';
  /** The contact id of somebody who watches it. */
  readonly watchedBy: string;
};

/**
 * How a deployment stands towards its dates. `long`: late by more than 14 days. `soon`: the step that it waits for is due today or in
 * the next seven days. `paused`: the clock is stopped of the step that it waits for, or of the whole deployment.
 */
export type Lateness = 'late' | 'long' | 'soon' | 'not-late' | 'paused';

/** No filter at all: every deployment in scope. */
export const NO_FILTERS: DeploymentFilters = {
  text: '',
  region: '',
  area: '',
  programme: '',
  stage: '',
  court: '',
  leader: '',
  authority: '',
  status: '',
  lateness: '',
  term: '',
  watchedBy: '',
};

export type DeploymentOrder = 'due' | 'name' | 'late' | 'changed' | 'finish' | 'term';

type OpenStep = { readonly step: string; readonly stage: string; readonly owner: string; readonly dueOn: PlainDate };

export type FoundDeployment = {
  readonly reference: string;
  readonly subject: string;
  /** The URN of a school; null for a trust. */
  readonly urn: string | null;
  readonly region: string;
  readonly programme: string;
  readonly programmeVersion: number;
  readonly calendarVersion: string;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  /** The oldest open step that must be done; null when there is none. */
  readonly court: OpenStep | null;
  /**
   * The open step that has been late longest, which need not be the oldest. Null when no step with a running clock is
   * late. `today`: the day on the clock of the deployment, in London.
   */
  readonly late: (OpenStep & { readonly today: PlainDate }) | null;
  /** Whether the clock is stopped: of the step in `court`, or of the whole deployment. */
  readonly stopped: boolean;
  /** When something about it was last recorded, by the clock on the wall. */
  readonly changedAt: string;
  /** As it was last worked out; null where it was not yet, and for a deployment that has ended. */
  readonly forecast: ListedForecast | null;
};

const STEP = (alias: string) =>
  `CASE WHEN ${alias}.step IS NULL THEN NULL ELSE jsonb_build_object(
     'step', ${alias}.step, 'stage', ${alias}.stage, 'owner', ${alias}.owner, 'dueOn', ${alias}.due_on) END`;

const CHANGED_AT = '(SELECT last.recorded_at FROM events last WHERE last.reference = d.reference AND last.sequence = d.sequence)';

const LATENESS: Readonly<Record<Lateness, string>> = {
  late: 'late.step IS NOT NULL',
  long: `late.due_on < ${ITS_TODAY} - 14`,
  soon: `court.due_on BETWEEN ${ITS_TODAY} AND ${ITS_TODAY} + 7 AND NOT ${clockStands('court')}`,
  'not-late': "d.status = 'running' AND late.step IS NULL",
  paused: `court.step IS NOT NULL AND ${clockStands('court')}`,
};

const LINE = `
  SELECT d.reference, ${SUBJECT} AS subject, d.urn, coalesce(school.region, '') AS region, d.programme,
         d.programme_version AS "programmeVersion", d.calendar_version AS "calendarVersion", d.status,
         ${STEP('court')} AS court, ${STEP('late')} || jsonb_build_object('today', ${ITS_TODAY}) AS late,
         court.step IS NOT NULL AND ${clockStands('court')} AS stopped,
         ${CHANGED_AT} AS "changedAt", ${LISTED_FORECAST} AS forecast`;

// Every order ends with the reference, so that no deployment is on two pages or on none.
const ORDERS: Readonly<Record<DeploymentOrder, string>> = {
  due: 'court.due_on NULLS LAST, d.reference',
  name: `lower(${SUBJECT}), d.reference`,
  late: 'late.due_on NULLS LAST, court.due_on NULLS LAST, d.reference',
  changed: `${CHANGED_AT} DESC NULLS LAST, d.reference`,
  finish: 'f.usual_on NULLS LAST, d.reference',
  term: 'f.missed::float8 / f.plays DESC NULLS LAST, f.usual_on NULLS LAST, d.reference',
};

/** The deployments in scope that match the filters. Each is late or not by its own clock. */
export async function searchDeployments(
  db: Db,
  scope: Scope,
  filters: DeploymentFilters,
  page: { readonly order: DeploymentOrder; readonly limit: number; readonly offset: number },
): Promise<readonly FoundDeployment[]> {
  const { from, values } = narrowed(scope, filters, JOINS_OF_ORDER[page.order]);
  const order = ORDERS[page.order];
  // What a line says is looked up for those on the page alone.
  const { rows } = await db.query<FoundDeployment>(
    `WITH found AS (
       SELECT d.reference, row_number() OVER (ORDER BY ${order}) AS place ${from}
       ORDER BY ${order} LIMIT $${values.length + 1} OFFSET $${values.length + 2})
     ${LINE} FROM found JOIN deployments d ON d.reference = found.reference ${PLACE} ${COURT_STEP} ${LATE_STEP} ${FORECAST_OF_EACH} ORDER BY found.place`,
    [...values, page.limit, page.offset],
  );
  return rows;
}

/** A deployment as a file lists it. */
export type ListedDeployment = Omit<FoundDeployment, 'changedAt'>;

type ListedRow = Omit<ListedDeployment, 'court' | 'late' | 'forecast'> & {
  readonly courtStep: string | null;
  readonly courtStage: string;
  readonly courtOwner: string;
  readonly courtDueOn: PlainDate;
  readonly lateStep: string | null;
  readonly lateStage: string;
  readonly lateOwner: string;
  readonly lateDueOn: PlainDate;
  readonly lateToday: PlainDate;
  readonly asOf: string | null;
  readonly plays: number | null;
  readonly missed: number;
} & Omit<ListedForecast, 'asOf' | 'term'>;

/**
 * The same for all that match, and at most so many, without when each changed: goes through the open steps once instead of looking at each deployment for
 * itself, and hands plain columns over, since thousands of small JSON texts cost more than all the rest.
 */
export async function listDeploymentsFound(
  db: Db,
  scope: Scope,
  filters: DeploymentFilters,
  { order, limit }: { readonly order: DeploymentOrder; readonly limit: number },
): Promise<readonly ListedDeployment[]> {
  const { from, values } = narrowed(scope, filters, ['court', 'late', 'forecast']);
  const { rows } = await db.query<ListedRow>(
    `SELECT d.reference, ${SUBJECT} AS subject, d.urn, coalesce(school.region, '') AS region, d.programme,
            d.programme_version AS "programmeVersion", d.calendar_version AS "calendarVersion", d.status,
            court.step IS NOT NULL AND d.reference IN (SELECT reference FROM clock_stops WHERE resumed_on IS NULL) AND ${clockStands('court')} AS stopped,
            court.step AS "courtStep", court.stage AS "courtStage", court.owner AS "courtOwner", court.due_on AS "courtDueOn",
            late.step AS "lateStep", late.stage AS "lateStage", late.owner AS "lateOwner", late.due_on AS "lateDueOn",
            CASE WHEN late.step IS NOT NULL THEN ${ITS_TODAY} END AS "lateToday",
            f.as_of AS "asOf", f.sequence <> d.sequence AS "movedOn", f.usual_on AS "usualOn", f.trouble, f.steps, f.assumed, f.plays, f.missed
     ${from} ORDER BY ${ORDERS[order]} LIMIT $${values.length + 1}`,
    [...values, limit],
  );
  return rows.map((row) => ({
    reference: row.reference,
    subject: row.subject,
    urn: row.urn,
    region: row.region,
    programme: row.programme,
    programmeVersion: row.programmeVersion,
    calendarVersion: row.calendarVersion,
    status: row.status,
    stopped: row.stopped,
    court: row.courtStep === null ? null : { step: row.courtStep, stage: row.courtStage, owner: row.courtOwner, dueOn: row.courtDueOn },
    late:
      row.lateStep === null
        ? null
        : { step: row.lateStep, stage: row.lateStage, owner: row.lateOwner, dueOn: row.lateDueOn, today: row.lateToday },
    forecast:
      row.asOf === null
        ? null
        : {
            asOf: row.asOf,
            movedOn: row.movedOn,
            usualOn: row.usualOn,
            steps: row.steps,
            assumed: row.assumed,
            term: row.plays === null ? null : { plays: row.plays, missed: row.missed },
            trouble: row.trouble,
          },
  }));
}

/** The references of the deployments in scope that match the filters, in order. */
export async function referencesFound(db: Db, scope: Scope, filters: DeploymentFilters): Promise<readonly string[]> {
  const { from, values } = narrowed(scope, filters);
  const { rows } = await db.query<{ reference: string }>(`SELECT d.reference ${from} ORDER BY d.reference`, [...values]);
  return rows.map(({ reference }) => reference);
}

/** How many deployments in scope match the filters. */
export async function countDeployments(db: Db, scope: Scope, filters: DeploymentFilters): Promise<number> {
  const { from, values } = narrowed(scope, filters);
  const { rows } = await db.query<{ count: number }>(`SELECT count(*)::int AS count ${from}`, [...values]);
  return rows[0]?.count ?? 0;
}

type Joined = 'court' | 'late' | 'forecast';
const JOINS_OF_ORDER: Readonly<Record<DeploymentOrder, readonly Joined[]>> = {
  due: ['court'],
  name: [],
  late: ['court', 'late'],
  changed: [],
  finish: ['forecast'],
  term: ['forecast'],
};
const JOINS_OF_LATENESS: Readonly<Record<Lateness, readonly Joined[]>> = {
  late: ['late'],
  long: ['late'],
  soon: ['court'],
  'not-late': ['late'],
  paused: ['court'],
};

/** The deployments that match, with the steps that the filters and the order ask for, and no others: each is looked up for every one. */
function narrowed(
  scope: Scope,
  filters: DeploymentFilters,
  ordered: readonly Joined[] = [],
): { readonly from: string; readonly values: readonly unknown[] } {
  const given = parameters(scope.values);
  const conditions = [`(${scope.sql})`];
  if (filters.text !== '') conditions.push(textFound(given.place(anywhere(filters.text))));
  if (filters.region !== '') conditions.push(`school.region = ${given.place(filters.region)}`);
  if (filters.area !== '') {
    conditions.push(`school.authority IN (SELECT authority FROM area_authorities WHERE area = ${given.place(filters.area)})`);
  }
  if (filters.programme !== '') conditions.push(`d.programme = ${given.place(filters.programme)}`);
  if (filters.stage !== '') conditions.push(`court.stage = ${given.place(filters.stage)}`);
  if (filters.court !== '') conditions.push(`court.owner = ${given.place(filters.court)}`);
  if (filters.leader !== '') {
    conditions.push(`EXISTS (SELECT FROM deployment_parties leader WHERE leader.reference = d.reference
      AND leader.role IN ${LEADER_ROLES} AND leader.until IS NULL AND leader.person = ${given.place(filters.leader)})`);
  }
  if (filters.authority !== '') conditions.push(`school.authority = ${given.place(filters.authority)}`);
  if (filters.status !== '') conditions.push(`d.status = ${given.place(filters.status)}`);
  if (filters.lateness !== '') conditions.push(LATENESS[filters.lateness]);
  if (filters.term !== '') conditions.push('f.missed * 2 >= f.plays');
  if (filters.watchedBy !== '') {
    conditions.push(
      `EXISTS (SELECT FROM watches WHERE watches.reference = d.reference AND watches.person = ${given.place(filters.watchedBy)})`,
    );
  }
  const joins = new Set<Joined>([
    ...ordered,
    ...(filters.stage === '' && filters.court === '' ? [] : (['court'] as const)),
    ...(filters.term === '' ? [] : (['forecast'] as const)),
    ...(filters.lateness === '' ? [] : JOINS_OF_LATENESS[filters.lateness]),
  ]);
  // Those of a place are few of all, and are looked at one by one.
  const ofPlace = scope.values.length > 0 || filters.region !== '' || filters.area !== '' || filters.authority !== '';
  const from = `
    FROM ${DEPLOYMENT_SOURCE}
    ${joins.has('court') ? (ofPlace ? COURT_STEP : COURT_STEPS) : ''}
    ${joins.has('late') ? (ofPlace ? LATE_STEP : LATE_STEPS) : ''}
    ${joins.has('forecast') ? FORECAST_OF_EACH : ''}
    WHERE ${conditions.join(' AND ')}`;
  return { from, values: given.all };
}

/** The ids that programmes give to the role of system leader; their own name for it is in their documents. */
export const LEADER_ROLES = `(SELECT 'system-leader' UNION SELECT role.key FROM programmes, json_each(document -> 'roles') role
                       WHERE role.value ->> 'heldBy' = 'system-leader')`;

function textFound(pattern: string): string {
  return `(searchable(${SUBJECT}) LIKE searchable(${pattern}) OR d.urn ILIKE ${pattern} OR d.trust ILIKE ${pattern} OR d.reference ILIKE ${pattern}
    OR EXISTS (SELECT FROM deployment_parties held JOIN people who ON who.id = held.person
               WHERE held.reference = d.reference AND held.until IS NULL AND (searchable(who.name) LIKE searchable(${pattern}) OR who.email ILIKE ${pattern})))`;
}

/** The filters that can be chosen among the deployments in scope. */
export type DeploymentChoices = {
  readonly regions: readonly string[];
  readonly areas: readonly { readonly id: string; readonly name: string }[];
  readonly programmes: readonly { readonly id: string; readonly version: number }[];
  readonly leaders: readonly { readonly id: string; readonly name: string }[];
  readonly authorities: readonly { readonly id: string; readonly name: string }[];
};

/** The regions and the programmes with their versions of the deployments in scope: what figures can be narrowed to. */
export async function listFigureChoices(db: Db, scope: Scope): Promise<Pick<DeploymentChoices, 'regions' | 'programmes'>> {
  const ofAll = scope.values.length === 0;
  const { rows } = await db.query<Pick<DeploymentChoices, 'regions' | 'programmes'>>(
    `WITH RECURSIVE seen AS MATERIALIZED (
       SELECT DISTINCT d.programme, d.programme_version, ${ofAll ? 'NULL AS region' : 'school.region'} FROM ${DEPLOYMENT_SOURCE} WHERE (${scope.sql})),
     ${ofAll ? REGIONS_OF_ALL : 'place AS (SELECT DISTINCT region FROM seen)'}
     SELECT (SELECT coalesce(jsonb_agg(region ORDER BY region), '[]') FROM place WHERE region <> '') AS regions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', programme, 'version', programme_version) ORDER BY programme, programme_version), '[]')
             FROM (SELECT DISTINCT programme, programme_version FROM seen) p) AS programmes`,
    [...scope.values],
  );
  const [choices] = rows;
  if (choices === undefined) throw new Error('PostgreSQL gave no choices.');
  return choices;
}

/**
 * The regions in which there is a deployment at all. Looking up the school of each deployment would read the whole register; of each region, which an index
 * has one after the other, one school with a deployment is enough, and the first is soon found.
 */
const REGIONS_OF_ALL = `named AS (
       (SELECT region FROM schools ORDER BY region LIMIT 1)
       UNION ALL
       SELECT (SELECT region FROM schools WHERE region > named.region ORDER BY region LIMIT 1) FROM named WHERE named.region IS NOT NULL),
     place AS (
       SELECT named.region FROM named
       WHERE (SELECT true FROM schools school JOIN deployments d ON d.place_urn = school.urn WHERE school.region = named.region LIMIT 1))`;

/** The regions, local authorities, areas, programmes with their versions, and system leaders of the deployments in scope. */
export async function listDeploymentChoices(db: Db, scope: Scope): Promise<DeploymentChoices> {
  const { rows } = await db.query<DeploymentChoices>(
    `WITH seen AS MATERIALIZED (
       SELECT d.reference, d.programme, d.programme_version, school.region, school.authority FROM ${DEPLOYMENT_SOURCE} WHERE (${scope.sql}))
     SELECT (SELECT coalesce(jsonb_agg(region ORDER BY region), '[]') FROM (SELECT DISTINCT region FROM seen WHERE region <> '') r) AS regions,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY name, id), '[]') FROM areas
             WHERE id IN (SELECT area FROM area_authorities WHERE authority IN (SELECT authority FROM seen))) AS areas,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', programme, 'version', programme_version) ORDER BY programme, programme_version), '[]')
             FROM (SELECT DISTINCT programme, programme_version FROM seen) p) AS programmes,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', id, 'name', name) ORDER BY name, id), '[]') FROM people
             WHERE id IN (SELECT person FROM deployment_parties WHERE role IN ${LEADER_ROLES} AND until IS NULL
                          AND reference IN (SELECT reference FROM seen))) AS leaders,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', code, 'name', name) ORDER BY name, code), '[]') FROM local_authorities
             WHERE code IN (SELECT authority FROM seen)) AS authorities`,
    [...scope.values],
  );
  const [choices] = rows;
  if (choices === undefined) throw new Error('PostgreSQL gave no choices.');
  return choices;
}
