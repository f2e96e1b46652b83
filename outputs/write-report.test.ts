import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterEach, describe, it, vi } from 'vitest';
import * as sheetjs from '@e965/xlsx';
import { plainDate } from '../domain/time/plain-date.ts';
import { tabulate } from '../domain/surveys/tabulate.ts';
import { loadFigures } from '../surveys/read-figures.ts';
import { figuresReport } from './figures.ts';
import { columnId, snapshotOf } from './report.ts';
import type { Report } from './report.ts';
import { formatCalled, FORMATS, writeReport } from './write-report.ts';
import type { Format } from './write-report.ts';

const EVERY = Object.keys(FORMATS) as Format[];

const REPORT: Report = {
  id: 'example',
  title: 'An example',
  asOf: plainDate('2026-10-31'),
  cutOff: plainDate('2026-11-14'),
  parameters: { region: 'North West', by: 'tier' },
  notes: [{ term: 'Base', words: 'All of them' }],
  columns: ['Line', 'Measure title', 'Value', 'Base'],
  rows: [
    ['=1+1', 'Answered', 7, 10],
    ['Tier 2, “late”', 'Half within', null, 3],
  ],
  sheets: [
    {
      name: 'Example',
      title: 'Answers',
      about: 'Counted of: all.',
      headings: ['Line', 'Value', 'Base'],
      rows: [
        ['=1+1', 7, 10],
        ['Tier 2, “late”', null, 3],
      ],
    },
  ],
};

/** A spreadsheet as another library than the one that wrote it reads it: each sheet as rows of cells, what is empty being null. */
function opened(bytes: Uint8Array): Readonly<Record<string, readonly (readonly unknown[])[]>> {
  const { Sheets } = sheetjs.read(bytes, { type: 'buffer' });
  return Object.fromEntries(
    Object.entries(Sheets).map(([name, sheet]) => [
      name,
      sheetjs.utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true, defval: null, blankrows: true }),
    ]),
  );
}

