import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { asReference } from './reference.ts';
import { exampleDay } from './example-day.ts';

const chaser = (...words: string[]) => chaserHere(words, { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } });

describe('chaser', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
    assert.deepEqual(await chaser('--version'), { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const limit of ['two', '0', '-1', '1.5', '1e3', '']) {
    it(`list refuses --limit ${JSON.stringify(limit)} with an example and no stack`, async () => {
      const { status, stderr } = await chaser('list', '--limit', limit);
      assert.equal(status, 2);
      assert.match(stderr, /Write a whole number from 1 to 100000: --limit 10/);
      assert.doesNotMatch(stderr, /\n {4}at /);
    });
  }
});

describe('a command that lacks what it needs', () => {
  it('says all of it at once, arguments and options, with what each is', async () => {
    const { status, stderr } = await chaser('change', 'stop');
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^error: these are missing:\n {2}<reference> +the deployment, for example D00001\n {2}--category <category> +illness, /,
    );
    assert.deepEqual(stderr.match(/^ {2}--[a-z]+/gm), ['  --category', '  --until', '  --because', '  --by']);
    assert.match(stderr, /\(add --help for the ways to use it\)\n$/);
  });

  it('says what is left to be said, and nothing that is there', async () => {
    const moved = await chaser('work', 'move', 'c.mills@delivery.example', '--because', 'Leave');
    assert.deepEqual(moved.stderr.match(/^ {2}\S+/gm), ['  --to', '  --by']);
    const closed = await chaser('calendar', 'close', '990001', '--from', '2026-12-03');
    assert.match(closed.stderr, /^error: this is missing:\n {2}--name <words> {2}why, as due dates will explain it/);
    assert.match((await chaser('status')).stderr, /^error: this is missing:\n {2}<reference> {2}the deployment/);
  });

  it('marks in its help what cannot be left out', async () => {
    const help = (await chaser('calendar', 'close', '--help')).stdout.replaceAll(/\s+/g, ' ');
    assert.ok(help.includes(`--from <date> the first closed day: ${exampleDay(5)} (required)`), help);
    assert.match(help, /--to <date> the last closed day; the same day unless told --name/);
    assert.match((await chaser('list', '--help')).stdout.replaceAll(/\s+/g, ' '), /at most so many \(default: 100\)/);
  });
});

describe('chaser list', () => {
  it('names the regions and ways to end where another is asked for', async () => {
    const { status, stderr } = await chaser('list', '--region', 'Nowhere');
    assert.deepEqual([status, stderr.split('\n')[0]], [2, 'There is no region "Nowhere".']);
    assert.match(stderr, /Give one of: North East, North West, /);
    assert.match((await chaser('list', '--status', 'done')).stderr, /Allowed choices are running, completed, declined, withdrawn/);
  });

  it('names what it can be sorted by where something else is asked for', async () => {
    const { status, stderr } = await chaser('list', '--sort', 'age');
    assert.equal(status, 2);
    assert.match(stderr, /Allowed choices are due, started, finish, term, late, reference, school\./);
  });
});

describe('a reference', () => {
  it('may be typed without capitals and with blanks around it', () => {
    for (const typed of ['D00001', 'd00001', ' d00001 ']) assert.equal(asReference(typed), 'D00001');
  });

  it('that is none stays as it was typed, so that the message can show it', () => {
    for (const typed of ['hillcrest', 'd1x', '990001']) assert.equal(asReference(typed), typed);
  });
});
