import type { PersonId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';

/** Filters of the list of deployments under a name. */
export type SavedView = {
  readonly id: string;
  readonly name: string;
  /** Of the address of the list: "late=yes&region=London". */
  readonly query: string;
  readonly shared: boolean;
  readonly mine: boolean;
  readonly ownerName: string;
};

/** The views of somebody and those that others share, by name. */
export async function listViews(db: Db, person: PersonId): Promise<readonly SavedView[]> {
  const { rows } = await db.query<SavedView>(
    `SELECT v.id, v.name, v.query, v.shared, v.owner = $1 AS mine, p.name AS "ownerName"
     FROM saved_views v JOIN people p ON p.id = v.owner
     WHERE v.owner = $1 OR v.shared ORDER BY lower(v.name), v.id LIMIT 200`,
    [person],
  );
  return rows;
}

/** One view, if it is the reader's or shared. Undefined otherwise. The id is a UUID. */
export async function findView(db: Db, person: PersonId, id: string): Promise<SavedView | undefined> {
  const { rows } = await db.query<SavedView>(
    `SELECT v.id, v.name, v.query, v.shared, v.owner = $1 AS mine, p.name AS "ownerName"
     FROM saved_views v JOIN people p ON p.id = v.owner WHERE v.id = $2::uuid AND (v.owner = $1 OR v.shared)`,
    [person, id],
  );
  return rows[0];
}

/** Saves a view and answers its id. One of the same owner and name is replaced, and keeps its address. */
export async function saveView(
  db: Db,
  owner: PersonId,
  { name, query, shared }: Pick<SavedView, 'name' | 'query' | 'shared'>,
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `INSERT INTO saved_views (owner, name, query, shared) VALUES ($1, $2, $3, $4)
     ON CONFLICT (owner, name) DO UPDATE SET query = EXCLUDED.query, shared = EXCLUDED.shared, saved_at = clock_timestamp()
     RETURNING id`,
    [owner, name, query, shared],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL saved no view.');
  return row.id;
}

/** Deletes a view of somebody's own. Answers whether there was one. The id is a UUID. */
export async function deleteView(db: Db, owner: PersonId, id: string): Promise<boolean> {
  const { rowCount } = await db.query('DELETE FROM saved_views WHERE id = $2::uuid AND owner = $1', [owner, id]);
  return rowCount === 1;
}