describe('a report that is handed out', () => {
  afterEach(() => void vi.useRealTimers());

  it('is the same bytes whenever it is written, in each format', async () => {
    for (const format of EVERY) {
      vi.useFakeTimers({ now: new Date('2026-11-15T09:00:00Z'), toFake: ['Date'] });
      const once = await writeReport(REPORT, format);
      vi.setSystemTime(new Date('2031-02-03T23:59:58Z'));
      assert.ok(once.equals(await writeReport(REPORT, format)), `${format} tells when it was written`);
    }
  });

  it('names the same snapshot in each format, and another one where a day, a parameter or a number is another', async () => {
    const { sha256 } = snapshotOf(REPORT);
    const text = async (format: Format) => (await writeReport(REPORT, format)).toString('utf8');
    assert.equal((await text('csv')).split(sha256).length - 1, REPORT.rows.length);
    assert.ok((await text('json')).includes(`"sha256": "${sha256}"`));
    assert.ok(
      opened(await writeReport(REPORT, 'ods'))['Notes']?.some(([term, words]) => term === 'Snapshot' && words === `sha256:${sha256}`),
    );
    const others: readonly Report[] = [
      { ...REPORT, asOf: plainDate('2026-10-30') },
      { ...REPORT, cutOff: plainDate('2026-11-15') },
      { ...REPORT, parameters: { ...REPORT.parameters, region: '' } },
      { ...REPORT, rows: [...REPORT.rows.slice(1), ['=1+1', 'Answered', 8, 10]] },
    ];
    assert.equal(new Set([REPORT, ...others].map((one) => snapshotOf(one).sha256)).size, 5);
    const { region = '', by = '' } = REPORT.parameters;
    assert.equal(snapshotOf({ ...REPORT, parameters: { by, region } }).sha256, sha256, 'the order in which it was asked is no matter');
  });

  it('has a hash that anybody can work out from the JSON alone', async () => {
    const { report, snapshot, parameters, columns, rows } = JSON.parse((await writeReport(REPORT, 'json')).toString()) as {
      report: string;
      snapshot: { asOf: string; cutOff: string; sha256: string };
      parameters: Record<string, string>;
      columns: { id: string }[];
      rows: Record<string, unknown>[];
    };
    const ids = columns.map(({ id }) => id);
    const asked = Object.keys(parameters)
      .toSorted()
      .map((name) => [name, parameters[name]]);
    const array = [report, snapshot.asOf, snapshot.cutOff, asked, ids, rows.map((row) => ids.map((id) => row[id]))];
    assert.equal(createHash('sha256').update(JSON.stringify(array)).digest('hex'), snapshot.sha256);
    assert.deepEqual(rows[1], { line: 'Tier 2, “late”', measure_title: 'Half within', value: null, base: 3 });
  });

  it('is opened by another spreadsheet library with its notes, its titles, and numbers as numbers', async () => {
    const { Notes: notes, Example: table } = opened(await writeReport(REPORT, 'ods'));
    assert.deepEqual(table, [
      ['Answers', null, null],
      ['Counted of: all.', null, null],
      ['Line', 'Value', 'Base'],
      ['=1+1', 7, 10],
      ['Tier 2, “late”', null, 3],
    ]);
    for (const line of [
      ['As of', 'What had happened by the end of 2026-10-31'],
      ['Cut-off', 'As far as it was recorded by the end of 2026-11-14'],
      ['Asked for: region', 'North West'],
      ['Base', 'All of them'],
      ['Sheet “Example”', 'Answers'],
    ]) {
      assert.ok(
        notes?.some((row) => row[0] === line[0] && row[1] === line[1]),
        line.join(': '),
      );
    }
  });

  it('holds every text and number, whatever its characters, in a spreadsheet and in a CSV', async () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => /^[^\s'’]\S*( \S+)*$/u.test(text) && !/[\p{Cc}\uFFFE\uFFFF]/u.test(text));
    const cell = fc.oneof(words, fc.nat(), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(words, cell, fc.nat()), { minLength: 1, maxLength: 4 }), async (rows) => {
        const report: Report = {
          ...REPORT,
          columns: ['A', 'B', 'C'],
          rows,
          sheets: [{ name: 'T', title: 't', about: 'a', headings: ['A', 'B', 'C'], rows }],
        };
        assert.deepEqual(opened(await writeReport(report, 'ods'))['T']?.slice(3), rows);
        const lines: string[][] = parse(await writeReport(report, 'csv'), { bom: true, record_delimiter: '\r\n' });
        assert.deepEqual(
          lines.slice(1).map((line) => line.slice(0, 3).map((text) => text.replace(/^'(?=[=+\-@])/, ''))),
          rows.map((row) => row.map((one) => String(one ?? ''))),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('has no per cent of a small base that the report holds back, in any format', async () => {
    const found = loadFigures('2021-22');
    assert.ok(found.ok);
    const how = { net: 'of-counts', small: false } as const;
    const tables = found.value.tables.map((table) => tabulate(table, found.value.audiences, how));
    const small = tables.flatMap(({ rows }) => rows).filter(({ base }) => base < 10);
    const report = figuresReport(found.value, { tables, means: [] }, how);
    const at = (title: string) => report.columns.indexOf(title);
    const held = report.rows.filter((row) => Number(row[at('Item base')]) < 10);
    assert.equal(held.length, small.flatMap(({ cells }) => cells).length);
    assert.ok(held.length > 0 && held.every((row) => row[at('Percent')] === null));
    const sheets = opened(await writeReport(report, 'ods'));
    const shown = Object.entries(sheets).flatMap(([name, rows]) => (name === 'Notes' ? [] : rows.slice(3)));
    const column = at('Percent') - 1;
    assert.equal(shown.filter((row) => Number(row[at('Item base') - 1]) < 10 && row[column] !== null).length, 0);
  });

  it('names columns and formats as the command line and JSON do', () => {
    assert.equal(columnId('Measure title'), 'measure_title');
    assert.equal(formatCalled('ods'), 'ods');
    assert.equal(formatCalled('xlsx'), undefined);
  });
});
