import type pg from 'pg';
import { inTransaction, tryOut } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';

/** Any number will do, as long as every import uses the same one. */
const IMPORT_LOCK = 7_301_001;

/**
 * Stores what an import brings in one transaction, and one import at a time: a second one waits here until the transaction of the first
 * has ended. With `dryRun` everything is rolled back, and the result says what it would be.
 */
export async function storeAlone<T>(pool: pg.Pool, dryRun: boolean, store: (db: Db) => Promise<T>): Promise<T> {
  return (dryRun ? tryOut : inTransaction)(pool, async (db) => {
    await db.query('SELECT pg_advisory_xact_lock($1)', [IMPORT_LOCK]);
    return store(db);
  });
}
