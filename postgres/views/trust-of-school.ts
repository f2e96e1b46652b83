import type { Db } from '../database.ts';

/** The trust that the register gives for a school. Null when it has none, or when there is no such school. */
export async function trustOfSchool(db: Db, urn: string): Promise<string | null> {
  const { rows } = await db.query<{ trust: string | null }>('SELECT trust FROM schools WHERE urn = $1', [urn]);
  return rows[0]?.trust ?? null;
}
