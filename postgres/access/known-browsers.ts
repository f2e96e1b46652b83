import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';

/** How long a browser is known after somebody signed in with it. */
export const KNOWN_DAYS = 90;

/** From now on a browser is known by this token, for whoever has just signed in with it, and no longer by the one before. */
export async function knowBrowser(db: Db, { token, before }: { readonly token: string; readonly before: string | null }, person: string) {
  await db.query(
    `WITH gone AS (DELETE FROM known_browsers WHERE hash = $2)
     INSERT INTO known_browsers (hash, person, ends_at) VALUES ($1, $3, clock_timestamp() + make_interval(days => $4))`,
    [hashOf(token), hashOf(before ?? ''), person, KNOWN_DAYS],
  );
}

/** Whether whoever has this address has signed in with this browser of late. */
export async function isKnownBrowser(db: Db, token: string, email: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM known_browsers browser JOIN people person ON person.id = browser.person
                    WHERE browser.hash = $1 AND browser.ends_at > clock_timestamp() AND lower(person.email) = lower($2)) AS known`,
    [hashOf(token), email],
  );
  return rows[0]?.known ?? false;
}

/** Forgets the browsers in which nobody has signed in for so long. */
export async function forgetOldBrowsers(db: Db): Promise<void> {
  await db.query('DELETE FROM known_browsers WHERE ends_at <= clock_timestamp()');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
