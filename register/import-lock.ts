import type { Db } from '../postgres/database.ts';

/** Any number will do, as long as every import uses the same one. */
const IMPORT_LOCK = 7_301_001;

/** Lets one import run at a time. A second one waits here until the transaction of the first has ended. */
export async function waitForOtherImports(db: Db): Promise<void> {
  await db.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
}
