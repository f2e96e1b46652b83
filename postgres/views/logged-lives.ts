/**
 * Whether the logs that reports are counted from say what the events say, and how they are written anew. A trigger of PostgreSQL keeps them (migration
 * 0046), so they part from the events only where somebody changed them by hand, or restored the table by itself.
 */
import type { Db } from '../database.ts';

/** Those of these deployments whose log does not say what their events say, in the order of their references. */
export async function listWrongLogs(db: Db, references: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    `SELECT asked.reference FROM unnest($1::text[]) AS asked (reference)
     LEFT JOIN logged_lives kept ON kept.reference = asked.reference
     WHERE kept.log IS DISTINCT FROM (
       SELECT string_agg(event, chr(30) ORDER BY sequence)
       FROM (SELECT sequence, logged_event(type, body) AS event FROM events e WHERE e.reference = asked.reference) logged WHERE event IS NOT NULL)
     ORDER BY 1`,
    [references],
  );
  return rows.map(({ reference }) => reference);
}

/** Writes the logs of these deployments anew from their events. */
export async function writeLogsAnew(db: Db, references: readonly string[]): Promise<void> {
  await db.query('DELETE FROM logged_lives WHERE reference = ANY ($1::text[])', [references]);
  await db.query(
    `INSERT INTO logged_lives (reference, log)
     SELECT reference, string_agg(event, chr(30) ORDER BY sequence)
     FROM (SELECT reference, sequence, logged_event(type, body) AS event FROM events WHERE reference = ANY ($1::text[])) logged
     WHERE event IS NOT NULL GROUP BY reference`,
    [references],
  );
}

/** The deployments for which something was stored last, so many at most; also those that ended long ago. */
export async function listNewestStored(db: Db, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    `SELECT reference FROM deployments d
     ORDER BY (SELECT e.recorded_at FROM events e WHERE e.reference = d.reference AND e.sequence = d.sequence) DESC NULLS LAST, reference LIMIT $1::int`,
    [limit],
  );
  return rows.map(({ reference }) => reference);
}
