import type { Db } from './database.ts';

/**
 * Resolves when the database takes writes, and throws when it does not. The statement writes no row, so nothing is left
 * behind however often it runs; a read-only server and a lock on the letters refuse even that.
 */
export async function tryWrite(db: Db): Promise<void> {
  await db.query('UPDATE messages SET state = state WHERE false');
}
