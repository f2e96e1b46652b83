import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { countsToday } from '../views/held-roles.ts';
import { queueNote } from '../desk/notes.ts';
import { forgetKeptForms } from './kept-forms.ts';
import { forgetOldBrowsers, knowBrowser } from './known-browsers.ts';
import type { Note } from '../desk/notes.ts';

/** How long somebody stays signed in. */
export type SessionLengths = {
  /** Counted from the last page that was requested. */
  readonly idleHours: number;
  /** Counted from signing in. A session ends then, however often a page was requested. */
  readonly longestDays: number;
};

/** Used unless the configuration says otherwise. */
export const SESSION_LENGTHS: SessionLengths = { idleHours: 12, longestDays: 7 };
/** The longest that the configuration may set. */
export const LONGEST_SESSIONS: SessionLengths = { idleHours: 24, longestDays: 30 };
/** How long a sign-in link may be used. */
export const SIGN_IN_MINUTES = 15;
/** A session is extended at most this often, so that not every page writes to the database. */
const SLIDES_EVERY_SECONDS = 60;

/** 256 random bits, in the form that a link or a cookie holds. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Only the hash of a token is stored, so that nobody who reads the database can sign in with it. */
export function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** The person with this address, if they hold one of these roles. Upper and lower case make no difference. */
export async function findStaffByAddress(
  db: Db,
  email: string,
  roles: readonly string[],
): Promise<{ readonly person: string; readonly name: string } | null> {
  const { rows } = await db.query<{ person: string; name: string }>(
    `SELECT id AS person, name FROM people
     WHERE lower(email) = lower($1) AND EXISTS (SELECT FROM person_roles held WHERE held.person = people.id AND held.role = ANY ($2) AND ${countsToday('held')})`,
    [email, roles],
  );
  return rows[0] ?? null;
}

/** A link for somebody who asked to sign in, bound to the browser that asked. */
export type SignInLink = { readonly token: string; readonly browser: string; readonly person: string };

/** Stores a sign-in link and queues the e-mail that carries it: both, or neither. */
export async function queueSignInLink(pool: pg.Pool, link: SignInLink, words: Pick<Note, 'subject' | 'text' | 'html'>): Promise<void> {
  await inTransaction(pool, async (db) => {
    await keepSignInLink(db, link);
    await queueNote(db, { kind: 'sign-in', person: link.person, ...words });
  });
}

/** Stores a sign-in link. */
export async function keepSignInLink(db: Db, link: SignInLink): Promise<void> {
  await db.query(
    `INSERT INTO sign_in_links (hash, person, browser_hash, expires_at)
     VALUES ($1, $2, $3, clock_timestamp() + make_interval(mins => $4))`,
    [hashOf(link.token), link.person, hashOf(link.browser), SIGN_IN_MINUTES],
  );
}

export type LinkState = 'usable' | 'unknown' | 'used' | 'expired' | 'other-browser';

/**
 * Whether a link would sign in now, in this browser, and if not why. `browser` is null for a browser that never asked.
 */
export async function stateOfSignInLink(db: Db, token: string, browser: string | null): Promise<LinkState> {
  const { rows } = await db.query<{ used: boolean; expired: boolean; here: boolean }>(
    `SELECT used_at IS NOT NULL AS used, expires_at <= clock_timestamp() AS expired, browser_hash = $2 AS here
     FROM sign_in_links WHERE hash = $1`,
    [hashOf(token), hashOf(browser ?? '')],
  );
  const [link] = rows;
  if (link === undefined) return 'unknown';
  if (link.used) return 'used';
  if (link.expired) return 'expired';
  return link.here ? 'usable' : 'other-browser';
}

/** A session as its browser knows it. */
export type OpenedSession = { readonly token: string; readonly csrf: string };

/** How a browser is known from now on, and how it was known before. */
export type KnownAs = { readonly token: string; readonly before: string | null };
/** The browser in which a session is opened, in words, and how long the session may last. */
export type OpenedIn = { readonly browserWords: string; readonly lengths: SessionLengths };

/**
 * Uses a link up and opens a session for it, in a browser that is known from then on. Null when the link does not sign in.
 * When a link is used twice at once, the second use gets null.
 */
