import type { TrustMembership } from '../../domain/eligibility/trusts-of-school.ts';
import type { Shortlist } from '../../domain/matching/shortlist.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import type { DeploymentHead } from './deployment-page.ts';
import { DEPLOYMENT_SOURCE, SUBJECT } from './deployment-source.ts';
import type { Scope } from './deployment-source.ts';
import { ITS_NOW } from './place.ts';

export type SupportedSchool = {
  readonly urn: string;
  readonly name: string;
  readonly trust: string | null;
  readonly phase: string | null;
  readonly type: string | null;
  readonly diocese: string | null;
  readonly urbanRural: string | null;
  readonly easting: number | null;
  readonly northing: number | null;
};

/** The schools that a deployment supports: its one school, or every school of its trust that is open. */
export async function listSupportedSchools(db: Db, reference: string): Promise<readonly SupportedSchool[]> {
  const { rows } = await db.query<SupportedSchool>(
    `SELECT school.urn, school.name, school.trust, school.phase, school.type, school.diocese, school.urban_rural AS "urbanRural",
            school.easting, school.northing
     FROM deployments d JOIN schools school ON school.urn = d.urn OR (school.trust = d.trust AND school.status LIKE 'Open%')
     WHERE d.reference = $1 ORDER BY school.urn`,
    [reference],
  );
  return rows;
}

export async function findMatchSubject(
  db: Db,
  reference: string,
): Promise<{ readonly kind: 'school' | 'trust'; readonly trust: string | null; readonly calendarVersion: string } | undefined> {
  const { rows } = await db.query<{ kind: 'school' | 'trust'; trust: string | null; calendarVersion: string }>(
    `SELECT d.subject_kind AS kind, coalesce(d.trust, (SELECT trust FROM schools WHERE schools.urn = d.urn)) AS trust,
            d.calendar_version AS "calendarVersion"
     FROM deployments d WHERE d.reference = $1`,
    [reference],
  );
  return rows[0];
}

/** A deployment in which a leader is to be chosen now. */
export type WaitingHead = DeploymentHead & {
  readonly round: number;
  /** By when one is to be chosen. */
  readonly dueOn: PlainDate;
  /** Who is to be asked next by the order that a coordinator chose before; '' for nobody. */
  readonly chosenNext: string;
};

/** The deployments `d` with the open step `s` in which a leader is looked for. */
const LOOKING_FOR_LEADER = `${DEPLOYMENT_SOURCE} JOIN programmes p ON p.id = d.programme AND p.version = d.programme_version
     JOIN steps s ON s.reference = d.reference AND s.step = p.rematch ->> 'opens' AND s.state = 'open' AND d.status = 'running'`;

