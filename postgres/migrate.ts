import { runner } from 'node-pg-migrate';
import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Db } from './database.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/**
 * Brings a database up to date: every numbered file of migrations/ that it has not seen, all in one transaction. Several
 * at once wait for each other. Answers the names of what was run.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const run = await runner({
    databaseUrl,
    dir: MIGRATIONS,
    direction: 'up',
    migrationsTable: 'migrations',
    checkOrder: true,
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return run.map(({ name }) => name);
}

/** The migrations that a database has not seen yet, by name. */
export async function pendingMigrations(db: Db): Promise<readonly string[]> {
  const names = readdirSync(MIGRATIONS)
    .map((file) => basename(file, '.sql'))
    .toSorted();
  const { rows: known } = await db.query<{ migrated: boolean }>("SELECT to_regclass('migrations') IS NOT NULL AS migrated");
  if (known[0]?.migrated !== true) return names;
  const { rows } = await db.query<{ name: string }>('SELECT name FROM migrations');
  const seen = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !seen.has(name));
}
