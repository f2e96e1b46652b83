import type { Instant, StepRef, Via } from '../../domain/chronology/events.ts';
import type { AnswerId, PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** An answer as it was given, before it is known whether it counts. */
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

/** Keeps an answer. When the same answer is already waiting, returns that one and keeps no second. */
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

/**
 * This person's answer to this opening of a step that is still waiting to be delivered. The first, if there are
 * several.
 */
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

/** An answer held by whoever delivers it, until the lease runs out. */
export type ClaimedAnswer = KeptAnswer & { readonly claim: string };

/**
 * Claims a waiting answer for `leaseSeconds`. Skips those in `tried` and those that somebody else has claimed. Takes
 * the first answer of its deployment, because the first that is given counts. Takes any deployment, so that one whose
 * engine does not answer holds up no other. Undefined when there is none. This is one statement, so nothing is locked
 * when it returns. A lease that ran out belonged to a process that died, and the answer can be claimed again.
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

/** Gives back an answer that could not be delivered yet, unless somebody else has claimed it since. */
export async function releaseAnswer(db: Db, { id, claim }: ClaimedAnswer): Promise<void> {
  await db.query('UPDATE kept_answers SET claim = NULL, claimed_until = NULL WHERE id = $1 AND claim = $2', [id, claim]);
}

/**
 * Records the outcome, `because` being null when the answer counted. An answer counts once, however often it is kept: `repeated` says that the
 * same answer of the same person to the same opening had counted before. `settled-before` says that this outcome was recorded already.
 */
export async function settleAnswer(db: Db, id: string, because: string | null): Promise<'settled' | 'repeated' | 'settled-before'> {
  const { rows } = await db.query<{ repeated: boolean }>(
    `UPDATE kept_answers kept
     SET settled_at = clock_timestamp(), counted = $2 AND before.counted IS NULL,
         outcome = CASE WHEN $2 AND before.counted THEN 'The same answer had counted before.' ELSE $3 END
     FROM (SELECT bool_or(twin.counted) AS counted FROM kept_answers this
           LEFT JOIN kept_answers twin ON twin.reference = this.reference AND twin.step = this.step AND twin.round = this.round
             AND twin.person = this.person AND twin.answer = this.answer AND twin.counted
           WHERE this.id = $1) before
     WHERE kept.id = $1 AND kept.settled_at IS NULL
     RETURNING $2 AND NOT kept.counted AS repeated`,
    [id, because === null, because],
  );
  const [settled] = rows;
  if (settled === undefined) return 'settled-before';
  return settled.repeated ? 'repeated' : 'settled';
}

/** Answers that counted, with the real times at which they were given and counted. */
export type CountedAnswer = StepRef & { readonly answer: AnswerId; readonly givenAt: Instant; readonly countedAt: Instant };

/**
 * The answers of a deployment that were given on a page and counted. Answers that came in another way were never kept.
 */
export async function listCountedAnswers(db: Db, reference: string): Promise<readonly CountedAnswer[]> {
  const { rows } = await db.query<CountedAnswer>(
    `SELECT step, round, answer, given_at AS "givenAt", settled_at AS "countedAt" FROM kept_answers WHERE reference = $1 AND counted ORDER BY id`,
    [reference],
  );
  return rows;
}