export async function useSignInLink(
  pool: pg.Pool,
  token: string,
  browser: string,
  known: KnownAs,
  openedIn: OpenedIn,
): Promise<OpenedSession | null> {
  return inTransaction(pool, async (db) => {
    const { rows } = await db.query<{ person: string }>(
      `UPDATE sign_in_links SET used_at = clock_timestamp()
       WHERE hash = $1 AND browser_hash = $2 AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING person`,
      [hashOf(token), hashOf(browser)],
    );
    if (rows[0] === undefined) return null;
    await knowBrowser(db, known, rows[0].person);
    return openSession(db, rows[0].person, openedIn);
  });
}

/** Opens a session for somebody who has proved who they are. */
export async function openSession(
  db: Db,
  person: string,
  { browserWords, lengths }: OpenedIn = { browserWords: '', lengths: SESSION_LENGTHS },
): Promise<OpenedSession> {
  const session: OpenedSession = { token: newToken(), csrf: newToken() };
  await db.query(
    `INSERT INTO sessions (hash, person, csrf, browser, expires_at)
     VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(hours => $5))`,
    [hashOf(session.token), person, session.csrf, browserWords, lengths.idleHours],
  );
  return session;
}

export type SignedIn = {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  readonly csrf: string;
  /** Those of the requested roles that the person holds now, not when the session began. */
  readonly roles: readonly { readonly role: string; readonly region: string; readonly area: string }[];
  /** Whether this request extended the session. */
  readonly prolonged: boolean;
};

/**
 * Whose session it is, with those of these roles that they hold. Null when it has ended, or when they no longer hold
 * any of them; the session is then deleted. Otherwise extends the session, in the same query.
 */
export async function findSession(
  db: Db,
  token: string,
  roles: readonly string[],
  lengths: SessionLengths = SESSION_LENGTHS,
): Promise<SignedIn | null> {
  const { rows } = await db.query<SignedIn>(
    `WITH prolonged AS (
       UPDATE sessions session
       SET seen_at = clock_timestamp(),
           expires_at = least(clock_timestamp() + make_interval(hours => $3), made_at + make_interval(days => $4))
       WHERE hash = $1 AND ${lasts('$3', '$4')} AND seen_at < clock_timestamp() - make_interval(secs => $5) RETURNING hash)
     SELECT session.person, person.name, person.email, session.csrf, EXISTS (SELECT FROM prolonged) AS prolonged,
            jsonb_agg(jsonb_build_object('role', held.role, 'region', held.region, 'area', held.area)
                      ORDER BY held.role, held.region, held.area) AS roles
     FROM sessions session
     JOIN people person ON person.id = session.person
     JOIN person_roles held ON held.person = session.person AND held.role = ANY ($2) AND ${countsToday('held')}
     WHERE session.hash = $1 AND ${lasts('$3', '$4')}
     GROUP BY session.hash, person.id`,
    [hashOf(token), roles, lengths.idleHours, lengths.longestDays, SLIDES_EVERY_SECONDS],
  );
  if (rows[0] !== undefined) return rows[0];
  await endSession(db, token);
  return null;
}

/**
 * A condition on `session`: it has not ended. The lengths count as they are set now, also for sessions that began before
 * somebody made them shorter.
 */
export function lasts(idleHours: string, longestDays: string): string {
  return `(session.expires_at > clock_timestamp() AND session.seen_at > clock_timestamp() - make_interval(hours => ${idleHours})
           AND session.made_at > clock_timestamp() - make_interval(days => ${longestDays}))`;
}

/** Ends one session. */
export async function endSession(db: Db, token: string): Promise<void> {
  await db.query('DELETE FROM sessions WHERE hash = $1', [hashOf(token)]);
}

/**
 * Deletes sessions that have ended, and sign-in links a day after they ran out. Until then the page can say why a link
 * does not work. Forms that were kept for people whose session had ended go a day later, too.
 */
export async function forgetEndedSessions(db: Db, { idleHours, longestDays }: SessionLengths = SESSION_LENGTHS): Promise<void> {
  await db.query(`DELETE FROM sessions session WHERE NOT ${lasts('$1', '$2')}`, [idleHours, longestDays]);
  await db.query("DELETE FROM sign_in_links WHERE expires_at <= clock_timestamp() - interval '1 day'");
  await forgetOldBrowsers(db);
  await forgetKeptForms(db);
}
