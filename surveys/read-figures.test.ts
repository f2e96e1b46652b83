import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { tabulateMeans } from '../domain/surveys/tabulate-means.ts';
import { tabulate } from '../domain/surveys/tabulate.ts';
import type { CountedTable, Net } from '../domain/surveys/tabulate.ts';
import { listFigures, loadFigures, readFigures } from './read-figures.ts';
import type { FiguresReport } from './read-figures.ts';

const mustLoad = (id: string): FiguresReport => {
  const found = loadFigures(id);
  assert.ok(found.ok, found.ok ? '' : found.reason.message);
  return found.value;
};
const reports = new Map(['2021-22', '2018'].map((id) => [id, mustLoad(id)]));
const reportOf = (id: string) => reports.get(id) ?? assert.fail(id);

const cellsOf = (id: string, net: Net = 'of-counts') => {
  const report = reportOf(id);
  return report.tables.flatMap((table) =>
    tabulate(table, report.audiences, { net, small: false }).rows.flatMap((row) =>
      row.cells.map((cell) => ({ ...cell, table: table.id, row: row.title, audience: row.audience, base: row.base, rowNotes: row.notes })),
    ),
  );
};

const cellOf = (id: string, [table, row, audience, option]: readonly string[], net: Net = 'of-counts') =>
  cellsOf(id, net).find((cell) => cell.table === table && cell.row === row && cell.audience === audience && cell.id === option) ??
  assert.fail(`${table} ${row} ${audience} ${option} is not in the report`);

const [LEADERS, SCHOOLS, TRUSTS] = ['system-leaders', 'school-leaders', 'trust-leaders'];

