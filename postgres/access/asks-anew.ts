import type { AskedAnewBecause, StepRef } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** A task for one deployment: to ask a contact id again. Whoever delivers it holds it until the lease runs out. */
export type ClaimedAsk = {
  readonly id: string;
  readonly reference: string;
  readonly person: PersonId;
  readonly because: AskedAnewBecause;
  readonly steps: readonly StepRef[];
  readonly claim: string;
};

/**
 * Claims a waiting task for `leaseSeconds`. Skips those in `tried` and those that somebody else has claimed. Undefined
 * when there is none.
 */
export async function claimAsk(db: Db, tried: readonly string[], leaseSeconds: number): Promise<ClaimedAsk | undefined> {
  const { rows } = await db.query<ClaimedAsk>(
    `UPDATE asks_anew SET claim = gen_random_uuid(), claimed_until = clock_timestamp() + make_interval(secs => $2)
     WHERE id = (SELECT id FROM asks_anew WHERE settled_at IS NULL AND id <> ALL ($1::bigint[])
                   AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id, reference, person, because, steps, claim`,
    [tried, leaseSeconds],
  );
  return rows[0];
}

/** Gives back a task that could not be delivered yet, unless somebody else has claimed it since. */
export async function releaseAsk(db: Db, { id, claim }: ClaimedAsk): Promise<void> {
  await db.query('UPDATE asks_anew SET claim = NULL, claimed_until = NULL WHERE id = $1 AND claim = $2', [id, claim]);
}

/** Records that a task is settled. `outcome` says why nothing was asked; null when something was asked. */
export async function settleAsk(db: Db, id: string, outcome: string | null): Promise<void> {
  await db.query('UPDATE asks_anew SET settled_at = clock_timestamp(), outcome = $2 WHERE id = $1 AND settled_at IS NULL', [id, outcome]);
}
