import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { SMALL_PROGRAMME } from '../tests/kit/small-programme.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-programme-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: readonly string[]) => chaserHere(['programme', ...words], { cwd: folder, env: { DATABASE_URL: '' } });

describe('chaser programme check', () => {
  it('finds every programme that comes with Chaser clean', async () => {
    const { status, stdout } = await run('check');
    assert.match(stdout, /tsi-2022-23\.yaml: clean\n/);
    assert.equal(status, 0);
  });

  it("prints file, line, column, fault and remedy of a file of one's own, and exits with 1", async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME.replace('end: declined', 'end: refused'));
    const { status, stdout } = await run('check', 'small.yaml');
    assert.equal(stdout, 'small.yaml:44:26: There is no end "refused" — Use one of: completed, declined.\n');
    assert.equal(status, 1);
  });

  it('finds a calendar that should stand in but is not known', async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME.replace('dailyCap: 5', 'dailyCap: 5\nassumedTermCalendars: [nowhere]'));
    const { status, stdout } = await run('check', 'small.yaml');
    assert.match(stdout, /^small\.yaml:8:24: There is no term calendar "nowhere" to stand in — .*lancashire.*chaser calendar import FILE/);
    assert.equal(status, 1);
  });

  it('prints the same as JSON', async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME.replace('end: declined', 'end: refused'));
    const { status, stdout } = await run('check', 'small.yaml', '--json');
    assert.deepEqual(JSON.parse(stdout), {
      checked: ['small.yaml'],
      findings: [
        {
          file: 'small.yaml',
          line: 44,
          column: 26,
          what: 'There is no end "refused"',
          remedy: 'Use one of: completed, declined.',
        },
      ],
    });
    assert.equal(status, 1);
  });

  it('exits with 2 when a programme or file is not there', async () => {
    assert.deepEqual(await run('check', 'tsi-2022-24'), {
      status: 2,
      stdout: '',
      stderr: 'There is no programme "tsi-2022-24".\nDid you mean "tsi-2022-23"? For a file of your own, give its path.\n',
    });
    assert.deepEqual(await run('check', './nowhere.yaml'), {
      status: 2,
      stdout: '',
      stderr: 'There is no file ./nowhere.yaml.\nCheck its name and the folder you are in.\n',
    });
  });
});

describe('chaser programme show', () => {
  it('shows the chronology stage by stage', async () => {
    const { status, stdout } = await run('show', 'tsi-2022-23');
    assert.match(
      stdout,
      /Stage 3 {2}Engage system leader\n\n {2}engage-system-leader: Contact a system leader\n {4}Owner {4}RDP coordinator\n/,
    );
    assert.match(
      stdout,
      /Answer {3}no: "No, I cannot support them" \[reasons: choices, reason: long-text, may be empty\] → opens engage-system-leader/,
    );
    assert.equal(status, 0);
  });

  it('says that it shows the one that comes with Chaser where no database is at hand', async () => {
    const { stderr } = await run('show', 'tsi-2022-23');
    assert.match(stderr, /^Version \d+ of tsi-2022-23 is shown: the one that comes with Chaser, since no database is at hand\.\n$/);
  });

  it("shows a file of one's own, and tells its faults", async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME);
    const { status, stdout } = await run('show', 'small.yaml');
    assert.match(stdout, /find-helper: Find a helper/);
    assert.equal(status, 0);
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME.replace('end: declined', 'end: refused'));
    const faulty = await run('show', './small.yaml');
    assert.match(faulty.stderr, /^small\.yaml:44:26: There is no end "refused"/);
    assert.equal(faulty.status, 1);
    assert.deepEqual(await run('show', './nowhere.yaml'), {
      status: 2,
      stdout: '',
      stderr: 'There is no file ./nowhere.yaml.\nCheck its name and the folder you are in.\n',
    });
  });

  it('exits with 2 when there is no such programme', async () => {
    const { status, stderr } = await run('show', 'tsi-2022-24');
    assert.match(stderr, /Did you mean "tsi-2022-23"\?/);
    assert.equal(status, 2);
  });
});
