import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { csvOf, schoolCells, testFiles } from '../kit/files.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

const files = testFiles();
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.end();
  files.remove();
});

/** Runs the command in a process of its own, with its messages as the command line prints them. */
const SCRIPT = `
  import { importCommand } from ${JSON.stringify(new URL('../../cli/import.ts', import.meta.url).href)};
  import { opened } from ${JSON.stringify(new URL('../../cli/open.ts', import.meta.url).href)};
  import { Fault } from ${JSON.stringify(new URL('../../cli/output.ts', import.meta.url).href)};
  try {
    await importCommand(opened(process.env)).parseAsync(process.argv.slice(1), { from: 'user' });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    console.error(error.message, error.remedy);
    process.exitCode = error.exitCode;
  }`;

function run(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', SCRIPT, '--', ...words], {
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: database.url },
  });
  return { status, stdout, stderr };
}

describe('chaser import', () => {
  it('imports a file, reports the result and exits with 0; nothing else reaches a pipe', () => {
    const file = files.write(csvOf([schoolCells()]));
    assert.deepEqual(run('schools', file), {
      status: 0,
      stdout: `Read 1 row of ${file}: 1 new school, 0 updated, 0 unchanged, 0 rows left out.\n`,
      stderr: '',
    });
  });

  it('prints file, line, column, fault and remedy of each row that it leaves out, and exits with 1', () => {
    const file = files.write(csvOf([{ id: 'C', name: 'Carys Mills', email: 'c.mills@delivery.example', role: 'system-leader' }]));
    assert.deepEqual(run('people', file), {
      status: 1,
      stdout:
        `${file}:2: id: The id "C" is not written in small letters, digits and single hyphens. — Give a short id of your own that never changes, for example c-mills.\n` +
        `Read 1 row of ${file}: 0 new people, 0 updated, 0 unchanged, 1 row left out.\n`,
      stderr: '',
    });
  });

  it('with --dry-run says what a file would change, what would end, and changes nothing', async () => {
    const known = { id: 'dora', name: 'Dora Dry', email: 'dora@delivery.example', role: 'system-leader' };
    run('people', files.write(csvOf([known])));
    const before = await database.pool.query('SELECT * FROM people ORDER BY id');
    await database.pool.query(
      "INSERT INTO sessions (hash, person, csrf, expires_at) SELECT sha256('dora'), 'dora', 'x', now() + interval '1 day'",
    );
    const file = files.write(csvOf([{ ...known, email: 'd.dry@delivery.example' }]));
    const { status, stdout } = run('people', file, '--dry-run');
    assert.equal(status, 0);
    assert.match(
      stdout,
      /^dora has a new address \(Dora Dry\): 1 session ended\.\nNothing was changed\. Without --dry-run it would be:\nRead 1 row/,
    );
    assert.deepEqual((await database.pool.query('SELECT * FROM people ORDER BY id')).rows, before.rows);
    assert.equal((await database.pool.query("SELECT FROM sessions WHERE person = 'dora'")).rowCount, 1);
    const schools = files.write(csvOf([schoolCells({ URN: '990099' })]));
    assert.match(run('schools', schools, '--dry-run').stdout, /Nothing was changed[^]*1 new school/);
    assert.equal((await database.pool.query("SELECT FROM schools WHERE urn = '990099'")).rowCount, 0);
  });

  it('prints the same as JSON', () => {
    const { status, stdout } = run('schools', files.write(csvOf([schoolCells({ URN: '' })])), '--json');
    const report = JSON.parse(stdout) as { rejected: number; findings: readonly { line: number; column: string }[] };
    assert.deepEqual([status, report.rejected, report.findings[0]?.line, report.findings[0]?.column], [1, 1, 2, 'URN']);
  });

  it('exits with 1 when the file is not of the right kind, and with 2 when there is none', () => {
    assert.equal(run('schools', files.write('Name\nA\n')).status, 1);
    assert.deepEqual(run('people', 'nowhere.csv'), {
      status: 2,
      stdout: '',
      stderr: 'There is no file nowhere.csv. Check its name and the folder you are in.\n',
    });
  });
});
