import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import { describe, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url).pathname;

function run(...words: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, 'report', 'figures', ...words], { encoding: 'utf8' });
}

describe('chaser report figures', () => {
  it('prints each figure beside its base and what was printed, with notes and derived sentences', () => {
    const { status, stdout, stderr } = run('2021-22');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Satisfied or very satisfied +118 of 131 \(90%\) +90%\n/);
    assert.match(stdout, /More days needed: The source prints 14%\. No whole count of 48 rounds to it: 7 is 15%\./);
    assert.match(stdout, /\nOf system leaders, fewest were satisfied with: Training\.\n/);
  });

  it('prints a CSV from which another program recomputes each per cent', () => {
    const { status, stdout, stderr } = run('2018', '--format', 'csv');
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

  it('adds up rounded parts where that is asked for, and refuses a report that is not there', () => {
    const { stdout } = run('2021-22', '--net', 'of-rounded', '--json');
    assert.match(stdout, /"words": "7 of 48 \(14%\)"/);
    const { status, stderr } = run('2021');
    assert.equal(status, 1);
    assert.match(stderr, /There are no figures "2021"/);
  });
});
