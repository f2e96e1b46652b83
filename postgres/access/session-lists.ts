import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { hashOf, lasts } from './sessions.ts';
import type { SessionLengths } from './sessions.ts';

/** A session as its owner sees it. Its id opens nothing. */
export type ListedSession = {
  readonly id: string;
  /** "Firefox on Windows"; empty when it was not told. */
  readonly browser: string;
  readonly signedInAt: string;
  /** The last page, to the minute. */
  readonly usedAt: string;
  /** It is the one that asks. */
  readonly here: boolean;
};

/** The sessions of somebody that have not ended, the one that asks first, then what was used last. `token`: of the one that asks. */
export async function listSessions(
  db: Db,
  person: string,
  token: string | null,
  { idleHours, longestDays }: SessionLengths,
): Promise<readonly ListedSession[]> {
  const { rows } = await db.query<ListedSession>(
    `SELECT id, browser, made_at AS "signedInAt", seen_at AS "usedAt", coalesce(hash = $4, false) AS here
     FROM sessions session WHERE person = $1 AND ${lasts('$2', '$3')} ORDER BY here DESC, seen_at DESC, id`,
    [person, idleHours, longestDays, token === null ? null : hashOf(token)],
  );
  return rows;
}

/** Ends one session of somebody by its id; false when it had ended, or is somebody else's. */
export async function endSessionById(db: Db, person: string, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM sessions WHERE person = $1 AND id::text = $2', [person, id]);
  return rowCount === 1;
}

/** How much was ended. */
export type SessionsEnded = { readonly sessions: number; readonly signInLinks: number };

/**
 * Ends the sessions of somebody, all but that of a token when one is given, and every link by which they could open another. When
 * all end, no browser is known as theirs any more.
 */
export async function endAllSessions(pool: pg.Pool, person: string, except: string | null = null): Promise<SessionsEnded> {
  return inTransaction(pool, (db) => endAll(db, person, except));
}

/** Who ends somebody else's sessions, and why. */
export type EndingBy = { readonly person: string; readonly by: string; readonly because: string };

/** Ends every session of somebody, at the word of an administrator; a line says who did it, when and why, if anything was ended. */
export async function endSessionsOf(pool: pg.Pool, { person, by, because }: EndingBy): Promise<SessionsEnded> {
  return inTransaction(pool, async (db) => {
    const ended = await endAll(db, person, null);
    if (ended.sessions + ended.signInLinks > 0) {
      await db.query('INSERT INTO session_endings (person, by_person, because, sessions, sign_in_links) VALUES ($1, $2, $3, $4, $5)', [
        person,
        by,
        because,
        ended.sessions,
        ended.signInLinks,
      ]);
    }
    return ended;
  });
}

/** That somebody's sessions were ended by an administrator. */
export type SessionEnding = SessionsEnded & { readonly by: string; readonly byName: string; readonly because: string; readonly at: string };

/** Each time that somebody's sessions were ended by an administrator, the newest first. */
export async function listSessionEndings(db: Db, person: string, limit: number): Promise<readonly SessionEnding[]> {
  const { rows } = await db.query<SessionEnding>(
    `SELECT by_person AS by, coalesce(who.name, by_person) AS "byName", because, at, sessions, sign_in_links AS "signInLinks"
     FROM session_endings ending LEFT JOIN people who ON who.id = ending.by_person
     WHERE person = $1 ORDER BY ending.id DESC LIMIT $2`,
    [person, limit],
  );
  return rows;
}

/** Somebody who is signed in somewhere. */
export type SignedInSomewhere = { readonly person: string; readonly name: string; readonly sessions: number; readonly usedAt: string };

/** Everybody who is signed in, by name. */
export async function listSignedIn(db: Db, { idleHours, longestDays }: SessionLengths): Promise<readonly SignedInSomewhere[]> {
  const { rows } = await db.query<SignedInSomewhere>(
    `SELECT person.id AS person, person.name, count(*)::int AS sessions, max(session.seen_at) AS "usedAt"
     FROM sessions session JOIN people person ON person.id = session.person
     WHERE ${lasts('$1', '$2')} GROUP BY person.id ORDER BY person.name, person.id`,
    [idleHours, longestDays],
  );
  return rows;
}

async function endAll(db: Db, person: string, except: string | null): Promise<SessionsEnded> {
  const links = await db.query(
    'UPDATE sign_in_links SET used_at = clock_timestamp() WHERE person = $1 AND used_at IS NULL AND expires_at > clock_timestamp()',
    [person],
  );
  const sessions = await db.query('DELETE FROM sessions WHERE person = $1 AND hash IS DISTINCT FROM $2', [
    person,
    except === null ? null : hashOf(except),
  ]);
  if (except === null) await db.query('DELETE FROM known_browsers WHERE person = $1', [person]);
  return { sessions: sessions.rowCount ?? 0, signInLinks: links.rowCount ?? 0 };
}
