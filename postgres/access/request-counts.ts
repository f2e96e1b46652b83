import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';

/** Counts `times` more under a name. The count starts again from nought when its window has passed. */
export type Counting = { readonly name: string; readonly times: number; readonly windowSeconds: number };

/** How often something was asked for in its present window, including this time, and how long the window still lasts. */
export type Counted = { readonly count: number; readonly msLeft: number };

/**
 * Counts all of these in one statement, for all web services together. Returns how each count stands, in the same order.
 * When two statements count the same name at once, one waits and sees the other's count. No name may be given twice.
 */
export async function countRequests(db: Db, countings: readonly Counting[]): Promise<readonly Counted[]> {
  if (countings.length === 0) return [];
  const keys = countings.map(({ name }) => createHash('sha256').update(name).digest());
  // Rows are locked in the order of their keys, so two statements cannot deadlock.
  const { rows } = await db.query<{ key: string; count: number; msLeft: number }>(
    `INSERT INTO request_counts AS kept (key, count, ends_at)
     SELECT given.key, given.times, clock_timestamp() + make_interval(secs => given.seconds)
     FROM unnest($1::bytea[], $2::int[], $3::int[]) AS given (key, times, seconds) ORDER BY given.key
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN kept.ends_at <= clock_timestamp() THEN excluded.count ELSE kept.count + excluded.count END,
       ends_at = CASE WHEN kept.ends_at <= clock_timestamp() THEN excluded.ends_at ELSE kept.ends_at END
     RETURNING encode(key, 'hex') AS key, count, ceil(extract(epoch FROM ends_at - clock_timestamp()) * 1000)::int AS "msLeft"`,
    [keys, countings.map(({ times }) => times), countings.map(({ windowSeconds }) => windowSeconds)],
  );
  const standing = new Map(rows.map(({ key, count, msLeft }) => [key, { count, msLeft: Math.max(0, msLeft) }]));
  return keys.map((key) => standing.get(key.toString('hex')) ?? { count: 0, msLeft: 0 });
}

/** Deletes the counts whose window has passed. */
export async function forgetEndedCounts(db: Db): Promise<void> {
  await db.query('DELETE FROM request_counts WHERE ends_at <= clock_timestamp()');
}
