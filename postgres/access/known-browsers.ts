import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';

/** How long a browser is known after somebody signed in with it. */
export const KNOWN_DAYS = 90;

/** Makes a browser known by a new token, for the person who has just signed in with it. The token before it is forgotten. */
export async function knowBrowser(db: Db, { token, before }: { readonly token: string; readonly before: string | null }, person: string) {
  await db.query(
    `WITH gone AS (DELETE FROM known_browsers WHERE hash = $2)
     INSERT INTO known_browsers (hash, person, ends_at) VALUES ($1, $3, clock_timestamp() + make_interval(days => $4))`,
    [hashOf(token), hashOf(before ?? ''), person, KNOWN_DAYS],
  );
}

/** Whether the person who has this e-mail address has signed in with this browser in the last 90 days. */
export async function isKnownBrowser(db: Db, token: string, email: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT EXISTS (SELECT FROM known_browsers browser JOIN people person ON person.id = browser.person
                    WHERE browser.hash = $1 AND browser.ends_at > clock_timestamp() AND lower(person.email) = lower($2)) AS known`,
    [hashOf(token), email],
  );
  return rows[0]?.known ?? false;
}

/** Deletes the browsers in which nobody has signed in for 90 days. */
export async function forgetOldBrowsers(db: Db): Promise<void> {
  await db.query('DELETE FROM known_browsers WHERE ends_at <= clock_timestamp()');
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
