import type { Explanation } from '../../domain/time/due-date.ts';
import type { Instant, StepRef, Via } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { PersonId, RoleId } from '../../domain/programme.ts';
import type { LetterKind } from '../../domain/chasing/wanted.ts';
import type { SentBefore } from '../../letters/chase-lines.ts';
import { clockStands } from '../views/clock-stands.ts';
import { COURT, COURT_STEP } from '../views/court.ts';
import type { Db } from '../database.ts';
import type { OpenedBy, Party } from '../../letters/letter-words.ts';
import { ITS_NOW, ITS_TODAY, PLACE, SUBJECT } from '../views/place.ts';

/** The state of one opening of a step for one person who was asked. */
export type Asked = StepRef & {
  readonly reference: string;
  readonly person: PersonId;
  readonly name: string;
  /** Whether their link was revoked. */
  readonly revoked: boolean;
  /** Whether the question came through their link and a day has passed since the step closed. */
  readonly expired: boolean;
  /** Whether they took part in the deployment and no longer do. */
  readonly left: boolean;
  /** The role as owner or joint owner that they hold now; null when they no longer hold one. */
  readonly role: RoleId | null;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  readonly endedAs: string | null;
  readonly endedAt: Instant | null;
  /** By the deployment's clock, in London. */
  readonly today: PlainDate;
  readonly dueOn: PlainDate;
  readonly explanation: Explanation;
  readonly optional: boolean;
  readonly state: 'open' | 'answered' | 'overtaken' | 'lapsed';
  readonly closedAt: Instant | null;
  readonly closedBecause: string | null;
  readonly answer: string | null;
  /** A contact id, or "chaser". */
  readonly answeredBy: string | null;
  readonly answeredByName: string | null;
  readonly onBehalfOf: PersonId | null;
  readonly onBehalfOfName: string | null;
  readonly answeredVia: Via | null;
  readonly fields: Readonly<Record<string, string>>;
  /** Names for the contact ids in the fields. */
  readonly names: Readonly<Record<PersonId, string>>;
  /** The newest round of the step. */
  readonly newestRound: number;
  readonly parties: readonly Party[];
  readonly openedBy: OpenedBy | null;
};

/** Reads from `asked`: rows of reference, step, round, person, revoked and by_link. */
const ASKED = `
  SELECT asked.reference, asked.step, asked.round, asked.person, asked.revoked,
         asked.by_link AND coalesce(s.closed_at <= ${ITS_NOW} - interval '1 day', false) AS expired,
         coalesce((SELECT bool_and(held.until IS NOT NULL) FROM deployment_parties held
                   WHERE held.reference = s.reference AND held.person = asked.person), false) AS left,
         coalesce(p.name, asked.person) AS name,
         (SELECT held.role FROM deployment_parties held
          WHERE held.reference = s.reference AND held.person = asked.person AND held.until IS NULL AND held.role = ANY (s.owner || s.joint_owners)
          ORDER BY array_position(s.owner || s.joint_owners, held.role) LIMIT 1) AS role,
         ${SUBJECT} AS subject, d.programme, d.programme_version AS version, d.status, d.ended_as AS "endedAs", d.ended_at AS "endedAt",
         ${ITS_TODAY} AS today,
         s.due_on AS "dueOn", s.explanation, s.optional, s.state, s.closed_at AS "closedAt", s.closed_because AS "closedBecause",
         s.answer, s.answered_by AS "answeredBy", s.on_behalf_of AS "onBehalfOf", s.answered_via AS "answeredVia",
         (SELECT name FROM people WHERE id = s.answered_by) AS "answeredByName",
         (SELECT name FROM people WHERE id = s.on_behalf_of) AS "onBehalfOfName",
         coalesce(s.answer_fields, '{}') AS fields,
         (SELECT coalesce(jsonb_object_agg(id, name), '{}') FROM people
          WHERE id IN (SELECT value FROM jsonb_each_text(coalesce(s.answer_fields, '{}')))) AS names,
         newest.round AS "newestRound",
         (SELECT coalesce(jsonb_agg(jsonb_build_object('role', held.role, 'name', who.name, 'email', who.email, 'telephone', who.telephone)
                                    ORDER BY held.since, who.name), '[]')
          FROM deployment_parties held JOIN people who ON who.id = held.person
          WHERE held.reference = s.reference AND held.until IS NULL) AS parties,
         (SELECT jsonb_build_object('step', o.step, 'answer', o.answer, 'at', o.closed_at, 'fields', coalesce(o.answer_fields, '{}'),
                                    'by', (SELECT name FROM people WHERE id = coalesce(o.on_behalf_of, o.answered_by)),
                                    'names', (SELECT coalesce(jsonb_object_agg(id, name), '{}') FROM people
                                              WHERE id IN (SELECT value FROM jsonb_each_text(coalesce(o.answer_fields, '{}')))))
          FROM steps o WHERE o.reference = s.reference AND o.step = s.opened_by->>'step' AND o.round = (s.opened_by->>'round')::int) AS "openedBy"
  FROM asked
  JOIN deployments d ON d.reference = asked.reference
  JOIN steps s ON s.reference = asked.reference AND s.step = asked.step AND s.round = asked.round
  JOIN LATERAL (SELECT max(n.round) AS round FROM steps n WHERE n.reference = s.reference AND n.step = s.step) newest ON true
  LEFT JOIN people p ON p.id = asked.person
  ${PLACE}`;