/** What the report of 2021/22 prints, copied from it by hand: table, row, audience, option, figure. A number alone is a per cent. */
const PRINTED_2021: readonly (readonly [
  string,
  string,
  string,
  string,
  number | { readonly count: number } | { readonly over: number },
])[] = [
  ['funnel', 'Accepted, of those eligible', 'mats', 'accepted', { count: 270 }],
  ['funnel', 'Accepted, of those eligible', 'schools', 'accepted', { count: 280 }],
  ['funnel', 'Matched, of those that accepted', 'mats', 'matched', 96],
  ['funnel', 'Matched, of those that accepted', 'schools', 'matched', 90],
  ['respondents', 'Role in the offer', 'everybody', LEADERS, { count: 159 }],
  ['respondents', 'Role in the offer', 'everybody', SCHOOLS, { count: 73 }],
  ['respondents', 'Role in the offer', 'everybody', TRUSTS, { count: 59 }],
  ...(
    [
      ['strategy', 89],
      ['curriculum', 88],
      ['leadership', 86],
      ['recovery', 53],
      ['workload', 32],
      ['pupil-premium', 31],
    ] as const
  ).map(([option, percent]) => ['focus-areas', 'Areas of focus', LEADERS, option, percent] as const),
  ['days', 'More than 3 days for a school', LEADERS, 'net', 61],
  ['days', 'More than 5 days for a trust', LEADERS, 'net', 38],
  ['days', 'More than 3 days for a school', SCHOOLS, 'net', 40],
  ['days', 'More than 5 days for a trust', TRUSTS, 'net', 14],
  ...(
    [
      ['satisfaction', 'Relevance of support', [90, 95, 86]],
      ['satisfaction', 'Focus of support', [90, 94, 88]],
      ['satisfaction', 'Suitability of the match', [90, 93, 86]],
      ['satisfaction', 'Guidance on what the offer entails', [{ over: 75 }, 77, 76]],
      ['satisfaction', 'Timing of support', [{ over: 75 }, { over: 75 }, { over: 75 }]],
      ['satisfaction', 'Initial engagement', [{ over: 75 }, { over: 75 }, { over: 75 }]],
      ['satisfaction', 'Training', [50]],
      ['satisfaction', 'Length and intensity', [63]],
      ['benefits', 'Curriculum and teacher development', [82, 84, 67]],
      ['benefits', 'Leadership and governance', [79, 63, 63]],
      ['benefits', 'A more effective strategy', [83, 73, 56]],
      ['benefits', 'Pupil wellbeing and safeguarding', [40, 22, 20]],
      ['benefits', 'Teacher workload, recruitment or retention', [32, 23, 16]],
      ['benefits', 'Pupil behaviour and attendance', [36, 22, 16]],
      ['benefits', 'Better financial management', [24, 9, 56]],
    ] as const
  ).flatMap(([table, row, figures]) =>
    figures.map((figure, at) => [table, row, [LEADERS, SCHOOLS, TRUSTS][at] ?? '', 'net', figure] as const),
  ),
  ['status', 'Status of the school', SCHOOLS, 'sat', { count: 8 }],
  ['status', 'Status of the school', SCHOOLS, 'sat', 13],
  ['status', 'Status of the school', SCHOOLS, 'lam', 75],
  ['status', 'Status of the school', SCHOOLS, 'other', { count: 8 }],
  ['status', 'Status of the school', SCHOOLS, 'other', 11],
  ['other-schools', 'Of those of another status', SCHOOLS, 'in-mat', { count: 7 }],
  ['other-schools', 'Of those of another status', SCHOOLS, 'diocese', { count: 1 }],
  ['partnerships', 'Figure 3: partnership discussed', 'sats', 'yes', { count: 5 }],
  ['partnerships', 'Figure 3: partnership discussed', 'lam', 'yes', { count: 31 }],
  ['partnerships', 'Figure 4: with a service level agreement', 'sats', 'yes', { count: 2 }],
  ['partnerships', 'Figure 4: with a service level agreement', 'lam', 'yes', { count: 21 }],
  ['partnerships', 'Figure 4: with a service level agreement', 'lam', 'yes', 46],
  ['partnerships', 'Figure 5: partnership agreed', 'sats', 'yes', { count: 0 }],
  ['partnerships', 'Figure 5: partnership agreed', 'sats', 'unsure', { count: 1 }],
  ['partnerships', 'Figure 5: partnership agreed', 'lam', 'yes', { count: 10 }],
  ['partnerships', 'Figure 5: partnership agreed', 'lam', 'yes', 22],
  ['partnerships', 'Figure 5: partnership agreed', 'lam', 'unsure', { count: 5 }],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'sats', 'yes', { count: 2 }],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'lam', 'yes', { count: 16 }],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'lam', 'yes', 35],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'lam', 'no', { count: 27 }],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'lam', 'no', 59],
  ['partnerships', 'Figure 6: earlier steps to join a trust', 'lam', 'unsure', { count: 3 }],
  ['more-likely', 'More likely to join a trust now', 'lam', 'more', { count: 21 }],
  ['more-likely', 'More likely to join a trust now', 'lam', 'more', 46],
  ['more-likely', 'More likely to join a trust now', 'lam', 'same', { count: 10 }],
  ['more-likely', 'More likely to join a trust now', 'lam', 'same', 21],
  ['more-likely', 'More likely to join a trust now', 'lam', 'unsure', { count: 15 }],
  ['more-likely', 'More likely to join a trust now', 'lam', 'unsure', 33],
];

