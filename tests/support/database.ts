import pg from 'pg';
import { openDatabase } from '../../postgres/database.ts';
import { freshName, TEMPLATE } from './servers.ts';

export type TestDatabase = { readonly pool: pg.Pool; readonly url: string; end(): Promise<void> };

/** A migrated, empty database of its own, dropped by `end()`. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('This test needs PostgreSQL: run it with npm test.');
  const name = freshName('test');
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const url = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const pool = openDatabase(url);
  return {
    pool,
    url,
    async end() {
      await pool.end();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** A database that the test supplies itself. */
export function databaseAt(url: string): TestDatabase {
  const pool = openDatabase(url);
  return { pool, url, end: () => pool.end() };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