/** In how many deployments a leader is to be chosen now. */
export async function countWaitingForLeader(db: Db, scope: Scope): Promise<number> {
  const { rows } = await db.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${LOOKING_FOR_LEADER} WHERE ${scope.sql}`, [
    ...scope.values,
  ]);
  return rows[0]?.count ?? 0;
}

/**
 * The running deployments in which the step is open in which a leader is looked for, those due first first. Of an order that was chosen
 * before, the next is whoever comes after the last one who was chosen.
 */
export async function listWaitingForLeader(db: Db, scope: Scope): Promise<readonly WaitingHead[]> {
  const { rows } = await db.query<WaitingHead>(
    `SELECT d.reference, ${SUBJECT} AS subject, d.urn, coalesce(school.region, '') AS region,
            (SELECT name FROM local_authorities WHERE code = school.authority) AS authority,
            d.programme, d.programme_version AS version, d.status, d.ended_as AS "endedAs", d.ended_because AS "endedBecause",
            d.ended_at AS "endedAt", ${ITS_NOW} AS "itsNow", s.round, s.due_on AS "dueOn",
            coalesce((SELECT choice.then_leaders[1] FROM match_choices choice WHERE choice.reference = d.reference
                      ORDER BY choice.id DESC LIMIT 1), '') AS "chosenNext"
     FROM ${LOOKING_FOR_LEADER} WHERE ${scope.sql}
     ORDER BY s.due_on, d.reference`,
    [...scope.values],
  );
  return rows;
}

export type CommitmentLine = {
  readonly leader: string;
  readonly reference: string;
  readonly days: number | null;
  readonly from: PlainDate;
  /** The due date of the step that completes it; null while that step has not opened. */
  readonly dueOn: PlainDate | null;
  /** Days of support given so far, as the last answer with a field `daysDelivered` says; '' where none has said. */
  readonly given: string;
  /** The day of that answer; null where there is none. */
  readonly givenOn: PlainDate | null;
};

/**
 * What the leaders of other running deployments have taken on. The programme says which role is matched, and after which step nobody
 * can be matched any more: a deployment in which that step is answered is done, and one in which a leader is being looked for is
 * nobody's yet.
 */
export async function listCommitments(db: Db, except: string): Promise<readonly CommitmentLine[]> {
  const { rows } = await db.query<CommitmentLine>(
    `WITH rules AS MATERIALIZED (
       SELECT id, version, rematch ->> 'role' AS role, rematch ->> 'until' AS until, rematch ->> 'opens' AS opens FROM programmes),
     -- From the roles that are matched, which are few of those in a deployment.
     taken AS MATERIALIZED (
       SELECT party.reference, party.role, party.person, party.since FROM deployment_parties party
       WHERE party.until IS NULL AND party.role IN (SELECT role FROM rules)),
     completing AS MATERIALIZED (SELECT DISTINCT until AS step FROM rules WHERE until IS NOT NULL)
     SELECT held.person AS leader, d.reference, (held.since AT TIME ZONE 'Europe/London')::date AS "from",
            ends.due_on AS "dueOn", chosen.days,
            coalesce(said.given, '') AS given, said.on AS "givenOn"
     FROM taken held JOIN deployments d ON d.reference = held.reference
     JOIN rules rule ON rule.id = d.programme AND rule.version = d.programme_version AND rule.role = held.role
     -- One step at a time, as the index has its rounds: backwards, the newest of each deployment comes first.
     LEFT JOIN (SELECT completing.step, newest.reference, newest.state FROM completing CROSS JOIN LATERAL (
                  SELECT DISTINCT ON (s.reference) s.reference, s.state FROM steps s WHERE s.step = completing.step
                  ORDER BY s.reference DESC, s.round DESC) newest) last ON last.reference = d.reference AND last.step = rule.until
     LEFT JOIN (SELECT completing.step, newest.reference, newest.due_on FROM completing CROSS JOIN LATERAL (
                  SELECT DISTINCT ON (s.reference) s.reference, s.due_on FROM steps s WHERE s.step = completing.step AND s.state = 'open'
                  ORDER BY s.reference DESC, s.round DESC) newest) ends ON ends.reference = d.reference AND ends.step = rule.until
     LEFT JOIN (SELECT DISTINCT ON (choice.reference, choice.leader) choice.reference, choice.leader, choice.days FROM match_choices choice
                ORDER BY choice.reference, choice.leader, choice.id DESC) chosen ON chosen.reference = d.reference AND chosen.leader = held.person
     -- A leader who came later has given none of what one before them gave.
     LEFT JOIN LATERAL (SELECT s.answer_fields ->> 'daysDelivered' AS given, (s.closed_at AT TIME ZONE 'Europe/London')::date AS on
                        FROM steps s WHERE s.reference = d.reference AND s.answer_fields ->> 'daysDelivered' <> '' AND s.closed_at >= held.since
                        ORDER BY s.closed_at DESC LIMIT 1) said ON true
     WHERE d.status = 'running' AND d.reference <> $1 AND coalesce(last.state, 'open') <> 'answered'
       AND NOT EXISTS (SELECT FROM steps s WHERE s.reference = d.reference AND s.step = rule.opens AND s.state = 'open')
     ORDER BY held.person, d.reference`,
    [except],
  );
  return rows;
}

export type LeaderAnswer = {
  /** The leader who was asked or named then. */
  readonly leader: string;
  /** Who answered, by name; of a step that Chaser did itself, who brought it about. */
  readonly by: string;
  /** Whether the leader was asked, rather than somebody else about them. */
  readonly own: boolean;
  readonly programme: string;
  readonly version: number;
  readonly step: string;
  readonly answer: string;
  readonly on: PlainDate;
};

/**
 * What was answered about leaders for this deployment's school or trust, in this deployment or an earlier one: by the leader who was
 * asked whether they can, and by others while a leader was named. The oldest answer comes first.
 */
export async function listLeaderAnswers(db: Db, reference: string): Promise<readonly LeaderAnswer[]> {
  const { rows } = await db.query<LeaderAnswer>(
    `SELECT CASE WHEN rule.own THEN coalesce(s.on_behalf_of, s.answered_by) ELSE held.person END AS leader,
            coalesce(p.name, said.by, '') AS by, rule.own, d.programme, d.programme_version AS version,
            s.step, s.answer, (s.closed_at AT TIME ZONE 'Europe/London')::date AS "on"
     FROM deployments this JOIN deployments d ON d.urn = this.urn OR d.trust = this.trust
     JOIN programmes pinned ON pinned.id = d.programme AND pinned.version = d.programme_version
     JOIN steps s ON s.reference = d.reference AND s.state = 'answered'
     CROSS JOIN LATERAL (SELECT s.step = pinned.rematch ->> 'whenNamed' AS own, pinned.rematch ->> 'role' AS role) rule
     LEFT JOIN deployment_parties held ON held.reference = d.reference AND held.role = rule.role
       AND held.since < s.closed_at AND (held.until IS NULL OR held.until >= s.closed_at)
     -- A step that Chaser did by itself was brought about by the answer that opened it.
     LEFT JOIN steps before ON s.answered_by = 'chaser' AND before.reference = s.reference AND before.step = s.opened_by ->> 'step'
       AND before.round = (s.opened_by ->> 'round')::int
     CROSS JOIN LATERAL (SELECT coalesce(before.on_behalf_of, before.answered_by, s.on_behalf_of, s.answered_by) AS by) said
     LEFT JOIN people p ON p.id = said.by
     WHERE this.reference = $1 AND (rule.own OR held.person IS NOT NULL) ORDER BY s.closed_at`,
    [reference],
  );
  return rows;
}

/** The memberships of academy trusts that the memberships file dates, by school. A school of which it says nothing is not in it. */
export async function readTrustMemberships(db: Db, urns: readonly string[]): Promise<ReadonlyMap<string, readonly TrustMembership[]>> {
  const { rows } = await db.query<{
    urn: string;
    group: string;
    joinedOn: PlainDate | null;
    leftOn: PlainDate | null;
    closedOn: PlainDate | null;
  }>(
    `SELECT member.urn, member.school_group AS "group", member.joined_on AS "joinedOn", member.left_on AS "leftOn", known.closed_on AS "closedOn"
     FROM group_memberships member JOIN school_groups known ON known.id = member.school_group AND known.type ILIKE '%academy trust'
     WHERE member.urn = ANY ($1::text[])`,
    [urns],
  );
  return Map.groupBy(rows, ({ urn }) => urn);
}

export type MatchChoice = {
  readonly step: string;
  readonly round: number;
  readonly leader: string;
  readonly thenLeaders: readonly string[];
  readonly days: number;
  readonly because: string;
  readonly shortlist: Shortlist;
  readonly by: string;
  readonly at: string;
};

/** Whom coordinators chose for a deployment, the newest first, each with the shortlist as it stood then. */
export async function listChoices(db: Db, reference: string): Promise<readonly MatchChoice[]> {
  const { rows } = await db.query<MatchChoice>(
    `SELECT choice.step, choice.round, choice.leader, choice.then_leaders AS "thenLeaders", choice.days, choice.because, choice.shortlist,
            coalesce(p.name, choice.by_person) AS by, choice.at
     FROM match_choices choice LEFT JOIN people p ON p.id = choice.by_person WHERE choice.reference = $1 ORDER BY choice.id DESC`,
    [reference],
  );
  return rows;
}

export type StepOfMatch = { readonly reference: string; readonly step: string; readonly round: number };

export async function keepChoice(
  db: Db,
  { reference, step, round }: StepOfMatch,
  { leader, thenLeaders, days, because, shortlist, by }: Omit<MatchChoice, 'step' | 'round' | 'at'>,
): Promise<void> {
  await db.query(
    `INSERT INTO match_choices (reference, step, round, leader, then_leaders, days, because, shortlist, by_person)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [reference, step, round, leader, thenLeaders, days, because, JSON.stringify(shortlist), by],
  );
}

/** Who was told that they are being considered in this round of the step, by contact id. */
export async function listConsidered(db: Db, { reference, step, round }: StepOfMatch): Promise<readonly string[]> {
  const { rows } = await db.query<{ leader: string }>(
    'SELECT leader FROM leaders_considered WHERE reference = $1 AND step = $2 AND round = $3 ORDER BY id',
    [reference, step, round],
  );
  return rows.map(({ leader }) => leader);
}

/** Keeps that these leaders are being told. Answers those who had not been told before. */
export async function keepConsidered(
  db: Db,
  { reference, step, round }: StepOfMatch,
  leaders: readonly string[],
  by: string,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ leader: string }>(
    `INSERT INTO leaders_considered (reference, step, round, leader, by_person)
     SELECT $1, $2, $3, leader, $5 FROM unnest($4::text[]) AS told (leader) ON CONFLICT DO NOTHING RETURNING leader`,
    [reference, step, round, leaders, by],
  );
  return rows.map(({ leader }) => leader);
}
