import type { LetterKind } from '../../domain/chasing/wanted.ts';
import type { Explanation } from '../../domain/time/due-date.ts';
import type { Subject } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { COURT, COURT_STEP } from './court.ts';
import { FORECAST_OF_EACH, LISTED_FORECAST } from './forecasts.ts';
import type { ListedForecast } from './forecasts.ts';
import type { Db } from '../database.ts';
import { LATE_STEP } from './late-step.ts';
import { ITS_TODAY, PLACE, SUBJECT } from './place.ts';

export type DeploymentLine = {
  readonly reference: string;
  readonly subject: string;
  readonly region: string;
  readonly programme: string;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  readonly endedAs: string | null;
  /**
   * Whose court the ball is in: role, people, step, since when and by when. Null when no step that must be done is
   * open.
   */
  readonly court: {
    readonly role: string;
    readonly people: readonly string[];
    readonly step: string;
    readonly round: number;
    readonly since: string;
    readonly dueOn: PlainDate;
  } | null;
};

const DEPLOYMENT_LINES = `
  SELECT d.reference, ${SUBJECT} AS subject, coalesce(school.region, '') AS region,
         d.programme, d.status, d.ended_as AS "endedAs",
         ${COURT} AS court
  FROM deployments d
  ${PLACE}
  ${COURT_STEP}`;

/** Which deployments are listed. What is null narrows nothing. */
export type ListFilters = {
  readonly lateOnly: boolean;
  /** As Chaser writes it. */
  readonly region: string | null;
  readonly status: DeploymentLine['status'] | null;
  readonly limit: number;
};

/**
 * What a list is sorted by. `late`: calendar days by its own clock since the due date of the step that has been late longest. `term`: the chance of
 * missing the end of a term.
 */
const SORTED = {
  due: 'court.due_on',
  started: 'd.began_at',
  finish: 'f.usual_on',
  term: 'f.missed::float8 / f.plays',
  late: `${ITS_TODAY} - late.due_on`,
  reference: 'd.reference',
  school: `lower(${SUBJECT})`,
};
export type ListSort = keyof typeof SORTED;
export const LIST_SORTS = Object.keys(SORTED) as readonly ListSort[];

const DIRECTIONS = { ascending: 'ASC', descending: 'DESC' };
export type ListDirection = keyof typeof DIRECTIONS;

/** A deployment of the list, with what it takes to say how late it is. */
export type ListedDeployment = DeploymentLine & {
  /** The day on which it started, in London. */
  readonly startedOn: PlainDate;
  readonly programmeVersion: number;
  readonly calendarVersion: string;
  /** The step that has been late longest; null where none is late by a running clock. */
  readonly late: { readonly step: string; readonly dueOn: PlainDate } | null;
  /** The day on its clock, in London. */
  readonly today: PlainDate;
  /** As it was last worked out; null where it was not yet, and for a deployment that has ended. */
  readonly forecast: ListedForecast | null;
};

/**
 * The deployments that the filters let through: unless told otherwise the earliest due date first, then whatever runs and waits for nobody, then
 * what has ended. Those without what they are sorted by come last in both directions.
 */
export async function listDeployments(
  db: Db,
  { lateOnly, region, status, limit }: ListFilters,
  { sort, direction }: { readonly sort: ListSort; readonly direction: ListDirection } = { sort: 'due', direction: 'ascending' },
): Promise<readonly ListedDeployment[]> {
  const { rows } = await db.query<ListedDeployment>(
    `SELECT d.reference, ${SUBJECT} AS subject, coalesce(school.region, '') AS region,
            d.programme, d.programme_version AS "programmeVersion", d.calendar_version AS "calendarVersion", d.status,
            d.ended_as AS "endedAs", (d.began_at AT TIME ZONE 'Europe/London')::date AS "startedOn", ${COURT} AS court,
            CASE WHEN late.step IS NULL THEN NULL ELSE jsonb_build_object('step', late.step, 'dueOn', late.due_on) END AS late,
            ${ITS_TODAY} AS today, ${LISTED_FORECAST} AS forecast
     FROM deployments d ${PLACE} ${COURT_STEP} ${LATE_STEP} ${FORECAST_OF_EACH}
     WHERE (NOT $1::boolean OR late.step IS NOT NULL) AND ($2::text IS NULL OR school.region = $2)
       AND ($3::text IS NULL OR d.status = $3)
     ORDER BY ${SORTED[sort]} ${DIRECTIONS[direction]} NULLS LAST, d.status <> 'running', d.reference LIMIT $4`,
    [lateOnly, region, status, limit],
  );
  return rows;
}

/** One deployment. Undefined when none has this reference. */
export async function findDeployment(db: Db, reference: string): Promise<DeploymentLine | undefined> {
  const { rows } = await db.query<DeploymentLine>(`${DEPLOYMENT_LINES} WHERE d.reference = $1`, [reference]);
  return rows[0];
}

/** The running deployment of this school or trust in this programme, if there is one. */
export async function findRunning(db: Db, subject: Subject, programme: string): Promise<string | undefined> {
  const { rows } = await db.query<{ reference: string }>(
    `SELECT reference FROM deployments WHERE status = 'running' AND programme = $1 AND ${subject.kind === 'school' ? 'urn' : 'trust'} = $2`,
    [programme, subject.kind === 'school' ? subject.urn : subject.trust],
  );
  return rows[0]?.reference;
}

