import pg from 'pg';
import { openDatabase } from '../../postgres/database.ts';
import { APPLICATION, freshName, TEMPLATE } from './servers.ts';

/** `url` and `application` connect as the application, as a worker does; `ownerUrl` and `pool` as the owner, who may do anything. */
export type TestDatabase = {
  readonly pool: pg.Pool;
  readonly application: pg.Pool;
  readonly url: string;
  readonly ownerUrl: string;
  end(): Promise<void>;
};

/** A migrated, empty database of its own, dropped by `end()`. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = process.env['TEST_DATABASE_URL'];
  if (server === undefined) throw new Error('This test needs PostgreSQL: run it with npm test.');
  const name = freshName('test');
  await onServer(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const ownerUrl = Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const url = Object.assign(new URL(ownerUrl), APPLICATION).href;
  const pool = openDatabase(ownerUrl);
  const application = openDatabase(url);
  return {
    pool,
    application,
    url,
    ownerUrl,
    async end() {
      await Promise.all([pool.end(), application.end()]);
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** A database that the test supplies itself, with one role for everything. */
export function databaseAt(url: string): TestDatabase {
  const pool = openDatabase(url);
  return { pool, application: pool, url, ownerUrl: url, end: () => pool.end() };
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
