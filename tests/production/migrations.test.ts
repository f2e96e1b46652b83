import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { describe, it } from 'vitest';
import { freshDatabase } from '../support/database.ts';

const MIGRATIONS = fileURLToPath(new URL('../../postgres/migrations', import.meta.url));

describe('the migrations', () => {
  it('are numbered without a gap, and each says how it is undone', () => {
    const files = readdirSync(MIGRATIONS).toSorted();
    assert.deepEqual(
      files.map((file) => Number(file.slice(0, 4))),
      files.map((_, index) => index + 1),
    );
    for (const file of files)
      assert.match(readFileSync(`${MIGRATIONS}/${file}`, 'utf8'), /^-- Up Migration[\s\S]+^-- Down Migration\n\n\S/m, file);
  });

  it('can be undone one after the other, and applied again', async () => {
    const database = await freshDatabase();
    const dbClient = new pg.Client({ connectionString: database.ownerUrl });
    await dbClient.connect();
    const run = (direction: 'up' | 'down') =>
      runner({ dbClient, dir: MIGRATIONS, direction, count: Infinity, migrationsTable: 'migrations', log: () => undefined });
    assert.equal((await run('down')).length, readdirSync(MIGRATIONS).length);
    const { rows } = await database.pool.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    assert.deepEqual(rows, [{ tablename: 'migrations' }]);
    assert.equal((await run('up')).length, readdirSync(MIGRATIONS).length);
    await dbClient.end();
    await database.end();
  });
});
