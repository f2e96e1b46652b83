import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'vitest';

test('chaser migrate says in plain words that the database does not answer, or is not named', () => {
  const run = (url: string) =>
    spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'migrate'], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_URL: url },
    });
  const { status, stdout, stderr } = run('postgres://nobody@127.0.0.1:1/nothing');
  assert.deepEqual([status, stdout], [3, '']);
  assert.match(stderr, /^PostgreSQL does not answer\.\n.*DATABASE_URL/);
  assert.match(run('').stderr, /^DATABASE_URL is not set\./);
});
