import type { Instant, StepRef } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { clockStandsSince } from './clock-stands.ts';
import { ITS_TODAY } from './place.ts';

/** The state of an open escalation. */
export type EscalationStanding = {
  /** When the person who has it now was asked. */
  readonly since: Instant;
  /** How many letters have asked somebody to take it on. */
  readonly turn: number;
  readonly acknowledgedAt: Instant | null;
  /** The name of the person who took it on. */
  readonly acknowledgedBy: string | null;
  /** What they said will be done. */
  readonly words: string | null;
  readonly promisedOn: PlainDate | null;
  /** Whether a promise was not kept: its day is over, or the escalation has come back to whoever promised. */
  readonly promisePassed: boolean;
  /** The first day on which the clock of its step stood still, as it does now: nobody is chased meanwhile. Null while it runs. */
  readonly standsSince: PlainDate | null;
};

/**
 * Whether the day of the promise is over, or the escalation came back because a promise had passed and nobody has
 * promised again. Uses the aliases `e` and `d`.
 */
const PROMISE_PASSED = `(coalesce(e.promised_on < ${ITS_TODAY}, false)
  OR e.acknowledged_at IS NULL AND e.turn > 1 AND EXISTS (
    SELECT FROM events passed WHERE passed.reference = e.reference AND passed.type = 'escalation-passed'
      AND passed.body->>'step' = e.step AND (passed.body->>'round')::int = e.round AND (passed.body->>'turn')::int = e.turn
      AND passed.at = e.since AND passed.body->>'how' = 'promise-passed'))`;

/** The columns of `EscalationStanding`, of an escalation `e` of a deployment `d`. */
export const STANDING = `coalesce(e.since, e.opened_at) AS since, e.turn, e.acknowledged_at AS "acknowledgedAt",
  coalesce((SELECT name FROM people WHERE id = e.acknowledged_by), e.acknowledged_by) AS "acknowledgedBy",
  e.words, e.promised_on AS "promisedOn", ${PROMISE_PASSED} AS "promisePassed",
  ${clockStandsSince('e')} AS "standsSince"`;

/** Passed promises first, then those that nobody has taken on, the oldest first, then the nearest promises. */
export const IN_TURN = `CASE WHEN ${PROMISE_PASSED} THEN 0 WHEN e.acknowledged_at IS NULL THEN 1 ELSE 2 END,
  e.promised_on, coalesce(e.since, e.opened_at), e.reference, e.step, e.round, e.rung`;

export type EscalationLine = StepRef &
  EscalationStanding & {
    /** The name of the person who has it; null when nobody holds the role. */
    readonly person: string | null;
    readonly role: string;
    readonly openedAt: Instant;
    readonly closedAt: Instant | null;
    readonly outcome: string | null;
  };

/** Every escalation of a deployment, open ones first. */
export async function listEscalations(db: Db, reference: string): Promise<readonly EscalationLine[]> {
  const { rows } = await db.query<EscalationLine>(
    `SELECT e.step, e.round, ${STANDING}, coalesce(p.name, e.person) AS person, e.role, e.opened_at AS "openedAt",
            e.closed_at AS "closedAt", e.outcome
     FROM escalations e JOIN deployments d ON d.reference = e.reference LEFT JOIN people p ON p.id = e.person
     WHERE e.reference = $1 ORDER BY e.closed_at IS NOT NULL, ${IN_TURN}`,
    [reference],
  );
  return rows;
}

/** Whether this opening of a step was ever escalated. */
export async function wasEscalated(db: Db, { reference, step, round }: StepRef & { readonly reference: string }): Promise<boolean> {
  const { rowCount } = await db.query('SELECT FROM escalations WHERE reference = $1 AND step = $2 AND round = $3 LIMIT 1', [
    reference,
    step,
    round,
  ]);
  return rowCount === 1;
}
