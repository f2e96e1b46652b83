import type { AskedAnewBecause } from '../../domain/chronology/events.ts';
import type { PersonId } from '../../domain/programme.ts';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { NOW_SQL } from '../sandbox/clock.ts';
import { REAL_TODAY } from '../views/place.ts';
import { countsToday } from '../views/held-roles.ts';
import { dropKeptFormsOf } from './kept-forms.ts';
import { STAFF_ROLES } from './staff-roles.ts';

/** Why everything that a contact id can open is ended. */
export type EndedBecause = AskedAnewBecause | 'name-changed' | 'left-staff';

/** What was ended for one contact id, and where the person is asked again. */
export type AccessEnded = {
  readonly person: PersonId;
  /** The person's name now. */
  readonly name: string;
  readonly because: EndedBecause;
  readonly sessions: number;
  readonly signInLinks: number;
  /** Links in letters: to answer, or to take on an escalation. */
  readonly answerLinks: number;
  /** The deployments that will ask them again. */
  readonly askedAnewIn: readonly string[];
};

/** An arbitrary number. Everybody who changes people and everybody who gives out links must use the same one. */
const PEOPLE_LOCK = 7_301_002;

/** Locks people for a change. Until this transaction ends, nobody is given a link for an earlier address. */
export async function lockPeople(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [PEOPLE_LOCK]);
}

/** Waits for whoever is changing people, and keeps people unchanged until this transaction ends. */
export async function lockPeopleAsTheyAre(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock_shared($1)', [PEOPLE_LOCK]);
}

type Changed = { readonly person: PersonId; readonly because: EndedBecause };

/**
 * Ends what contact ids can open. Call it once the people are stored, in the transaction of the change that is the
 * reason. Sessions and sign-in links always end. Where the address or the person changed, the links in letters and the address of the calendar end too,
 * and each deployment will ask again for what they led to. A new person finds no draft of their predecessor, and gets
 * no e-mail that was meant for them.
 */
export async function endAccess(db: Db, changed: readonly Changed[]): Promise<readonly AccessEnded[]> {
  if (changed.length === 0) return [];
  const all = changed.map(({ person }) => person);
  const of = (...why: readonly EndedBecause[]) => changed.filter(({ because }) => why.includes(because)).map(({ person }) => person);

  const sessions = await db.query<Ended>('DELETE FROM sessions WHERE person = ANY ($1) RETURNING person', [all]);
  await db.query('DELETE FROM known_browsers WHERE person = ANY ($1)', [all]);
  const signInLinks = await db.query<Ended>(
    `UPDATE sign_in_links SET used_at = clock_timestamp()
     WHERE person = ANY ($1) AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING person`,
    [all],
  );
  const answerLinks = await db.query<EndedLink>(
    `UPDATE answer_links SET revoked_at = clock_timestamp()
     WHERE revoked_at IS NULL AND (person = ANY ($1) OR person = ANY ($2) AND role = ANY ($3))
     RETURNING person, reference, step, round`,
    [of('address-changed', 'person-changed'), of('left-staff'), STAFF_ROLES],
  );
  await db.query(
    `UPDATE calendar_feeds SET ended_at = ${NOW_SQL}, ended_because = 'What the person may open was ended.'
     WHERE ended_at IS NULL AND (person = ANY ($1) OR person = ANY ($2) AND made_from = 'session')`,
    [of('address-changed', 'person-changed'), of('left-staff')],
  );
  await dropNotes(db, all, of('person-changed'));
  await db.query('DELETE FROM answer_drafts WHERE person = ANY ($1)', [of('person-changed')]);
  await dropKeptFormsOf(db, of('person-changed'));
  const asked = await keepAsks(
    db,
    changed.flatMap(({ person, because }) => (asksAnew(because) ? [{ person, because }] : [])),
    answerLinks.rows,
  );

  const { rows: names } = await db.query<{ id: string; name: string }>('SELECT id, name FROM people WHERE id = ANY ($1)', [all]);
  return changed.map(({ person, because }) => ({
    person,
    name: names.find(({ id }) => id === person)?.name ?? person,
    because,
    sessions: countOf(sessions.rows, person),
    signInLinks: countOf(signInLinks.rows, person),
    answerLinks: countOf(answerLinks.rows, person),
    askedAnewIn: asked.filter((ask) => ask.person === person).map(({ reference }) => reference),
  }));
}

