/**
 * Whether the rounds that reports count are judged as the record says, and how they are judged anew. Triggers of PostgreSQL keep them (migration 0052), so
 * they part from the record only where somebody changed or deleted rows by hand, or restored the table by itself.
 */
import type { Db } from '../database.ts';
import { REAL_TODAY } from './place.ts';

/** Those of these deployments of which a round that closed is judged otherwise, or not at all, in the order of their references. */
export async function listWrongRounds(db: Db, references: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    `WITH judged AS MATERIALIZED (SELECT * FROM judged_rounds() WHERE reference = ANY ($1::text[])),
     kept AS MATERIALIZED (SELECT * FROM ended_rounds WHERE reference = ANY ($1::text[]))
     SELECT reference FROM (SELECT * FROM judged EXCEPT SELECT * FROM kept) missing UNION SELECT reference FROM (SELECT * FROM kept EXCEPT SELECT * FROM judged) wrong
     ORDER BY 1`,
    [references],
  );
  return rows.map(({ reference }) => reference);
}

/** How long a letter may be under way to a mail server when its round closes. */
const DAYS_AFTER = 2;

/**
 * Judges anew the rounds that settled of late. A letter that was marked while its round closed was seen by neither of the two. Waits for nobody: what is
 * being written is left for the next time. Answers how many were judged otherwise.
 */
export async function judgeLateRounds(db: Db): Promise<number> {
  const { rowCount } = await db.query(
    `UPDATE ended_rounds kept SET judged = anew.judged FROM judged_rounds() anew
     WHERE kept.ctid IN (SELECT ctid FROM ended_rounds WHERE settled_on >= ${REAL_TODAY} - $1::int FOR UPDATE SKIP LOCKED)
       AND anew.reference = kept.reference AND anew.step = kept.step AND anew.round = kept.round AND anew.judged <> kept.judged`,
    [DAYS_AFTER],
  );
  return rowCount ?? 0;
}

/** Judges all rounds of these deployments anew. */
export async function judgeAnew(db: Db, references: readonly string[]): Promise<void> {
  await db.query('DELETE FROM ended_rounds WHERE reference = ANY ($1::text[])', [references]);
  await db.query('INSERT INTO ended_rounds SELECT * FROM judged_rounds() WHERE reference = ANY ($1::text[])', [references]);
}
