import type { Db } from './database.ts';

/**
 * Resolves when the database takes writes, throws when it does not. It asks to write no row at all: a read-only server and
 * a lock on the letters refuse even that, and nothing is left behind however often it is asked.
 */
export async function tryWrite(db: Db): Promise<void> {
  await db.query('UPDATE messages SET state = state WHERE false');
}
