import type pg from 'pg';
import type { PersonId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { digestWords } from '../../letters/digest-words.ts';
import type { DigestWords } from '../../letters/digest-words.ts';
import { inTransaction } from '../database.ts';
import type { Db } from '../database.ts';
import { DIGEST_ROLES, readDigest } from '../views/digest.ts';
import { countsToday } from '../views/held-roles.ts';
import { queueNote } from './notes.ts';
import type { Note } from './notes.ts';

/** Everybody who gets a summary of their week, wants it, and has none yet of this one. Whoever cannot be written to is left out. */
export async function withoutDigest(db: Db, week: PlainDate): Promise<readonly PersonId[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT p.id FROM people p
     WHERE p.address_refused_at IS NULL AND p.merged_into IS NULL
       AND EXISTS (SELECT FROM person_roles held WHERE held.person = p.id AND held.role = ANY ($2) AND ${countsToday('held')})
       AND NOT EXISTS (SELECT FROM digests done WHERE done.person = p.id AND done.week = $1)
       AND coalesce((SELECT digest FROM staff_preferences wish WHERE wish.person = p.id ORDER BY wish.id DESC LIMIT 1), true)
     ORDER BY p.id`,
    [week, DIGEST_ROLES],
  );
  return rows.map(({ id }) => id);
}

/**
 * Decides somebody's summary of a week: queues it as an e-mail, or leaves it out when there is nothing to say. The decision and the e-mail are
 * stored together, so one a person and week goes, whoever dies meanwhile and however many try. Answers whether it was queued by this call.
 */
export async function queueDigest(
  pool: pg.Pool,
  { person, week }: { readonly person: PersonId; readonly week: PlainDate },
  render: (words: DigestWords) => Pick<Note, 'subject' | 'text' | 'html'>,
): Promise<boolean> {
  return inTransaction(pool, async (db) => {
    const { rowCount } = await db.query(
      'INSERT INTO digests (person, week, queued) VALUES ($1, $2, false) ON CONFLICT (person, week) DO NOTHING',
      [person, week],
    );
    if (rowCount === 0) return false;
    const facts = await readDigest(db, person);
    const words = facts === undefined ? null : digestWords(facts);
    if (words === null) return false;
    await queueNote(db, { kind: 'digest', person, ...render(words) });
    await db.query('UPDATE digests SET queued = true WHERE person = $1 AND week = $2', [person, week]);
    return true;
  });
}
