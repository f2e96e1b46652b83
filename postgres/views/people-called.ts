import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

export type Known = { readonly id: PersonId; readonly name: string; readonly email: string };

/**
 * The people who have this e-mail address or, with `byName`, exactly this name; five at most. Upper and lower case,
 * accents and the kind of apostrophe make no difference.
 */
export async function peopleCalled(db: Db, typed: string, options: { readonly byName: boolean }): Promise<readonly Known[]> {
  const { rows } = await db.query<Known>(
    `SELECT id, name, email FROM people
     WHERE merged_into IS NULL AND (lower(email) = lower($1) OR $2 AND searchable(name) = searchable($1)) ORDER BY name, email LIMIT 5`,
    [typed, options.byName],
  );
  return rows;
}

/** The names of people by their contact ids. Unknown ids are left out. */
export async function namesOf(db: Db, ids: readonly string[]): Promise<Readonly<Record<PersonId, string>>> {
  const { rows } = await db.query<Pick<Known, 'id' | 'name'>>('SELECT id, name FROM people WHERE id = ANY ($1)', [ids]);
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]));
}