/**
 * Ends what a staff role gave to people whose role has ended by its date: sessions, links to sign in, links in letters. A session ends
 * at its next page anyhow. Answers whose access ended.
 */
export async function endAccessOfEndedRoles(pool: pg.Pool): Promise<readonly AccessEnded[]> {
  return inTransaction(pool, async (db) => {
    await lockPeople(db);
    const { rows } = await db.query<{ person: string }>(
      `SELECT DISTINCT ended.person FROM person_roles ended WHERE ended.role = ANY ($1) AND ended.until_on < ${REAL_TODAY}`,
      [STAFF_ROLES],
    );
    const leavers = await listLeavers(
      db,
      rows.map(({ person }) => person),
    );
    return endAccess(
      db,
      leavers.map((person) => ({ person, because: 'left-staff' })),
    );
  });
}

/** Those of these people who hold no staff role but still have something open that a staff role gave them. */
export async function listLeavers(db: Db, people: readonly PersonId[]): Promise<readonly PersonId[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM people leaver
     WHERE id = ANY ($1)
       AND NOT EXISTS (SELECT FROM person_roles held WHERE held.person = leaver.id AND held.role = ANY ($2) AND ${countsToday('held')})
       AND (EXISTS (SELECT FROM sessions WHERE person = leaver.id)
            OR EXISTS (SELECT FROM sign_in_links WHERE person = leaver.id AND used_at IS NULL AND expires_at > clock_timestamp())
            OR EXISTS (SELECT FROM calendar_feeds WHERE person = leaver.id AND ended_at IS NULL AND made_from = 'session')
            OR EXISTS (SELECT FROM answer_links WHERE person = leaver.id AND revoked_at IS NULL AND role = ANY ($2)))
     ORDER BY id`,
    [people, STAFF_ROLES],
  );
  return rows.map(({ id }) => id);
}

type Ended = { readonly person: string };
type EndedLink = Ended & { readonly reference: string; readonly step: string; readonly round: number };

function asksAnew(because: EndedBecause): because is AskedAnewBecause {
  return because === 'address-changed' || because === 'person-changed';
}

/**
 * Drops e-mails with links that have not left yet. For a contact id that is now another person, drops every waiting e-mail.
 */
async function dropNotes(db: Db, people: readonly PersonId[], others: readonly PersonId[]): Promise<void> {
  await db.query(
    `UPDATE notes SET failed_at = clock_timestamp(), body_text = NULL, body_html = NULL,
            reason = 'the address or the person changed before it was sent'
     WHERE sent_at IS NULL AND failed_at IS NULL AND (person = ANY ($1) AND kind IN ('sign-in', 'fresh-links', 'profile', 'survey') OR person = ANY ($2))`,
    [people, others],
  );
}

/** Stores one row for each deployment in which a link led to a step that is still open. */
async function keepAsks(
  db: Db,
  changed: readonly { readonly person: PersonId; readonly because: AskedAnewBecause }[],
  links: readonly EndedLink[],
): Promise<readonly { readonly person: string; readonly reference: string }[]> {
  const { rows } = await db.query<{ person: string; reference: string }>(
    `INSERT INTO asks_anew (reference, person, because, steps)
     SELECT s.reference, ended.person, changed.because, jsonb_agg(DISTINCT jsonb_build_object('step', s.step, 'round', s.round))
     FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) AS ended (person, reference, step, round)
     JOIN unnest($5::text[], $6::text[]) AS changed (person, because) ON changed.person = ended.person
     JOIN steps s ON s.reference = ended.reference AND s.step = ended.step AND s.round = ended.round AND s.state = 'open'
     JOIN deployments d ON d.reference = s.reference AND d.status = 'running'
     GROUP BY s.reference, ended.person, changed.because ORDER BY s.reference
     RETURNING person, reference`,
    [
      links.map(({ person }) => person),
      links.map(({ reference }) => reference),
      links.map(({ step }) => step),
      links.map(({ round }) => round),
      changed.map(({ person }) => person),
      changed.map(({ because }) => because),
    ],
  );
  return rows;
}

function countOf(ended: readonly Ended[], person: PersonId): number {
  return ended.filter((each) => each.person === person).length;
}