/** The next free reference: D00001, D00002, … */
export async function nextReference(db: Db): Promise<string> {
  const { rows } = await db.query<{ number: string }>("SELECT nextval('deployment_numbers') AS number");
  return `D${(rows[0]?.number ?? '').padStart(5, '0')}`;
}

export type StepLine = {
  readonly step: string;
  readonly round: number;
  readonly stage: string;
  readonly owner: string;
  readonly jointOwners: readonly string[];
  readonly optional: boolean;
  readonly state: 'open' | 'answered' | 'overtaken' | 'lapsed';
  readonly openedOn: PlainDate;
  readonly dueOn: PlainDate;
  readonly originalDueOn: PlainDate;
  readonly explanation: Explanation;
  readonly calendarVersion: string;
  readonly closedAt: string | null;
  readonly answer: string | null;
  readonly answeredBy: string | null;
  readonly answeredVia: string | null;
  readonly closedBecause: string | null;
};

/** Every opening of every step of a deployment, oldest first. */
export async function listSteps(db: Db, reference: string): Promise<readonly StepLine[]> {
  const { rows } = await db.query<StepLine>(
    `SELECT step, round, stage, owner, joint_owners AS "jointOwners", optional, state, opened_on AS "openedOn", due_on AS "dueOn",
            original_due_on AS "originalDueOn", explanation, calendar_version AS "calendarVersion", closed_at AS "closedAt", answer,
            coalesce((SELECT name FROM people WHERE id = coalesce(on_behalf_of, answered_by)), answered_by) AS "answeredBy",
            answered_via AS "answeredVia", closed_because AS "closedBecause"
     FROM steps WHERE reference = $1 ORDER BY opened_at, step, round`,
    [reference],
  );
  return rows;
}

export type PartyLine = {
  readonly role: string;
  readonly person: string;
  readonly name: string;
  readonly email: string;
  readonly telephone: string | null;
};

/** Who holds which role now. */
export async function listParties(db: Db, reference: string): Promise<readonly PartyLine[]> {
  const { rows } = await db.query<PartyLine>(
    `SELECT dp.role, dp.person, p.name, p.email, p.telephone
     FROM deployment_parties dp JOIN people p ON p.id = dp.person
     WHERE dp.reference = $1 AND dp.until IS NULL ORDER BY dp.role, p.name`,
    [reference],
  );
  return rows;
}

export type MessageLine = {
  readonly key: string;
  readonly step: string;
  readonly round: number;
  readonly rung: string;
  readonly kind: LetterKind;
  readonly person: string;
  readonly name: string | null;
  readonly state: string;
  readonly writtenAt: string;
  readonly acceptedAt: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly messageId: string | null;
  readonly reason: string | null;
};

/** Every letter of a deployment. A letter that was sent comes as it was sent, any other with the reason. */
export async function listMessages(db: Db, reference: string): Promise<readonly MessageLine[]> {
  const { rows } = await db.query<MessageLine>(
    `SELECT m.key, m.step, m.round, m.rung, m.kind, m.person, p.name, m.state, m.written_at AS "writtenAt", m.accepted_at AS "acceptedAt",
            m.subject, m.body_text AS text, m.message_id AS "messageId", m.reason
     FROM messages m LEFT JOIN people p ON p.id = m.person WHERE m.reference = $1 ORDER BY m.written_at, m.key`,
    [reference],
  );
  return rows;
}

export type TaskLine = {
  readonly kind: 'call' | 'escalation' | 'contact';
  readonly step: string | null;
  readonly round: number | null;
  readonly person: string | null;
  readonly detail: string;
  readonly openedAt: string;
  readonly closedAt: string | null;
  readonly outcome: string | null;
};

/** The calls, escalations and contact tasks that a deployment brought about. */
export async function listTasks(db: Db, reference: string): Promise<readonly TaskLine[]> {
  const { rows } = await db.query<TaskLine>(
    `SELECT task.kind, task.step, task.round, coalesce(p.name, task.person) AS person, task.detail,
            task.opened_at AS "openedAt", task.closed_at AS "closedAt", task.outcome
     FROM (SELECT 'call' AS kind, reference, step, round, person, rung AS detail, opened_at, closed_at, outcome FROM call_tasks
           UNION ALL
           SELECT 'escalation', reference, step, round, person, rung, opened_at, closed_at, outcome FROM escalations
           UNION ALL
           SELECT 'contact', reference, NULL, NULL, person, problem || ': ' || detail, opened_at, closed_at, outcome FROM contact_tasks) task
     LEFT JOIN people p ON p.id = task.person
     WHERE task.reference = $1 ORDER BY task.opened_at`,
    [reference],
  );
  return rows;
}

/**
 * The contact id of a person, given by contact id or e-mail address. An entry that was merged gives the one that was kept. Undefined when
 * nobody is known by it.
 */
export async function findPersonId(db: Db, idOrEmail: string): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT coalesce(merged_into, id) AS id FROM people WHERE id = $1 OR merged_into IS NULL AND lower(email) = lower($1) ORDER BY id = $1 DESC`,
    [idOrEmail],
  );
  return rows[0]?.id;
}
