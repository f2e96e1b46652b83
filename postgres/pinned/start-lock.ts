import type pg from 'pg';
import type { Subject } from '../../domain/chronology/events.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { nextReference } from '../views/deployments.ts';

/**
 * The right to start a deployment of a school or trust under a reference. `id` is the same for everybody who is given
 * it; `ours` when nobody had claimed it before.
 */
export type StartClaim = { readonly id: string; readonly reference: string; readonly ours: boolean };

/**
 * Claims the start of a deployment of a school or trust. The first caller is given a reference, and everybody after
 * them the same one, until the deployment is in the record. However many callers start it, and whatever is down
 * meanwhile, the engine is asked for one workflow. Undefined when the wanted reference belongs to the start of another
 * school or trust.
 */
export async function claimStart(pool: pg.Pool, subject: Subject, programme: string, wanted?: string): Promise<StartClaim | undefined> {
  const key = [subject.kind, subject.kind === 'school' ? subject.urn : subject.trust, programme];
  return inTransaction(pool, async (db) => {
    // One at a time. The second caller sees the whole claim of the first, and takes no number of its own.
    await db.query('LOCK TABLE starting IN EXCLUSIVE MODE');
    await db.query('DELETE FROM starting WHERE EXISTS (SELECT FROM deployments d WHERE d.reference = starting.reference)');
    const { rows } = await db.query<{ id: string; reference: string }>(
      'SELECT claim AS id, reference FROM starting WHERE kind = $1 AND subject = $2 AND programme = $3',
      key,
    );
    if (rows[0] !== undefined) return { ...rows[0], ours: false };
    const reference = wanted ?? (await nextReference(db));
    const inserted = await db.query<{ id: string }>(
      'INSERT INTO starting (kind, subject, programme, reference) VALUES ($1, $2, $3, $4) ON CONFLICT (reference) DO NOTHING RETURNING claim AS id',
      [...key, reference],
    );
    return inserted.rows[0] === undefined ? undefined : { ...inserted.rows[0], reference, ours: true };
  });
}

/** Gives up a claim whose deployment was certainly not started. */
export async function giveUpStart(db: Db, { id }: StartClaim): Promise<void> {
  await db.query('DELETE FROM starting WHERE claim = $1', [id]);
}
