import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { TestDatabase } from '../support/database.ts';
import { chaserHere } from '../kit/chaser-here.ts';
import { beginAt, calendarWorld, cumbriaFeed } from './calendar-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'chaser-calendars-'));
let database: TestDatabase;
beforeAll(async () => {
  database = await calendarWorld();
  await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
});
afterAll(async () => {
  await database.end();
  rmSync(folder, { recursive: true });
});

const chaser = (...words: readonly string[]) => chaserHere(['calendar', ...words], { cwd: folder, env: { DATABASE_URL: database.url } });
function write(name: string, text: string | Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('chaser calendar', () => {
  it('a dry run shows what an import would change and whom it would move, and keeps nothing', async () => {
    const file = write('cumbria.ics', cumbriaFeed());
    const { status, stdout, stderr } = await chaser('import', file, '--authority', '909', '--dry-run');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /line 11: “Half term”, 26 October 2026 to 30 October 2026: half term\./);
    assert.match(stdout, /New authority: Cumbria \(909\), North West\./);
    assert.match(stdout, /1 running deployment would move; 0 more would have other dates ahead/);
    assert.match(stdout, /D1 {2}.*: 18 December 2026 to 16 December 2026, 2 working days earlier/);
    assert.match(stdout, /Nothing was kept: this was only a look\./);
    const list = (await chaser('list')).stdout;
    assert.match(list, /The calendars as they come with Chaser\./);
    assert.match(list, /^CODE +ID +NAME +KNOWN TO +ON THEIR OWN +STANDING IN FOR$/m);
    assert.match(list, /^373 {3}sheffield +Sheffield City Council +\S+ +0 +1$/m);
    assert.match(list, /^Dates that have ended:\n(?: {2}.*\n)* {2}The term dates of Lancashire.* ended on /m);
    assert.match(list, /^Others’ dates stand in:\n {2}1 running deployment of Cumbria is counted on the dates of Sheffield City Council/m);
  });

  it('is told by the doctor what running deployments rest on', async () => {
    // No engine is named, so that none is waited for.
    const { stdout } = await chaserHere(['doctor'], { cwd: folder, env: { DATABASE_URL: database.url } });
    assert.match(
      stdout,
      /^WARNING {2}Calendars: 1 running deployment of Cumbria is counted on the dates of Sheffield City Council, which stand in for its authority’s own\.\n {9}Import the authority’s own \(chaser calendar import FILE\), then/m,
    );
    assert.doesNotMatch(stdout, /Calendars: The dates of .* ended/);
  });

  it('names the line whose encoding it assumed', async () => {
    const [first = '', ...rest] = cumbriaFeed().split('\n');
    const feed = (name: Buffer) =>
      Buffer.concat([Buffer.from(`${first}\nX-WR-CALNAME:Siân’s `), name, Buffer.from(`\n${rest.join('\n')}`)]);
    const plain = await chaser('import', write('plain.ics', feed(Buffer.from('Café'))), '--authority', '909', '--dry-run');
    assert.equal(plain.status, 0, plain.stderr);
    assert.doesNotMatch(plain.stdout, /Windows-1252/);
    const { stdout } = await chaser(
      'import',
      write('odd.ics', feed(Buffer.from([0x43, 0x61, 0x66, 0xe9]))),
      '--authority',
      '909',
      '--dry-run',
    );
    assert.match(stdout, /line 2: To look at: The line is not in UTF-8 as most of the file is; it was read as Windows-1252: “.*Café”\./);
  });

  it('imports, lists and shows calendars, and prints a file that it can import again', async () => {
    const imported = await chaser('import', join(folder, 'cumbria.ics'), '--authority', '909', '--by', 'Alma', '--json');
    assert.equal(imported.status, 0, imported.stderr);
    assert.equal((JSON.parse(imported.stdout) as { version: number }).version, 1);
    const { stdout } = await chaser('list');
    assert.match(stdout, /^909 {3}cumbria +Cumbria +2027-07-21 +0 +0$/m);
    assert.match(stdout, /1 {2}\d{4}-\d\d-\d\d {2}cumbria\.ics, by Alma/);
    const shown = (await chaser('show', '909', '--year', '2026')).stdout;
    assert.match(shown, /Autumn 2026 {2}Monday 7 September 2026 {2}Wednesday 16 December 2026 {2}26 October 2026 to 30 October 2026/);
    assert.doesNotMatch(shown, /Spring 2027/);
    const yaml = (await chaser('show', 'cumbria', '--yaml')).stdout;
    const same = await chaser('import', write('cumbria.yaml', yaml));
    assert.deepEqual([same.status, same.stderr.split('\n')[0]], [1, 'Everything in cumbria.yaml is known already. Nothing would change.']);
    assert.equal((await chaser('import', write('mended.yaml', yaml.replace('2026-12-16', '2026-12-17')), '--dry-run')).status, 0);
  });

  it('closes a school, and takes the closure back', async () => {
    const closed = await chaser('close', '990007', '--from', '2026-12-03', '--name', 'snow');
    assert.match(closed.stdout, /School 990007 is closed on 3 December 2026: snow\./);
    assert.match((await chaser('list')).stdout, /2 {2}school 990007, 2026-12-03: snow/);
    assert.equal((await chaser('reopen', '2', '--because', 'It was another school.')).status, 0);
    assert.match((await chaser('list')).stdout, /Because: It was another school\./);
  });

  it('reports the impact of the newest dates, or that no deployment would move', async () => {
    const { stdout } = await chaser('impact', '--json');
    const impact = JSON.parse(stdout) as { changed: { reference: string; moves: unknown[] }[]; unchanged: number };
    assert.deepEqual([impact.changed.map(({ reference, moves }) => [reference, moves.length]), impact.unchanged], [[['D1', 1]], 0]);
  });

  it('says in a few words that a file is something else, and prints next to nothing of it', async () => {
    const secret = 'hester.applegarth@regions.example';
    const many = Array.from({ length: 2_000 }, (_, line) => `person-${line},${secret},01632 960301`).join('\n');
    for (const [name, text] of [
      ['people.csv', many],
      ['letter.txt', `Dear all,\n\n${`The dates are not known. ${secret} `.repeat(500)}`],
      ['terms.yaml', many],
      ['page.html', `<!DOCTYPE html><html><body>${`<p>${secret}</p>`.repeat(900)}</body></html>`],
      ['feed.ics', many],
      ['dates.json', JSON.stringify({ people: many.split('\n') })],
      ['calendars.yaml', `calendars:\n${'  - id: x\n    nonsense: 1\n'.repeat(300)}`],
    ] as const) {
      const { status, stdout, stderr } = await chaser('import', write(name, text), '--authority', '909');
      assert.deepEqual([status, stdout], [1, ''], name);
      assert.ok(stderr.length < 4_000 && stderr.split('\n').length < 60, `${name}: ${stderr.length} characters`);
      assert.ok((stderr.match(/hester/g) ?? []).length < 9, `${name}: ${stderr}`);
    }
    assert.match(
      (await chaser('import', join(folder, 'people.csv'))).stderr,
      /^people\.csv holds no dates that can be imported\.\nTake GOV\.UK’s bank-holidays\.json/,
    );
  });

  it('refuses bad input with file, line, fault, remedy and the exit code that fits', async () => {
    const huge = write('huge.ics', '');
    truncateSync(huge, 50_000_000);
    for (const [words, status, said] of [
      [['import', join(folder, 'none.ics')], 2, /There is no file .*none\.ics\./],
      [
        ['import', huge, '--authority', '909'],
        1,
        /^huge\.ics:1:1: The file has 50MB, and more than the 1MB that a file of dates may have\nTake the feed/,
      ],
      [
        ['import', write('broken.ics', cumbriaFeed().replace('20261217', '2026121')), '--authority', '909'],
        1,
        /^broken\.ics:8:1: DTEND of “Autumn term” cannot be "2026121"\nWrite a day/,
      ],
      [['import', join(folder, 'cumbria.ics')], 1, /does not say whose term dates it holds.*\nName the local authority/],
      [['import', join(folder, 'cumbria.yaml'), '--authority', '888'], 1, /The file holds 909, and says so itself/],
      [['show', 'nowhere'], 1, /There is no local authority "nowhere"/],
      [['show', '998'], 1, /The term dates of local authority 998 are not known/],
      [['show', '909', '--year', 'x'], 2, /--year cannot be "x"/],
      [['close', '990007', '--from', '2026-02-30', '--name', 'snow'], 2, /--from cannot be "2026-02-30"/],
      [['close', '--from', '2026-12-03', '--name', 'snow'], 2, /A closure is that of one school or one trust/],
      [['close', '990007', '--from', '2026-12-03', '--to', '2026-12-01', '--name', 'snow'], 1, /ends on 1 December 2026, before it begins/],
      [['reopen', 'x'], 2, /A closure has a number, and "x" is none/],
      [['reopen', '99'], 1, /There is no closure 99/],
      [
        ['retire', '373', '--because', 'x'],
        1,
        /1 running deployment is counted on the term dates of Sheffield City Council\. A calendar in use cannot be deleted\./,
      ],
      [['retire', '373'], 2, /--because/],
    ] as const) {
      const refused = await chaser(...words);
      assert.equal(refused.status, status, `${words.join(' ')}: ${refused.stderr}`);
      assert.match(refused.stderr, said);
    }
  });
});