/** What the report of 2018 prints of agreement, by option from "strongly agree" to "strongly disagree", and the net that its text gives. */
const PRINTED_2018: readonly (readonly [string, string, readonly number[], number | null])[] = [
  ['Table 4.1: a clearly defined model', 'mat-core', [58, 32, 7, 3, 0], 90],
  ['Table 4.1: a clearly defined model', 'mat-heads', [50, 37, 6, 4, 3], 88],
  ['Table 4.3: financially sustainable', 'mat-core', [40, 44, 7, 8, 1], 84],
  ['Table 4.3: financially sustainable', 'mat-heads', [39, 41, 13, 6, 1], 80],
  ['Table 4.4: sustainable in workload', 'mat-core', [31, 53, 7, 8, 0], 84],
  ['Table 4.4: sustainable in workload', 'mat-heads', [34, 47, 12, 8, 1], 81],
  ['Table 5.1: training meets needs', 'mat-core', [38, 47, 11, 4, 0], 85],
  ['Table 5.1: training meets needs', 'mat-heads', [33, 43, 18, 5, 0], 76],
  ['Table 5.3: leadership development', 'mat-core', [61, 31, 7, 1, 0], 92],
  ['Table 5.3: leadership development', 'mat-heads', [52, 34, 12, 2, 1], 86],
  ['Table 5.4: able to deploy staff', 'mat-core', [35, 36, 17, 10, 2], 71],
  ['Table 5.4: able to deploy staff', 'mat-heads', [32, 35, 14, 17, 2], 67],
  ['Table 8.1: evidence is drawn on', 'mat-core', [44, 45, 9, 2, 0], null],
  ['Table 8.1: evidence is drawn on', 'mat-heads', [46, 41, 10, 3, 0], null],
  ['Table 8.2: innovation is evaluated', 'mat-core', [29, 54, 14, 3, 0], null],
  ['Table 8.2: innovation is evaluated', 'mat-heads', [32, 47, 15, 5, 1], null],
  ['Table 8.3: parents and pupils are heard', 'mat-core', [23, 43, 16, 14, 3], null],
  ['Table 8.3: parents and pupils are heard', 'mat-heads', [22, 41, 21, 13, 4], null],
  ['Table 8.4: a shared understanding', 'mat-core', [65, 32, 2, 1, 0], null],
  ['Table 8.4: a shared understanding', 'mat-heads', [61, 36, 2, 1, 0], null],
  ['Table 9.2: financially sustainable', 'tsa-core', [6, 46, 25, 17, 6], 52],
  ['Table 9.2: financially sustainable', 'tsa-heads', [25, 24, 40, 7, 4], 49],
  ['Table 9.3: sustainable in workload', 'tsa-core', [6, 50, 23, 20, 1], null],
  ['Table 9.3: sustainable in workload', 'tsa-heads', [22, 40, 27, 9, 2], null],
];

/** The only figures of the two reports that their counts do not give, with those that would. */
const MISFITS: Readonly<Record<string, readonly string[]>> = {
  '2021-22': [
    'days: More than 5 days for a trust, trust-leaders: 14',
    'satisfaction: Suitability of the match, school-leaders: 93',
    'status: Status of the school, school-leaders: 11',
    'more-likely: More likely to join a trust now, lam: 21',
    'benefits: Pupil wellbeing and safeguarding, school-leaders: 22',
    'benefits: Pupil wellbeing and safeguarding, trust-leaders: 20',
    'benefits: Teacher workload, recruitment or retention, trust-leaders: 16',
    'benefits: Pupil behaviour and attendance, school-leaders: 22',
    'benefits: Pupil behaviour and attendance, trust-leaders: 16',
    'benefits: Better financial management, school-leaders: 9',
  ],
  '2018': ['agreement: Table 4.4: sustainable in workload, mat-heads: 81'],
};

