import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { percentOf } from '../percent.ts';
import { nearestBases, tabulate, wholeCounts } from './tabulate.ts';
import type { CountedRow, CountedTable, Printed } from './tabulate.ts';

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
    assert.throws(() => percentOf(0, 0), new RangeError('Nothing is a share of 0.'));
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
    assert.deepEqual(
      [nearestBases(1, 10), nearestBases(100, 1)],
      [
        { below: null, above: 67 },
        { below: null, above: 2 },
      ],
    );
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

  it('says of a table whether several answers could be given, whose counts are ours, and what else its source says', () => {
    const about = (more: Partial<CountedTable>) => tabulate(tableOf({}, more), AUDIENCES, { net: 'of-counts', small: false }).notes;
    assert.deepEqual(about({}), []);
    assert.deepEqual(about({ multiple: true, rebuilt: ['b', 'c', 'z'], remarks: ['Asked by post.'] }), [
      'Several answers could be given, so the counts may add up to more than the base.',
      'The source does not print the counts of “B”, “C” and “z”. They are ours.',
      'Asked by post.',
    ]);
  });

  it('shows no option that a row does not count, and no net where the table has none', () => {
    const cells = (more: Partial<CountedTable>) => rowOf(tableOf({ counts: { a: 3, c: 45 } }, more)).cells;
    assert.deepEqual(
      cells({ net: null }).map(({ id, rule }) => [id, rule]),
      [
        ['a', 'of-counts'],
        ['c', 'of-counts'],
      ],
    );
    assert.equal(cells({}).at(-1)?.words, '3 of 48 (6%)');
    assert.equal(rowOf(tableOf({}), { net: 'of-rounded' }).cells[0]?.rule, 'of-counts');
  });

  it('notes of a row a base that is ours, and percentages that add up to something else', () => {
    const percents = (a: number, b: number, c: number) => ({ a: { percent: a }, b: { percent: b }, c: { percent: c } });
    assert.deepEqual(rowOf(tableOf({ baseIsPrinted: false })).notes, ['The source does not print this base. 48 is ours.']);
    assert.deepEqual(rowOf(tableOf({ printed: percents(6, 8, 85) })).notes, [
      'The printed percentages add up to 99, and stay as they are.',
    ]);
    assert.deepEqual(rowOf(tableOf({ printed: percents(6, 8, 85) }, { multiple: true })).notes, []);
    const two = { base: 200, counts: { a: 101, c: 99 }, printed: { a: { percent: 51 }, c: { percent: 50 } } };
    assert.deepEqual(rowOf(tableOf(two, { net: null })).notes, ['The printed percentages add up to 101, and stay as they are.']);
    assert.deepEqual(rowOf(tableOf({ printed: { a: { percent: 6 }, b: { percent: 8 } } })).notes, []);
    // Two options, of which one count falls short of the base; one alone may.
    assert.deepEqual(rowOf(tableOf({ counts: { a: 3, c: 40 } }, { net: null })).notes, ['The counts add up to 43, and 48 answered.']);
    assert.deepEqual(rowOf(tableOf({ counts: { a: 3 }, printed: { a: { percent: 6 } } }, { net: null })).notes, []);
    assert.deepEqual(rowOf(tableOf({ counts: { a: 49 } }, { net: null })).notes, ['The counts add up to 49, and 48 answered.']);
  });

  it('notes percentages of a row that no whole counts give at once, with the net among them', () => {
    const at = 'No whole counts of 10 round to every printed per cent of this row at once.';
    const notes = (counts: CountedRow['counts'], printed: Readonly<Record<string, number>>, more: Partial<CountedTable> = {}) =>
      rowOf(
        tableOf({ base: 10, counts, printed: Object.fromEntries(Object.entries(printed).map(([id, percent]) => [id, { percent }])) }, more),
      ).notes.filter((note) => note === at);
    const counts = { a: 5, b: 3, c: 2 };
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 20 }), []);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 20, net: 80 }), []);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 30 }), [at]);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 10 }), [at]);
    assert.deepEqual(notes({ a: 5, b: 5 }, { a: 50, b: 40 }), [at]);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 20, net: 70 }), [at]);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 20, net: 70 }, { net: { title: 'B or C', of: ['b', 'c'] } }), [at]);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 20, net: 50 }, { net: { title: 'B or C', of: ['b', 'c'] } }), []);
    assert.deepEqual(notes(counts, { a: 50, b: 30, c: 30 }, { multiple: true }), []);
    // No count of ten is 51 per cent: that is noted beside the figure itself.
    assert.deepEqual(notes(counts, { a: 51, b: 30, c: 30 }), []);
    assert.deepEqual(notes({ a: 5 }, { a: 60 }), []);
    // 129 of 200 or 130 are 65 per cent of each; only one of them leaves what the others need.
    const of200 = (c: number) =>
      rowOf(
        tableOf({ base: 200, counts: { a: 129, b: 71 - c, c }, printed: { a: { percent: 65 }, b: { percent: 30 }, c: { percent: 6 } } }),
      ).notes;
    assert.ok(!of200(11).some((note) => note.startsWith('No whole counts')));
  });

  it('notes beside a figure what the source prints otherwise', () => {
    const noted = (count: number, base: number, printed: Printed) =>
      rowOf(tableOf({ base, counts: { a: count }, printed: { a: printed } }, { net: null })).cells[0]?.notes;
    assert.deepEqual(noted(3, 48, {}), []);
    assert.deepEqual(noted(3, 48, { count: 3 }), []);
    assert.deepEqual(noted(3, 48, { count: 4 }), ['The source prints a count of 4.']);
    assert.deepEqual(noted(3, 48, { percent: 6 }), []);
    assert.deepEqual(noted(41, 48, { over: 80 }), [
      'The source prints only that it is more than 80%, which 39 to 48 of 48 are. 41 is kept.',
    ]);
    assert.deepEqual(noted(39, 48, { over: 80 }), [
      'The source prints only that it is more than 80%, which 39 to 48 of 48 are. 39 is kept.',
    ]);
    assert.deepEqual(noted(38, 48, { over: 80 }), ['The source prints more than 80%, which is at least 39 of 48.']);
    // Several counts round to it.
    assert.deepEqual(noted(80, 132, { percent: 61 }), ['80 and 81 of 132 both round to 61%, and the source prints no count. 80 is kept.']);
    assert.deepEqual(noted(80, 132, { percent: 61, count: 80 }), []);
    assert.deepEqual(noted(517, 1000, { percent: 52 }), [
      '515 to 524 of 1000 all round to 52%, and the source prints no count. 517 is kept.',
    ]);
    // Another count does, or none.
    assert.deepEqual(noted(3, 10, { percent: 40 }), ['The source prints 40%, which 4 of 10 gives. 3 of 10 is 30%.']);
    assert.deepEqual(noted(79, 132, { percent: 61 }), ['The source prints 61%, which 80 and 81 of 132 give. 79 of 132 is 60%.']);
    assert.deepEqual(noted(60, 65, { percent: 93 }), [
      'The source prints 93%. No whole count of 65 rounds to it: 60 is 92%.',
      'The nearest bases of which one does are 61 and 67.',
    ]);
    assert.deepEqual(noted(1, 10, { percent: 1 })?.[1], 'The nearest bases of which one does are 67.');
    // Of a small base no per cent is shown, and a count that gives the printed one is enough.
    assert.deepEqual(noted(5, 9, { percent: 56 }), []);
    assert.deepEqual(noted(5, 9, { percent: 60 }), ['The source prints 60%. 5 of 9 is 56%.']);
    assert.deepEqual(noted(0, 0, { percent: 60 }), []);
  });

  it('notes beside a net whether it is of counts or of rounded parts', () => {
    const net = (percent: number, how: 'of-counts' | 'of-rounded') =>
      rowOf(tableOf({ printed: { net: { percent } } }), { net: how }).cells.at(-1)?.notes;
    assert.deepEqual(net(15, 'of-counts'), []);
    assert.deepEqual(net(15, 'of-rounded'), ['The source prints 15%, which is of counts: 7 of 48. The rounded parts add up to 14%.']);
    assert.deepEqual(net(14, 'of-counts'), [
      'The source prints 14%. No whole count of 48 rounds to it: 7 is 15%.',
      'The nearest bases of which one does are 44 and 49.',
      '14% is the sum of rounded parts: 6% and 8%, from 3 and 4 of 48.',
    ]);
    assert.equal(net(20, 'of-counts')?.length, 2);
  });

  it('says what each audience rates lowest, all of those that it does', () => {
    const row = (title: string, audience: string, a: number, base = 20): CountedRow => ({
      title,
      audience,
      base,
      baseIsPrinted: true,
      counts: { a, b: 1, c: 0 },
      printed: {},
    });
    const audiences = [
      { id: 'one', title: 'School leaders' },
      { id: 'two', title: 'MATs' },
      { id: 'none', title: 'Nobody' },
    ];
    const said = (kind: 'lowest' | 'minority', rows: readonly CountedRow[], net: CountedTable['net'] = null) =>
      tabulate(tableOf({}, { rows, net, sentences: [{ kind, word: 'satisfied' }] }), audiences, { net: 'of-counts', small: false })
        .sentences;
    const rows = [
      row('Help', 'one', 9),
      row('Pace', 'one', 4),
      row('Cost', 'one', 8, 40),
      row('None', 'one', 0, 0),
      row('Pace', 'two', 12),
    ];
    assert.deepEqual(said('lowest', rows), [
      'Of school leaders, fewest were satisfied with: Pace; Cost.',
      'Of MATs, fewest were satisfied with: Pace.',
    ]);
    assert.deepEqual(said('minority', [row('Pace', 'one', 4), row('Pace', 'two', 12), row('Help', 'one', 9), row('Half', 'one', 10)]), [
      'Pace: a minority of school leaders satisfied, and not of MATs.',
      'Help: a minority satisfied.',
    ]);
    assert.deepEqual(said('minority', [row('Help', 'one', 9), row('Help', 'two', 0, 0)]), ['Help: a minority satisfied.']);
    assert.deepEqual(said('minority', [row('Help', 'one', 9), row('None', 'one', 0, 0)], { title: 'A or B', of: ['a', 'b'] }), []);
  });

  it('compares only what both were asked, and names what nobody calls by its id', () => {
    const row = (title: string, audience: string, a: number): CountedRow => ({
      title,
      audience,
      base: 20,
      baseIsPrinted: true,
      counts: { a },
      printed: {},
    });
    const rows = [
      row('Pace', 'one', 12),
      row('Pace', 'two', 9),
      row('Help', 'one', 8),
      row('Help', 'two', 7),
      row('Cost', 'one', 3),
      row('Time', 'two', 3),
    ];
    const rule = { kind: 'compare', audiences: ['one', 'two'], word: 'satisfied', rows: ['Pace', 'Help', 'Cost', 'Time', 'Gone'] } as const;
    assert.deepEqual(tabulate(tableOf({}, { rows, sentences: [rule] }), [], { net: 'of-counts', small: false }).sentences, [
      'one were more satisfied than two: Pace; Help.',
    ]);
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