/** What a link asks of whom, by the hash of its token. Undefined when no such link was ever given out. */
export async function findAskedByLink(db: Db, hash: Buffer): Promise<Asked | undefined> {
  const { rows } = await db.query<Asked>(
    `WITH asked AS (SELECT reference, step, round, person, revoked_at IS NOT NULL AS revoked, true AS by_link FROM answer_links WHERE hash = $1) ${ASKED}`,
    [hash],
  );
  return rows[0];
}

/** The same for somebody who needs no link. Undefined when the step never opened in this round. */
export async function findAsked(
  db: Db,
  { reference, step, round, person }: StepRef & { readonly reference: string; readonly person: PersonId },
): Promise<Asked | undefined> {
  const { rows } = await db.query<Asked>(
    `WITH asked AS (SELECT $1::text AS reference, $2::text AS step, $3::int AS round, $4::text AS person, false AS revoked, false AS by_link) ${ASKED}`,
    [reference, step, round, person],
  );
  return rows[0];
}

export type OpenStep = StepRef & {
  readonly reference: string;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly dueOn: PlainDate;
  /**
   * Whether the day after the due date has come, by the deployment's clock. Never true for an optional step, or while
   * the clock is stopped.
   */
  readonly late: boolean;
  /** Whether its clock is stopped. */
  readonly stopped: boolean;
  /** When this person began to answer, by the deployment's clock; null when they have not. */
  readonly begunAt: Instant | null;
  /** The generation of the link that was sent; null when none was sent yet, or when it was revoked. */
  readonly generation: number | null;
};

/** Everything that a person is asked for now, in all their deployments, the earliest due date first. */
export async function listAskedOf(db: Db, person: PersonId): Promise<readonly OpenStep[]> {
  const { rows } = await db.query<OpenStep>(
    `SELECT s.reference, s.step, s.round, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, s.due_on AS "dueOn",
            NOT s.optional AND s.due_on < ${ITS_TODAY} AND NOT ${clockStands('s')} AS late, ${clockStands('s')} AS stopped,
            (SELECT max(generation) FROM answer_links l WHERE l.reference = s.reference AND l.step = s.step AND l.round = s.round
               AND l.person = $1 AND l.revoked_at IS NULL) AS generation,
            (SELECT draft.begun_at FROM answer_drafts draft WHERE draft.reference = s.reference AND draft.step = s.step
               AND draft.round = s.round AND draft.person = $1) AS "begunAt"
     FROM steps s JOIN deployments d ON d.reference = s.reference ${PLACE}
     WHERE s.state = 'open' AND EXISTS (SELECT FROM deployment_parties held WHERE held.reference = s.reference AND held.person = $1
       AND held.until IS NULL AND held.role = ANY (s.owner || s.joint_owners))
     ORDER BY s.due_on, s.reference, s.step`,
    [person],
  );
  return rows;
}

export type OwnDeployment = {
  readonly reference: string;
  readonly subject: string;
  readonly programme: string;
  readonly version: number;
  readonly status: Asked['status'];
  /** Whose court the ball is in; null when nothing that must be done is open. */
  readonly court: {
    readonly role: RoleId;
    readonly people: readonly string[];
    readonly step: string;
    readonly since: Instant;
    readonly dueOn: PlainDate;
  } | null;
};

/** The deployments in which a person holds a role, running ones first, with whose court the ball is in. */
export async function listDeploymentsOf(db: Db, person: PersonId): Promise<readonly OwnDeployment[]> {
  const { rows } = await db.query<OwnDeployment>(
    `SELECT d.reference, ${SUBJECT} AS subject, d.programme, d.programme_version AS version, d.status,
            ${COURT} AS court
     FROM deployments d ${PLACE} ${COURT_STEP}
     WHERE EXISTS (SELECT FROM deployment_parties held WHERE held.reference = d.reference AND held.person = $1 AND held.until IS NULL)
     ORDER BY d.status <> 'running', d.reference`,
    [person],
  );
  return rows;
}

/** The steps that the answer to another step opened. */
export async function listOpenedBy(
  db: Db,
  { reference, step, round }: StepRef & { readonly reference: string },
): Promise<readonly (StepRef & { readonly dueOn: PlainDate })[]> {
  const { rows } = await db.query<StepRef & { readonly dueOn: PlainDate }>(
    `SELECT step, round, due_on AS "dueOn" FROM steps
     WHERE reference = $1 AND opened_by->>'step' = $2 AND (opened_by->>'round')::int = $3 ORDER BY due_on, step`,
    [reference, step, round],
  );
  return rows;
}

/** What has left about a round of a step, the oldest first, as its letters list it. */
export async function listSentAbout(
  db: Db,
  { reference, step, round }: { readonly reference: string; readonly step: string; readonly round: number },
): Promise<readonly SentBefore[]> {
  const { rows } = await db.query<{ readonly kind: LetterKind; readonly writtenAt: string; readonly name: string }>(
    `SELECT m.kind, m.written_at AS "writtenAt", coalesce(p.name, m.person) AS name
     FROM messages m LEFT JOIN people p ON p.id = m.person
     WHERE m.reference = $1 AND m.step = $2 AND m.round = $3 AND m.state IN ('accepted', 'delivered')
       AND m.kind NOT IN ('escalation-notice', 'news')
     ORDER BY m.written_at, m.key`,
    [reference, step, round],
  );
  return rows;
}