describe('the figures of published surveys', () => {
  it('has both reports, and neither with a fault', () => {
    assert.deepEqual(listFigures(), ['2018', '2021-22']);
  });

  it('prints each figure of the report of 2021/22, or prints it with the reason why it cannot be had', () => {
    for (const [table, row, audience, option, figure] of PRINTED_2021) {
      const cell = cellOf('2021-22', [table, row, audience, option]);
      const where = `${table}, ${row}, ${audience}, ${option}`;
      if (typeof figure !== 'number' && 'count' in figure) {
        assert.deepEqual([cell.count, cell.printed?.count ?? figure.count], [figure.count, figure.count], where);
      } else if (typeof figure !== 'number') {
        assert.ok((cell.percent ?? 0) > figure.over && cell.notes.join(' ').includes(`more than ${figure.over}%`), where);
      } else if (cell.percent !== figure) {
        assert.match(
          cell.notes.join(' '),
          new RegExp(`The source prints ${figure}%(\\. No whole count|, which \\d+ of \\d+ gives)`),
          where,
        );
      }
      if (typeof figure === 'number') assert.equal(cell.printed?.percent, figure, where);
    }
  });

  it.each(['2021-22', '2018'])('gives every figure that the file of %s has as printed, save those known not to fit', (id) => {
    const misfits = cellsOf(id).filter(
      ({ printed, percent, count }) =>
        (printed?.percent !== undefined && percent !== printed.percent) || (printed?.count !== undefined && count !== printed.count),
    );
    assert.deepEqual(
      misfits.map(({ table, row, audience, printed }) => `${table}: ${row}, ${audience}: ${printed?.percent ?? '?'}`),
      MISFITS[id],
    );
    for (const { notes, printed } of misfits) assert.match(notes.join(' '), new RegExp(`The source prints ${printed?.percent ?? '?'}%`));
  });

  it('prints each agreement table of 2018, and says why no whole count gives the one net that it does not print', () => {
    const options = ['strongly-agree', 'tend-to-agree', 'neither', 'tend-to-disagree', 'strongly-disagree'];
    for (const [row, audience, percents, net] of PRINTED_2018) {
      const cells = options.map((option) => cellOf('2018', ['agreement', row, audience, option]));
      assert.deepEqual(
        cells.map(({ percent }) => percent),
        percents,
        `${row}, ${audience}`,
      );
      if (net === null) continue;
      const cell = cellOf('2018', ['agreement', row, audience, 'net']);
      if (cell.percent !== net) assert.match(cell.notes.join(' '), new RegExp(`The source prints ${net}%.* sum of rounded parts`), row);
    }
  });

  it('counts 177 and 131 who described their approach, and 159 of 880 chief executives', () => {
    for (const [audience, base, percents] of [
      ['mat-core', 177, [11, 16, 11, 2, 60]],
      ['mat-heads', 131, [28, 19, 7, 0, 46]],
    ] as const) {
      const cells = cellsOf('2018').filter((cell) => cell.table === 'approach' && cell.audience === audience);
      assert.deepEqual(
        cells.map(({ percent }) => percent),
        percents,
      );
      assert.equal(cells[0]?.base, base);
    }
    assert.equal(cellOf('2018', ['response', 'Chief executives, of trusts written to', 'mats', 'answered']).words, '159 of 880 (18%)');
    for (const [row, audience, percent] of [
      ['Data capture and reporting', 'mat-core', 81],
      ['Data capture and reporting', 'mat-heads', 87],
      ['Moderating standards of pupil work', 'mat-core', 71],
      ['Assessment e.g. exam boards', 'mat-core', 65],
      ['Approaches to teaching/pedagogy', 'mat-core', 47],
      ['Approaches to teaching/pedagogy', 'mat-heads', 34],
      ['Curriculum content', 'mat-core', 33],
    ] as const) {
      assert.equal(cellOf('2018', ['practices', row, audience, 'net']).percent, percent, row);
    }
  });

  it('gives by adding rounded parts the nets that no whole count gives', () => {
    for (const [row, audience, percent] of [
      ['Suitability of the match', SCHOOLS, 93],
      ['Relevance of support', TRUSTS, 86],
    ] as const) {
      assert.equal(cellOf('2021-22', ['satisfaction', row, audience ?? '', 'net'], 'of-rounded').percent, percent);
    }
    const { percent, notes } = cellOf('2021-22', ['days', 'More than 5 days for a trust', TRUSTS ?? '', 'net'], 'of-rounded');
    assert.equal(percent, 14);
    assert.match(
      notes.join(' '),
      /No whole count of 48 rounds to it: 7 is 15%.*nearest bases of which one does are 44 and 49.*6% and 8%, from 3 and 4/,
    );
    for (const cell of cellsOf('2021-22', 'of-rounded')) {
      if (cell.id === 'net' && cell.printed?.percent !== undefined) assert.equal(cell.percent, cell.printed.percent, cell.row);
    }
  });

  it('gives of counts the 88% of headteachers with a model, and of rounded parts only 87%', () => {
    const of = ['agreement', 'Table 4.1: a clearly defined model', 'mat-heads', 'net'];
    assert.equal(cellOf('2018', of).percent, 88);
    const rounded = cellOf('2018', of, 'of-rounded');
    assert.equal(rounded.percent, 87);
    assert.match(rounded.notes.join(' '), /88%, which is of counts: \d+ of 145. The rounded parts add up to 87%/);
  });

  it('leaves printed rows of 99 to 102 as they are, and says so', () => {
    const rows = cellsOf('2018').filter(({ table, id }) => table === 'agreement' && id === 'net');
    const summed = rows.flatMap(({ row, audience, rowNotes }) =>
      rowNotes.flatMap((note) => {
        const sum = /printed percentages add up to (\d+)/u.exec(note)?.[1];
        return sum === undefined ? [] : [`${row.slice(0, 9)} ${audience} ${sum}`];
      }),
    );
    assert.deepEqual(summed, [
      'Table 4.4 mat-core 99',
      'Table 4.4 mat-heads 102',
      'Table 5.1 mat-heads 99',
      'Table 5.3 mat-heads 101',
      'Table 8.3 mat-core 99',
      'Table 8.3 mat-heads 101',
    ]);
    assert.match(cellOf('2018', ['agreement', 'Table 4.4: sustainable in workload', 'mat-heads', 'net']).rowNotes.join(' '), /at once/);
  });

  it('derives who was more satisfied, what was rated lowest, and where a minority agreed', () => {
    const { tables, audiences } = reportOf('2021-22');
    const sentences = (id: string) => {
      const table = tables.find((one) => one.id === id) ?? assert.fail(id);
      return tabulate(table, audiences, { net: 'of-counts', small: false }).sentences;
    };
    assert.deepEqual(sentences('satisfaction'), [
      'School leaders were more satisfied than trust leaders: Relevance of support; Focus of support; Suitability of the match.',
      'Of system leaders, fewest were satisfied with: Training.',
      'Of school leaders, fewest were satisfied with: Guidance on what the offer entails.',
      'Of trust leaders, fewest were satisfied with: Guidance on what the offer entails.',
    ]);
    assert.deepEqual(sentences('benefits'), [
      'Pupil wellbeing and safeguarding: a minority agreed.',
      'Teacher workload, recruitment or retention: a minority agreed.',
      'Pupil behaviour and attendance: a minority agreed.',
      'Better financial management: a minority of system leaders and school leaders agreed, and not of trust leaders.',
    ]);
  });

  it('changes the figure when one count is changed', () => {
    const counted = [...reports.values()].flatMap(({ tables, audiences }) =>
      tables.flatMap((table) =>
        table.rows.flatMap((row, at) => Object.keys(row.counts).map((option) => ({ table, audiences, at, option }))),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...counted), fc.constantFrom(1, -1), ({ table, audiences, at, option }, by) => {
        const shown = (one: CountedTable) => tabulate(one, audiences, { net: 'of-counts', small: false }).rows[at]?.cells;
        const rows = table.rows.map((row, place) =>
          place === at ? { ...row, counts: { ...row.counts, [option]: (row.counts[option] ?? 0) + by } } : row,
        );
        const [before, after] = [shown(table), shown({ ...table, rows })].map((cells) => cells?.find(({ id }) => id === option)?.words);
        assert.notEqual(after, before);
      }),
    );
  });

  it('says where a file refers to what is not there', () => {
    const text = `figures: "x"
title: A report
source: A source
audiences: { all: Everybody }
tables:
  one:
    title: A table
    options: { yes: "Yes" }
    rows:
      - { title: A row, audience: al, base: 3, counts: { yes: 4 }, printed: { net: { percent: 1 } } }
`;
    const { figures, findings } = readFigures(text.replaceAll('yes: "Yes"', '"yes": "Yes"'), 'x.yaml');
    assert.equal(figures, null);
    assert.deepEqual(
      findings.map(({ what }) => what),
      ['There is no audience "al"', '4 is more than the 3 who answered', 'There is no counted option "net"'],
    );
    const unknown = loadFigures('2022');
    assert.ok(!unknown.ok && unknown.reason.kind === 'unknown-figures');
  });

  it('gives each mean rating of 2018 as it is printed, and the highest and lowest as the text names them', () => {
    const report = reportOf('2018');
    const tables = report.means.map((one) => tabulateMeans(one, report.audiences));
    assert.deepEqual(
      tables.map(({ cells }) => cells.length),
      [26, 26, 26, 26],
    );
    for (const cell of tables.flatMap(({ cells }) => cells)) assert.equal(cell.mean, cell.printed?.toFixed(1), cell.title);
    const said = tables.flatMap(({ sentences }) => sentences);
    const leads = (start: string, ...areas: readonly string[]) => {
      const sentence = said.find((one) => one.startsWith(start)) ?? assert.fail(start);
      for (const area of areas) assert.ok(sentence.includes(area), `${area}: ${sentence}`);
    };
    leads('MAT core teams rate lowest', 'Engaging parents', 'Addressing behaviour', 'shared approach to pedagogy');
    leads('Headteachers in MATs rate lowest', 'Engaging parents', 'Addressing behaviour', 'shared approach to pedagogy');
    leads('TSA core teams rate highest', 'spreading effective practice', 'quality of leadership', 'Professional development');
    leads('TSA core teams rate lowest', 'Engaging parents', 'Addressing behaviour', 'financial efficiency');
  });

  it('changes a mean with the sum of its ratings, and names where a table of means refers to nobody', () => {
    const [table] = reportOf('2018').means;
    assert.ok(table);
    const more = table.rows.map((row) => ({ ...row, sums: { ...row.sums, 'mat-core': (row.sums['mat-core'] ?? 0) + 21 } }));
    const changed = tabulateMeans({ ...table, rows: more }, []).cells.filter(({ audience }) => audience === 'mat-core');
    assert.ok(changed.every(({ notes }) => notes.length === 1));
    const text = (means: string) =>
      `figures: x\ntitle: X\nsource: X\naudiences: { a: A }\ntables: {}\nmeans: { m: { title: M, ${means} } }\n`;
    assert.deepEqual(readFigures(text('bases: { a: 2 }, rows: { R: { sums: { a: 9 } } }'), 'x.yaml').findings, []);
    for (const means of ['bases: { b: 2 }, rows: {}', 'bases: { a: 2 }, rows: { R: { sums: { b: 9 } } }', 'bases: { a: 0 }, rows: {}']) {
      const [finding] = readFigures(text(means), 'x.yaml').findings;
      assert.ok(finding !== undefined && finding.line === 6, means);
    }
  });

  it('keeps the tables of 2018 by size of trust and of professional development as printed, slips too, and remarks on them', () => {
    const row = (title: string, audience: string) =>
      cellsOf('2018').filter(
        (cell) => cell.table === 'practices-by-size' && cell.row === title && cell.audience === audience && cell.id !== 'net',
      );
    const percents = (title: string, audience: string) => row(title, audience).map(({ percent }) => percent);
    assert.deepEqual(percents('Approaches to teaching/pedagogy', 'mats-4-6'), [12, 36, 8, 45]);
    assert.deepEqual(percents('Format/process for pupil progress reviews', 'mats-1-3'), [31, 24, 11, 33]);
    assert.deepEqual(percents('Data capture and reporting', 'mats-7'), [55, 33, 5, 7]);
    for (const size of ['mats-4-6', 'mats-7']) {
      assert.deepEqual(percents('Marking and feedback to pupils', size), percents('Moderating standards of pupil work', size));
    }
    const table = reportOf('2018').tables.find(({ id }) => id === 'practices-by-size');
    assert.equal(table?.rows.length, 42);
    assert.equal(table.remarks.length, 3);
    assert.equal(cellOf('2018', ['development', 'Coaching', 'mat-heads', 'high-impact']).percent, 45);
    assert.equal(cellOf('2018', ['development', 'Peer reviews', 'mat-core', 'high-impact']).percent, 46);
  });
});
