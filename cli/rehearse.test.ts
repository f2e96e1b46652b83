import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { SMALL_PROGRAMME } from '../tests/kit/small-programme.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-rehearse-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ON_TIME = ['tsi-2022-23', '--start', '2022-10-10', '--authority', '888'];

type Variables = Readonly<Record<string, string>>;

const run = (...words: readonly string[]) => runWith({}, ...words);
const runWith = (more: Variables, ...words: readonly string[]) =>
  chaserHere(['rehearse', ...words], { cwd: folder, env: { CHASER_DATA: folder, DATABASE_URL: '', ...more } });

describe('chaser rehearse', () => {
  it('plays a programme through with everyone on time', async () => {
    const { status, stdout } = await run(...ON_TIME);
    assert.match(stdout, /Rehearsed: Everyone is on time\n/);
    assert.match(
      stdout,
      /\nFriday 2 December 2022\n {2}08:\d\d {2}Reminder to Priya Shah \(regional team\): Contact the school or trust\n/,
    );
    assert.doesNotMatch(stdout, /Subject: /);
    assert.equal(status, 0);
  });

  it('says which version is played without a database, and why, and keeps that out of what it prints', async () => {
    const line = /^Version \d+ of tsi-2022-23 is played: the one that comes with Chaser, since no database is at hand\.\n$/;
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await run(...ON_TIME, ...more);
      assert.match(stderr, line);
      assert.doesNotMatch(stdout, /is played/);
    }
    const unreachable = await runWith({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }, ...ON_TIME);
    assert.match(unreachable.stderr, /the one that comes with Chaser, since the database does not answer\.\n/);
    assert.equal(unreachable.status, 0);
  });

  it('plays a named version only when it can be reached', async () => {
    const { programme } = JSON.parse((await run(...ON_TIME, '--json')).stdout) as { programme: { version: number } };
    const { version } = programme;
    assert.equal((await run(...ON_TIME, '--version', String(version))).status, 0);
    const { status, stderr } = await run(...ON_TIME, '--version', '900');
    assert.match(
      stderr,
      /^Version 900 of tsi-2022-23 is not at hand: version \d+ comes with Chaser, and no database is at hand\.\nStart Chaser/,
    );
    assert.equal(status, 2);
  });

  it('prints only the refusal to stderr when it is asked for JSON', async () => {
    const { stderr } = await run('tsi-2022-23', '--start', '2050-01-01', '--json');
    assert.match((JSON.parse(stderr) as { error: { message: string } }).error.message, /2050/);
  });

  it('says on one line which dates were used', async () => {
    assert.match((await run(...ON_TIME)).stdout, /\nDates: those that come with Chaser, since no database is at hand\n/);
  });

  it('reads values given at the start as a person writes them', async () => {
    const said = ['--with', 'tier=Three or more: Tier 3, up to 3 NLE days and up to £24,000', '--json'];
    const { stdout } = await run('si-2019-20', '--start', '2019-10-07', '--authority', '888', ...said);
    const { timeline } = JSON.parse(stdout) as { timeline: { step: string | null }[] };
    assert.ok(timeline.some(({ step }) => step === 'prepare-raf'));
  });

  it('names the year that is missing, and both ways to mend it', async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME.replace('dailyCap: 5', 'dailyCap: 5\nassumedTermCalendars: [lancashire]'));
    const { status, stderr } = await run('./small.yaml', '--start', '2026-09-14', '--authority', '888');
    assert.match(
      stderr,
      /needs Autumn 2026\.\nImport its term dates for 2026 to 2027 \(chaser calendar import FILE\), or .*assumedTermCalendars/,
    );
    assert.equal(status, 1);
  });

  it('prints the words of every letter when they are asked for', async () => {
    const { stdout } = await run(...ON_TIME, '--silent', 'school', '--letters');
    assert.match(stdout, /never answered by: school\n/);
    assert.match(stdout, /\| Subject: .*Hillcrest Primary School/);
    assert.match(stdout, /\| Dear Jo Head/);
  });

  it('prints JSON that holds the whole timeline', async () => {
    const { stdout } = await run(...ON_TIME, '--everyone', 'silent', '--json');
    const { end, timeline, findings } = JSON.parse(stdout) as { end: unknown; timeline: unknown[]; findings: unknown[] };
    assert.equal(end, null);
    assert.ok(timeline.length > 10);
    assert.ok(Array.isArray(findings));
  });

  it('writes a page that loads nothing', async () => {
    const { status, stdout } = await run(...ON_TIME, '--html', 'rehearsal.html');
    assert.equal(stdout, 'Written: rehearsal.html\n');
    const page = readFileSync(join(folder, 'rehearsal.html'), 'utf8');
    assert.match(page, /^<!doctype html>\n<html lang="en-GB">/);
    assert.match(page, /<svg /);
    assert.doesNotMatch(page, /<(?:script|link|img|iframe)\b|url\(/);
    assert.equal(status, 0);
  });

  it("plays a file of one's own, with a scenario", async () => {
    writeFileSync(join(folder, 'small.yaml'), SMALL_PROGRAMME);
    writeFileSync(join(folder, 'scenario.yaml'), 'programme: small\ntitle: Nobody says anything\neveryone: silent\nstart: 2022-11-14\n');
    const { status, stdout, stderr } = await run('./small.yaml', '--scenario', 'scenario.yaml', '--authority', '888');
    assert.equal(stderr, '');
    assert.match(stdout, /Rehearsed: Nobody says anything\nStarts on Monday 14 November 2022/);
    assert.equal(status, 0);
  });

  it('reports the faults of a scenario with place and remedy, and exits with 1', async () => {
    writeFileSync(join(folder, 'broken.yaml'), 'programme: tsi-2022-23\ntitle: T\nanswers:\n  - step: sign-from\n');
    const { status, stderr } = await run(...ON_TIME, '--scenario', 'broken.yaml');
    assert.match(stderr, /\nbroken\.yaml:4:11: There is no step "sign-from" — Did you mean "sign-form"\?\n/);
    assert.equal(status, 1);
  });

  it('is refused on a day for which there is no calendar, and exits with 1', async () => {
    const { status, stderr } = await run('tsi-2022-23', '--start', '2050-01-01');
    assert.match(stderr, /2050/);
    assert.equal(status, 1);
  });

  for (const [what, words, message] of [
    ['a programme that is not there', ['tsi-2022-24'], /There is no programme "tsi-2022-24"\..*\nDid you mean "tsi-2022-23"\?/],
    ['a day that is none', ['tsi-2022-23', '--start', 'soon'], /"soon" is not a day/],
    ['a version that is none', ['tsi-2022-23', '--version', 'two'], /--version cannot be "two"/],
    ['a version of a file', ['./small.yaml', '--version', '2'], /a file has one version only/],
    ['a programme that may be published', ['small'], /There is no programme "small"\. Those that were published are not looked through/],
    ['an unknown conduct', ['tsi-2022-23', '--everyone', 'lazy'], /--everyone cannot be "lazy"/],
    ['an unknown role', ['tsi-2022-23', '--silent', 'shool'], /Did you mean "school"\?/],
    ['a file that is not there', ['tsi-2022-23', '--scenario', 'nothing.yaml'], /There is no file nothing\.yaml/],
  ] as const) {
    it(`says what is wrong with ${what}, and exits with 2`, async () => {
      const { status, stderr } = await run(...words);
      assert.match(stderr, message);
      assert.equal(status, 2);
    });
  }
});
