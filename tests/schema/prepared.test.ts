import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it, vi } from 'vitest';
import { openDatabase, PLANNED_EACH_TIME } from '../../postgres/database.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

const JOINED = 'SELECT d.reference FROM deployments d JOIN steps s ON s.reference = d.reference WHERE d.status = $1';

describe('queries that come again', () => {
  it('are prepared once on a connection under a name of their own; what is asked only once, or asks to be planned each time, is not', async () => {
    const pool = openDatabase(database.url, { max: 1 });
    const prepared = async () =>
      (await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements ORDER BY statement')).rows.map(
        ({ statement }) => statement,
      );
    try {
      for (const status of ['running', 'completed', 'running']) await pool.query(JOINED, [status]);
      for (let nth = 0; nth < 3; nth += 1) await pool.query('SELECT $1::int AS given', [nth]);
      await pool.query(`${JOINED} AND s.step = $2`, ['running', 'matching']);
      for (const status of ['running', 'completed', 'running']) await pool.query(`${PLANNED_EACH_TIME}${JOINED}`, [status]);
      assert.deepEqual(await prepared(), [JOINED]);
    } finally {
      await pool.end();
    }
  });

  it('find the connections that prepared them also after a quiet quarter of an hour', async () => {
    const pool = openDatabase(database.url, { max: 1 });
    const pid = async () => (await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows[0]?.pid;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const before = await pid();
      await vi.advanceTimersByTimeAsync(15 * 60_000);
      assert.equal(pool.totalCount, 1);
      assert.equal(await pid(), before);
      await vi.advanceTimersByTimeAsync(31 * 60_000);
      assert.equal(pool.totalCount, 0, 'a connection that nobody uses is kept for ever');
    } finally {
      vi.useRealTimers();
      await pool.end();
    }
  });

  it('answer by their parameters and by the tables as they are now, also after an index or a column was added and in a transaction', async () => {
    const pool = openDatabase(database.url, { max: 1 });
    const of = async (region: string) =>
      (
        await pool.query<{ name: string }>(
          'SELECT s.name FROM schools s JOIN local_authorities l ON l.code = s.authority WHERE l.region = $1',
          [region],
        )
      ).rows.map(({ name }) => name);
    try {
      await pool.query("INSERT INTO local_authorities (code, name, region) VALUES ('P1', 'One', 'North'), ('P2', 'Two', 'South')");
      await pool.query(
        `INSERT INTO schools (urn, name, authority, status, region, imported_at)
         VALUES ('P100', 'Northern School', 'P1', 'Open', 'North', now()), ('P200', 'Southern School', 'P2', 'Open', 'South', now())`,
      );
      for (let nth = 0; nth < 8; nth += 1) assert.deepEqual(await of('North'), ['Northern School']);
      assert.deepEqual(await of('South'), ['Southern School']);
      await database.pool.query('CREATE INDEX of_this_test ON schools (authority, name)');
      await database.pool.query('ALTER TABLE schools ADD COLUMN of_this_test text');
      await pool.query('BEGIN');
      await pool.query("UPDATE local_authorities SET region = 'South' WHERE code = 'P1'");
      assert.deepEqual((await of('South')).toSorted(), ['Northern School', 'Southern School']);
      await pool.query('ROLLBACK');
      assert.deepEqual(await of('South'), ['Southern School']);
    } finally {
      await pool.end();
    }
  });
});
