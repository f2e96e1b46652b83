import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import { describe, it } from 'vitest';
import { chaserHere } from '../tests/kit/chaser-here.ts';

const run = (...words: readonly string[]) => chaserHere(['report', 'figures', ...words]);

describe('chaser report figures', () => {
  it('prints each figure beside its base and what was printed, with notes and derived sentences', async () => {
    const { status, stdout, stderr } = await run('2021-22');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Satisfied or very satisfied +118 of 131 \(90%\) +90%\n/);
    assert.match(stdout, /More days needed: The source prints 14%\. No whole count of 48 rounds to it: 7 is 15%\./);
    assert.match(stdout, /\nOf system leaders, fewest were satisfied with: Training\.\n/);
  });

  it('prints a CSV from which another program recomputes each per cent', async () => {
    const { status, stdout, stderr } = await run('2018', '--format', 'csv');
    assert.equal(status, 0, stderr);
    const lines: Record<string, string>[] = parse(stdout, { bom: true, columns: true });
    assert.ok(lines.length > 200);
    for (const { Row: row, Count: count, 'Item base': base, Percent: percent, Mean: mean } of lines) {
      if (mean !== '') {
        assert.equal(mean, (Math.floor((Number(count) / Number(base)) * 10 + 0.5 + 1e-9) / 10).toFixed(1), row);
        continue;
      }
      assert.equal(percent, String(Math.floor((Number(count) / Number(base)) * 100 + 0.5 + 1e-9)), row);
    }
  });

  it('adds up rounded parts where that is asked for, and refuses a report that is not there', async () => {
    const { stdout } = await run('2021-22', '--net', 'of-rounded', '--json');
    assert.match(stdout, /"words": "7 of 48 \(14%\)"/);
    const { status, stderr } = await run('2021');
    assert.equal(status, 1);
    assert.match(stderr, /There are no figures "2021"/);
  });
});
