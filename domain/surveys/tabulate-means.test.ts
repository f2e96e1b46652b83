import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { meanOf, tabulateMeans } from './tabulate-means.ts';
import type { CountedMeans } from './tabulate-means.ts';

const AUDIENCES = [{ id: 'heads', title: 'Headteachers' }];
const tableOf = (means: readonly number[], printed: readonly number[] = means): CountedMeans => ({
  id: 'focus',
  title: 'Focus',
  bases: { heads: 100 },
  rows: means.map((mean, at) => ({
    title: `Area ${at + 1}`,
    sums: { heads: Math.round(mean * 100) },
    printed: printed[at] === undefined ? {} : { heads: printed[at] },
  })),
  remarks: [],
});

describe('a table of means', () => {
  it('rounds to one decimal, a half upwards, and has no mean of nobody', () => {
    assert.deepEqual([meanOf(15, 2), meanOf(17, 20), meanOf(1, 3), meanOf(0, 7), meanOf(941, 100)], ['7.5', '0.9', '0.3', '0.0', '9.4']);
    assert.throws(() => meanOf(0, 0), RangeError);
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 500 }), (sum, base) => {
        const off = Number(meanOf(sum, base)) - sum / base;
        assert.ok(off > -0.05 - 1e-9 && off <= 0.05 + 1e-9);
      }),
    );
  });

  it('says what is rated highest and lowest, with whatever is level with the third', () => {
    const { sentences } = tabulateMeans(tableOf([9.4, 9.2, 9, 9, 8, 7, 6.5, 6]), AUDIENCES);
    assert.deepEqual(sentences, [
      'Headteachers rate highest: “Area 1” (9.4), “Area 2” (9.2), “Area 3” (9.0) and “Area 4” (9.0).',
      'Headteachers rate lowest: “Area 8” (6.0), “Area 7” (6.5) and “Area 6” (7.0).',
    ]);
    const turned = tabulateMeans(tableOf([6, 9.2, 9, 9, 8, 7, 6.5, 9.4]), AUDIENCES);
    assert.match(turned.sentences[0] ?? '', /^Headteachers rate highest: “Area 8” \(9\.4\)/);
  });

  it('notes a mean that is not the one that was printed', () => {
    assert.deepEqual(tabulateMeans(tableOf([9.4], [9.3]), AUDIENCES).cells[0]?.notes, ['The source prints 9.3.']);
    assert.deepEqual(tabulateMeans(tableOf([9.4]), AUDIENCES).cells[0]?.notes, []);
  });
});
