import { runner } from 'node-pg-migrate';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { Db } from './database.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings a database up to date: runs every numbered file of migrations/ that it has not seen, all in one transaction.
 * Several callers at once wait for each other. Returns the names of what was run.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  // A connection of our own. The runner does not wait for its own to end, and the next step may need the database to
  // itself.
  const dbClient = new pg.Client({ connectionString: databaseUrl });
  // A connection lost in the middle of a migration is reported by the query that was running.
  dbClient.on('error', () => undefined);
  await dbClient.connect();
  try {
    const run = await runner({
      dbClient,
      dir: MIGRATIONS,
      direction: 'up',
      migrationsTable: 'migrations',
      checkOrder: true,
      advisoryLockMode: 'wait',
      log: () => undefined,
    });
    return run.map(({ name }) => name);
  } finally {
    await dbClient.end();
  }
}

/** The migrations that a database has not seen yet, by name. */
export async function pendingMigrations(db: Db): Promise<readonly string[]> {
  const seen = await seenMigrations(db);
  return ownMigrations().filter((name) => !seen.has(name));
}

/** The migrations that a database has seen and that this version does not have: a newer one brought them. */
export async function unknownMigrations(db: Db): Promise<readonly string[]> {
  const own = new Set(ownMigrations());
  return [...(await seenMigrations(db))].filter((name) => !own.has(name)).toSorted();
}

function ownMigrations(): readonly string[] {
  return readdirSync(MIGRATIONS)
    .map((file) => basename(file, '.sql'))
    .toSorted();
}

async function seenMigrations(db: Db): Promise<ReadonlySet<string>> {
  const { rows: known } = await db.query<{ migrated: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS migrated");
  if (known[0]?.migrated !== true) return new Set();
  const { rows } = await db.query<{ name: string }>('SELECT name FROM migrations');
  return new Set(rows.map(({ name }) => name));
}
