import type { Db } from '../database.ts';
import { inTransaction } from '../database.ts';
import { HOLD_STANDS } from '../views/post-holds.ts';
import type { HoldScope } from '../views/post-holds.ts';
import type pg from 'pg';

export type NewHold = {
  readonly scope: HoldScope;
  /** '' for the service. */
  readonly place: string;
  readonly because: string;
  /** A contact id. */
  readonly by: string;
  /** When it ends by itself, ISO 8601; null: when somebody releases it. */
  readonly untilAt: string | null;
};

/**
 * Holds the post. From the moment of its commit no letter within it is claimed or handed to a mail server. Answers its number, or null when
 * the same place is held already.
 */
export async function makeHold(pool: pg.Pool, { scope, place, because, by, untilAt }: NewHold): Promise<number | null> {
  return inTransaction(pool, async (db) => {
    // Two who press the button at once make one hold.
    await db.query("SELECT pg_advisory_xact_lock(hashtextextended('post-hold/' || $1::text || '/' || $2::text, 0))", [scope, place]);
    const { rows } = await db.query<{ id: number }>(
      `INSERT INTO post_holds (scope, place, because, held_by, until_at)
       SELECT $1, $2, $3, $4, $5
       WHERE NOT EXISTS (SELECT FROM post_holds hold WHERE hold.scope = $1 AND hold.place = $2 AND ${HOLD_STANDS})
       RETURNING id::int`,
      [scope, place, because, by, untilAt],
    );
    return rows[0]?.id ?? null;
  });
}

/** Releases a hold that stands. Answers the mailrooms that have letters to send, or null when it does not stand. */
export async function endHold(
  db: Db,
  id: number,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<readonly number[] | null> {
  const { rowCount } = await db.query(
    `UPDATE post_holds hold SET released_at = clock_timestamp(), released_by = $2, released_because = $3 WHERE hold.id = $1 AND ${HOLD_STANDS}`,
    [id, by, because],
  );
  if (rowCount !== 1) return null;
  const { rows } = await db.query<{ mailroom: number }>("SELECT DISTINCT mailroom FROM messages WHERE state = 'queued' ORDER BY mailroom");
  return rows.map(({ mailroom }) => mailroom);
}

/** What a hold may be of: every region, and every programme with a running deployment. */
export async function placesToHold(db: Db): Promise<{ readonly regions: readonly string[]; readonly programmes: readonly string[] }> {
  const { rows } = await db.query<{ regions: readonly string[]; programmes: readonly string[] }>(
    `SELECT ARRAY(SELECT DISTINCT region FROM local_authorities WHERE region <> '' ORDER BY region) AS regions,
            ARRAY(SELECT DISTINCT programme FROM deployments ORDER BY programme) AS programmes`,
  );
  return rows[0] ?? { regions: [], programmes: [] };
}
