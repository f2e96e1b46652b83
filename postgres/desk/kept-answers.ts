import type { Instant, StepRef, Via } from '../../domain/chronology/events.ts';
import type { AnswerId, PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** An answer as it was given, before anybody knows whether it counts. */
export type AnswerGiven = StepRef & {
  readonly reference: string;
  readonly answer: AnswerId;
  readonly fields: Readonly<Record<string, string>>;
  /** Who gives or records it. */
  readonly person: PersonId;
  /** The owner who telephoned, when somebody else records it. */
  readonly onBehalfOf: PersonId | null;
  readonly via: Via;
};

export type KeptAnswer = AnswerGiven & { readonly id: string; readonly givenAt: Instant };

const COLUMNS = 'id, reference, step, round, answer, fields, person, on_behalf_of AS "onBehalfOf", via, given_at AS "givenAt"';
const KEPT = `SELECT ${COLUMNS} FROM kept_answers`;

/** Keeps an answer. The same one that waits already is not kept twice: then it answers the first. */
export async function keepOnce(db: Db, given: AnswerGiven): Promise<KeptAnswer> {
  const { reference, step, round, person, answer } = given;
  await db.query(
    `INSERT INTO kept_answers (reference, step, round, person, answer, fields, on_behalf_of, via) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (reference, step, round, person, answer) WHERE settled_at IS NULL DO NOTHING`,
    [reference, step, round, person, answer, JSON.stringify(given.fields), given.onBehalfOf, given.via],
  );
  // Settled or not: another request may have settled it by now.
  const { rows } = await db.query<KeptAnswer>(
    `${KEPT} WHERE reference = $1 AND step = $2 AND round = $3 AND person = $4 AND answer = $5 ORDER BY id DESC LIMIT 1`,
    [reference, step, round, person, answer],
  );
  const [kept] = rows;
  if (kept === undefined) throw new Error(`The answer to ${step} of ${reference} was not kept.`);
  return kept;
}

/** The answer of this person to this opening of a step that still waits to be delivered; the first, if there are several. */
export async function findWaitingAnswer(
  db: Db,
  { reference, step, round, person }: StepRef & { readonly reference: string; readonly person: PersonId },
): Promise<KeptAnswer | undefined> {
  const { rows } = await db.query<KeptAnswer>(
    `${KEPT} WHERE reference = $1 AND step = $2 AND round = $3 AND person = $4 AND settled_at IS NULL ORDER BY id LIMIT 1`,
    [reference, step, round, person],
  );
  return rows[0];
}

/** An answer that somebody delivers, for as long as their lease runs. */
export type ClaimedAnswer = KeptAnswer & { readonly claim: string };

/**
 * Claims an answer that waits, for so many seconds; those `tried`, and whatever somebody else has claimed, are passed over.
 * The first of its deployment, for the first that is given counts; of any deployment, so that one which cannot be asked
 * holds up no other. Undefined when there is none. One statement: nothing is locked when it has answered. A lease that ran
 * out belonged to somebody who died, and the answer is claimed anew.
 */
export async function claimWaitingAnswer(db: Db, tried: readonly string[], leaseSeconds: number): Promise<ClaimedAnswer | undefined> {
  const { rows } = await db.query<ClaimedAnswer>(
    `UPDATE kept_answers SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $2)
     WHERE id = (SELECT id FROM kept_answers kept WHERE settled_at IS NULL AND id <> ALL ($1::bigint[])
                   AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                   AND NOT EXISTS (SELECT FROM kept_answers earlier
                                   WHERE earlier.reference = kept.reference AND earlier.settled_at IS NULL AND earlier.id < kept.id)
                 ORDER BY random() LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING ${COLUMNS}, claim`,
    [tried, leaseSeconds],
  );
  return rows[0];
}

/** Lets an answer go that could not be delivered yet, unless somebody else has claimed it since. */
export async function releaseAnswer(db: Db, { id, claim }: ClaimedAnswer): Promise<void> {
  await db.query('UPDATE kept_answers SET claim = NULL, claimed_until = NULL WHERE id = $1 AND claim = $2', [id, claim]);
}

/** Notes how it went; false when that was noted before. `because` is null when it counted. */
export async function settleAnswer(db: Db, id: string, because: string | null): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE kept_answers SET settled_at = clock_timestamp(), counted = $2, outcome = $3 WHERE id = $1 AND settled_at IS NULL`,
    [id, because === null, because],
  );
  return rowCount === 1;
}

/** Answers that counted, with when they were given and when they did, by the clock on the wall. */
export type CountedAnswer = StepRef & { readonly answer: AnswerId; readonly givenAt: Instant; readonly countedAt: Instant };

/** The answers of a deployment that were given by a page and counted; what came another way was never kept. */
export async function listCountedAnswers(db: Db, reference: string): Promise<readonly CountedAnswer[]> {
  const { rows } = await db.query<CountedAnswer>(
    `SELECT step, round, answer, given_at AS "givenAt", settled_at AS "countedAt" FROM kept_answers WHERE reference = $1 AND counted ORDER BY id`,
    [reference],
  );
  return rows;
}
