import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { nearestBases, percentOf, tabulate, wholeCounts } from './tabulate.ts';
import type { CountedRow, CountedTable } from './tabulate.ts';

const AUDIENCES = [{ id: 'all', title: 'Everybody' }];

const tableOf = (row: Partial<CountedRow>, more: Partial<CountedTable> = {}): CountedTable => ({
  id: 'one',
  title: 'One',
  options: [
    { id: 'a', title: 'A' },
    { id: 'b', title: 'B' },
    { id: 'c', title: 'C' },
  ],
  net: { title: 'A or B', of: ['a', 'b'] },
  multiple: false,
  rebuilt: [],
  sectionBases: { all: 60 },
  rows: [{ title: 'Row', audience: 'all', base: 48, baseIsPrinted: true, counts: { a: 3, b: 4, c: 41 }, printed: {}, ...row }],
  sentences: [],
  remarks: [],
  ...more,
});

const rowOf = (table: CountedTable, how: { net?: 'of-counts' | 'of-rounded'; small?: boolean } = {}) =>
  tabulate(table, AUDIENCES, { net: 'of-counts', small: false, ...how }).rows[0] ?? assert.fail('no row');

describe('a table of counts', () => {
  it('rounds a half upwards', () => {
    assert.deepEqual([percentOf(1, 8), percentOf(1, 200), percentOf(23, 200), percentOf(0, 3), percentOf(3, 3)], [13, 1, 12, 0, 100]);
    assert.throws(() => percentOf(0, 0), RangeError);
  });

  it('finds just the whole counts that round to a per cent', () => {
    assert.deepEqual([wholeCounts(61, 132), wholeCounts(14, 48), wholeCounts(21, 46), wholeCounts(5, 0)], [[80, 81], [], [], []]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 400 }), (percent, base) => {
        const tried = Array.from({ length: base + 1 }, (_, count) => count).filter((count) => percentOf(count, base) === percent);
        assert.deepEqual(wholeCounts(percent, base), tried);
      }),
    );
    assert.deepEqual(nearestBases(93, 65), { below: 61, above: 67 });
  });

  it('shows the base of the item beside the base of its section', () => {
    const { base, sectionBase, cells } = rowOf(tableOf({}));
    assert.deepEqual([base, sectionBase], [48, 60]);
    assert.deepEqual(
      cells.map(({ words }) => words),
      ['3 of 48 (6%)', '4 of 48 (8%)', '41 of 48 (85%)', '7 of 48 (15%)'],
    );
  });

  it('adds up counts, or rounded parts where that is asked for', () => {
    assert.equal(rowOf(tableOf({})).cells.at(-1)?.percent, 15);
    assert.equal(rowOf(tableOf({}), { net: 'of-rounded' }).cells.at(-1)?.percent, 14);
  });

  it('prints counts alone of fewer than ten unless told otherwise, and a dash of nobody', () => {
    const nine = tableOf({ base: 9, counts: { a: 5, b: 0, c: 4 } });
    assert.equal(rowOf(nine).cells[0]?.words, '5 of 9');
    assert.equal(rowOf(nine, { small: true }).cells[0]?.words, '5 of 9 (56%)');
    assert.equal(rowOf(tableOf({ base: 10, counts: { a: 5, b: 0, c: 5 } })).cells[0]?.words, '5 of 10 (50%)');
    assert.equal(rowOf(tableOf({ base: 0, counts: { a: 0, b: 0, c: 0 } }), { small: true }).cells[0]?.words, '–');
  });

  it('forces no row to 100, and notes counts that do not add up only where one answer could be given', () => {
    const thirds = rowOf(tableOf({ base: 30, counts: { a: 10, b: 10, c: 10 } }));
    assert.deepEqual(
      thirds.cells.slice(0, 3).map(({ percent }) => percent),
      [33, 33, 33],
    );
    const many = { base: 10, counts: { a: 10, b: 9, c: 8 } };
    assert.deepEqual(rowOf(tableOf(many)).notes, ['The counts add up to 27, and 10 answered.']);
    assert.deepEqual(rowOf(tableOf(many, { multiple: true })).notes, []);
  });

  it('compares shares before they are rounded, and says so of equal ones', () => {
    const row = (audience: string, a: number, base: number): CountedRow => ({
      title: 'Row',
      audience,
      base,
      baseIsPrinted: true,
      counts: { a, b: 0, c: base - a },
      printed: {},
    });
    const audiences = [
      { id: 'one', title: 'Leaders' },
      { id: 'two', title: 'MATs' },
    ];
    const said = (rows: readonly CountedRow[]) =>
      tabulate(
        tableOf({}, { rows, sentences: [{ kind: 'compare', audiences: ['one', 'two'], word: 'satisfied', rows: ['Row'] }] }),
        audiences,
        { net: 'of-counts', small: false },
      ).sentences;
    assert.deepEqual(said([row('one', 101, 200), row('two', 102, 201)]), ['Leaders were less satisfied than MATs: Row.']);
    assert.deepEqual(said([row('one', 1, 2), row('two', 100, 200)]), ['Leaders were as satisfied as MATs: Row.']);
  });
});
