import { runner } from 'node-pg-migrate';
import { fileURLToPath } from 'node:url';

/**
 * Brings a database up to date: every numbered file of migrations/ that it has not seen, all in one transaction. Several
 * at once wait for each other. Answers the names of what was run.
 */
export async function migrate(databaseUrl: string): Promise<readonly string[]> {
  const run = await runner({
    databaseUrl,
    dir: fileURLToPath(new URL('./migrations', import.meta.url)),
    direction: 'up',
    migrationsTable: 'migrations',
    checkOrder: true,
    advisoryLockMode: 'wait',
    log: () => undefined,
  });
  return run.map(({ name }) => name);
}
