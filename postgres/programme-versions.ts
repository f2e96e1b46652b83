import type { Db } from './database.ts';

/** A version of a programme that was kept when a deployment first began with it, or when it was published. */
export type KeptVersion = { readonly version: number; readonly publishedAt: string };

/** The versions of a programme that are kept, the newest first. */
export async function listVersions(db: Db, programme: string): Promise<readonly KeptVersion[]> {
  const { rows } = await db.query<KeptVersion>(
    'SELECT version, published_at AS "publishedAt" FROM programmes WHERE id = $1 ORDER BY version DESC',
    [programme],
  );
  return rows;
}
