import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** One input of a form: what it is called, and what was typed into it. */
export type KeptField = { readonly name: string; readonly value: string };

/** A form that was sent after its session had ended, as its writer gets it back. */
export type KeptForm = { readonly id: string; readonly address: string; readonly fields: readonly KeptField[] };

/** How long a form is kept for whoever sent it. */
export const KEPT_FORM_HOURS = 24;
/** More than anybody sends while they are not signed in. The oldest make room. */
const MOST_FORMS = 10;

/**
 * Keeps a form that was sent without a session, for the person to whose session its page belonged; `csrf` is the secret that only that
 * page held. Null, and nothing is kept, when no session of the last day held it.
 */
export async function keepForm(db: Db, csrf: string, form: Omit<KeptForm, 'id'>): Promise<string | null> {
  const { rows } = await db.query<{ id: string; person: string }>(
    `INSERT INTO kept_forms (person, address, fields)
     SELECT person, $2, $3 FROM (
       SELECT person FROM sessions WHERE csrf = $1
       UNION ALL
       SELECT person FROM ended_sessions
       WHERE csrf_hash = sha256(convert_to($1, 'UTF8')) AND ended_at > clock_timestamp() - make_interval(hours => $4)) whose
     LIMIT 1 RETURNING id, person`,
    [csrf, form.address, JSON.stringify(form.fields), KEPT_FORM_HOURS],
  );
  const [kept] = rows;
  if (kept === undefined) return null;
  await db.query(
    `DELETE FROM kept_forms WHERE person = $1 AND id NOT IN (SELECT id FROM kept_forms WHERE person = $1 ORDER BY kept_at DESC, id LIMIT $2)`,
    [kept.person, MOST_FORMS],
  );
  return kept.id;
}

/** A form that is kept for this person. Undefined when there is none by this id, or when it is somebody else’s. */
export async function findKeptForm(db: Db, person: PersonId, id: string): Promise<KeptForm | undefined> {
  const { rows } = await db.query<KeptForm>(
    `SELECT id, address, fields FROM kept_forms
     WHERE person = $1 AND id::text = $2 AND kept_at > clock_timestamp() - make_interval(hours => $3)`,
    [person, id, KEPT_FORM_HOURS],
  );
  return rows[0];
}

/** The newest form that is kept for this person. Undefined when there is none. */
export async function newestKeptForm(db: Db, person: PersonId): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM kept_forms WHERE person = $1 AND kept_at > clock_timestamp() - make_interval(hours => $2) ORDER BY kept_at DESC, id LIMIT 1`,
    [person, KEPT_FORM_HOURS],
  );
  return rows[0]?.id;
}

/** Deletes a form that is kept for this person. Returns false when there was none. */
export async function dropKeptForm(db: Db, person: PersonId, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM kept_forms WHERE person = $1 AND id::text = $2', [person, id]);
  return rowCount === 1;
}

/** Deletes the forms of a day ago and before, and whose sessions ended then. */
export async function forgetKeptForms(db: Db): Promise<void> {
  await db.query('DELETE FROM kept_forms WHERE kept_at <= clock_timestamp() - make_interval(hours => $1)', [KEPT_FORM_HOURS]);
  await db.query('DELETE FROM ended_sessions WHERE ended_at <= clock_timestamp() - make_interval(hours => $1)', [KEPT_FORM_HOURS]);
}

/** Deletes what is kept for these people: somebody else goes by their contact id from now on. */
export async function dropKeptFormsOf(db: Db, people: readonly PersonId[]): Promise<void> {
  await db.query('DELETE FROM kept_forms WHERE person = ANY ($1)', [people]);
  await db.query('DELETE FROM ended_sessions WHERE person = ANY ($1)', [people]);
}
