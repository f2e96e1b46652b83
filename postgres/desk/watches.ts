import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** Has somebody watch a deployment. Watching it twice changes nothing. */
export async function watch(db: Db, person: PersonId, reference: string): Promise<void> {
  await db.query('INSERT INTO watches (person, reference) VALUES ($1, $2) ON CONFLICT DO NOTHING', [person, reference]);
}

/** Ends somebody's watching of a deployment. Nothing changes where they did not watch it. */
export async function unwatch(db: Db, person: PersonId, reference: string): Promise<void> {
  await db.query('DELETE FROM watches WHERE person = $1 AND reference = $2', [person, reference]);
}

/** Those of these deployments that somebody watches. */
export async function watchedAmong(db: Db, person: PersonId, references: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ reference: string }>(
    'SELECT reference FROM watches WHERE person = $1 AND reference = ANY ($2::text[]) ORDER BY reference',
    [person, references],
  );
  return rows.map(({ reference }) => reference);
}
