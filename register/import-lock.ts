import type { Db } from '../postgres/database.ts';

/** Any number will do, as long as every import takes the same. */
const IMPORT_LOCK = 7_301_001;

/** One import at a time: a second one waits here until the transaction of the first is over. */
export async function waitForOtherImports(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
}
