import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterAll, describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';
import { testFiles } from '../tests/kit/files.ts';

const files = testFiles();
afterAll(() => files.remove());

const run = (...words: readonly string[]) => chaserHere(['fieldwork', ...words]);

const frame = files.write(
  ['unit,kind,tier', ...Array.from({ length: 90 }, (_, at) => `${990_001 + at},engaged,tier-${(at % 3) + 1}`)].join('\n'),
  'frame.csv',
);
const draw = (...more: readonly string[]) => run('draw', 'si-2019-20', '--frame', frame, '--seed', 'spring', ...more);

describe('chaser fieldwork', () => {
  it('draws a sample that anybody can check, says where the frame ends, and draws nobody again', async () => {
    const { status, stdout, stderr } = await draw('--draw', 'first');
    assert.equal(status, 0, stderr);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    assert.equal(heading, 'unit,stratum,rank');
    assert.equal(rows.length, 90);
    assert.match(stderr, /^engaged-tier-1: only 30 of 38 could be drawn, because the frame has no more\.\n/);
    for (const row of rows) {
      const [unit = '', , rank] = row.split(',');
      assert.equal(rank, createHash('sha256').update(`spring:${unit}`).digest('hex'));
    }
    const first = files.write(
      rows.slice(0, 40).reduce((text, row) => `${text}${row}\n`, `${heading}\n`),
      'first.csv',
    );
    const again = await draw('--draw', 'second', '--drawn', first, '--json');
    const { drawn, leftOut } = JSON.parse(again.stdout) as { readonly drawn: readonly unknown[]; readonly leftOut: readonly unknown[] };
    assert.deepEqual([drawn.length, leftOut.length], [50, 40]);
  });

  it('says how far the contacts have come, beside the target', async () => {
    const first = files.write((await draw('--draw', 'first')).stdout, 'drawn.csv');
    const contacts = files.write(
      ['unit,on,state', '990001,2020-01-20,letter-sent', '990001,2020-01-21,agreed', '990001,2020-02-03,interviewed'].join('\n'),
      'contacts.csv',
    );
    const asked = ['progress', 'si-2019-20', '--frame', frame, '--drawn', first, '--contacts'] as const;
    const { status, stdout, stderr } = await run(...asked, contacts);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Engaged schools of Tier 1 +30 +29 .*1 of 20 \(5%\)$/m);
    const early = files.write('unit,on,state\n990001,2020-01-20,interviewed\n', 'early.csv');
    const refused = await run(...asked, early);
    assert.deepEqual([refused.status, refused.stdout], [1, '']);
    assert.match(refused.stderr, /Interviewed for 990001 on 20 January 2020: nothing was sent yet\./);
  });

  it('prints the design and what the report printed, with what does not add up', async () => {
    assert.match((await run('design', 'si-2019-20')).stdout, /^All +104$/m);
    const { stdout } = await run('achieved', 'si-2019-20');
    assert.match(stdout, /^All +104 +53$/m);
    assert.match(stdout, /^ {2}! The table prints 7 numbers \(1, 0, 0, 0, 1, 1, 3\) for 8 categories\./m);
    assert.match(stdout, /^Schools entitled to funded support: 15 or 16\. /m);
  });

  it('says which file or which word is wrong', async () => {
    const gone = await run('draw', 'si-2019-20', '--frame', '/nowhere.csv', '--draw', 'first', '--seed', 'x');
    assert.equal(gone.status, 2);
    assert.match(gone.stderr, /\/nowhere\.csv cannot be read\./);
    const none = await draw('--draw', 'first', '--excluded', files.write('unit,why\n990001,x\n', 'excluded.csv'));
    assert.equal(none.status, 1);
    assert.match(none.stderr, /excluded\.csv: It has no column "because"\./);
    assert.equal((await run('achieved', 'si-2019-21')).status, 1);
    assert.equal((await run('draw', 'si-2019-20', '--frame', frame, '--draw', 'first', '--seed', ' ')).status, 2);
  });
});
