import { Command, Option } from 'commander';
import { tabulateMeans } from '../domain/surveys/tabulate-means.ts';
import type { TabulatedMeans } from '../domain/surveys/tabulate-means.ts';
import { NET, tabulate } from '../domain/surveys/tabulate.ts';
import type { Cell, CountedReport, Net, Printed, TabulatedRow, TabulatedTable } from '../domain/surveys/tabulate.ts';
import { listFigures, loadFigures } from '../surveys/read-figures.ts';
import { csvLines } from './csv.ts';
import { Fault, print, table } from './output.ts';

type Options = { readonly net: Net; readonly small?: true; readonly csv?: true; readonly json?: true };

/** `chaser report figures`: the tables of a published survey again, from its counts. */
export function figuresCommand(): Command {
  return new Command('figures')
    .description('Print the figures of a published survey again from its counts, each beside its base and what the source printed.')
    .argument('<report>', `which report: ${listFigures().join(', ')}`)
    .addOption(new Option('--net <rule>', 'how several options are added up').choices(['of-counts', 'of-rounded']).default('of-counts'))
    .option('--small', 'print percentages of bases under 10 too')
    .addOption(new Option('--csv', 'print CSV, a line for each count').conflicts('json'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Percentages are whole, a half upwards, and never forced to add up to 100. Of a base under 10 only counts are printed. A note says where no whole
count gives what the source printed, and what was kept where several do. The notes and the sentences follow from the counts.

Examples:
  chaser report figures 2021-22
  chaser report figures 2021-22 --net of-rounded
  chaser report figures 2018 --csv`,
    )
    .action((id: string, { net, small, csv, json }: Options) => {
      const found = loadFigures(id);
      if (!found.ok) throw new Fault(found.reason);
      const report = found.value;
      const tables = report.tables.map((one) => tabulate(one, report.audiences, { net, small: small === true }));
      const means = report.means.map((one) => tabulateMeans(one, report.audiences));
      const { title, source, audiences } = report;
      print(json === true, { report: id, title, source, audiences, net, tables, means }, () =>
        csv === true ? csvOf(report, tables, means) : wordsOf(report, tables, means, net),
      );
    });
}

function wordsOf(
  { title, source, audiences }: CountedReport,
  tables: readonly TabulatedTable[],
  means: readonly TabulatedMeans[],
  net: Net,
): string {
  const audienceOf = ({ audience }: Pick<TabulatedRow, 'audience'>) => audiences.find(({ id }) => id === audience)?.title ?? audience;
  return [
    title,
    `${source}.`,
    net === 'of-counts' ? 'Options are added up as counts.' : 'Options are added up as rounded percentages.',
    ...tables.flatMap((one) => [
      '',
      one.title,
      table(
        ['', 'Asked of', 'Base', 'Section', 'Answer', 'Figure', 'Printed'],
        one.rows.flatMap((row) =>
          row.cells.map((cell, at) => [
            ...(at === 0 ? [row.title, audienceOf(row), String(row.base), String(row.sectionBase ?? '')] : ['', '', '', '']),
            cell.title,
            cell.words,
            printedWords(cell.printed),
          ]),
        ),
      ),
      ...one.rows.flatMap((row) => [
        ...row.cells.flatMap((cell) => cell.notes.map((note) => `Note: ${row.title}, ${audienceOf(row)}, ${cell.title}: ${note}`)),
        ...row.notes.map((note) => `Note: ${row.title}, ${audienceOf(row)}: ${note}`),
      ]),
      ...one.notes.map((note) => `Note: ${note}`),
      ...one.sentences,
    ]),
    ...means.flatMap((one) => [
      '',
      one.title,
      table(
        ['', 'Asked of', 'Base', 'Mean', 'Printed'],
        one.cells.map((cell) => [cell.title, audienceOf(cell), String(cell.base), cell.mean, cell.printed?.toFixed(1) ?? '']),
      ),
      ...one.cells.flatMap((cell) => cell.notes.map((note) => `Note: ${cell.title}, ${audienceOf(cell)}: ${note}`)),
      ...one.notes.map((note) => `Note: ${note}`),
      ...one.sentences,
    ]),
  ].join('\n');
}

function printedWords(printed: Printed | null): string {
  if (printed === null) return '';
  const { count, percent, over } = printed;
  return [
    ...(count === undefined ? [] : [String(count)]),
    ...(percent === undefined ? [] : [`${percent}%`]),
    ...(over === undefined ? [] : [`over ${over}%`]),
  ].join(', ');
}

const COLUMNS = ['table', 'row', 'audience', 'option', 'count', 'item_base', 'section_base', 'percent', 'rule', 'printed', 'note', 'mean'];

function csvOf({ audiences }: CountedReport, tables: readonly TabulatedTable[], means: readonly TabulatedMeans[]): string {
  const titleOf = (audience: string) => audiences.find(({ id }) => id === audience)?.title ?? audience;
  const line = (one: TabulatedTable, row: TabulatedRow, cell: Cell) => [
    one.title,
    row.title,
    titleOf(row.audience),
    cell.title,
    cell.count,
    row.base,
    row.sectionBase ?? '',
    cell.percent ?? '',
    cell.id === NET ? cell.rule : 'count',
    printedWords(cell.printed),
    [...cell.notes, ...row.notes].join(' '),
    '',
  ];
  const lines = tables.flatMap((one) => one.rows.flatMap((row) => row.cells.map((cell) => line(one, row, cell))));
  const ofMeans = means.flatMap((one) =>
    one.cells.map((cell) => [
      one.title,
      cell.title,
      titleOf(cell.audience),
      'Sum of the ratings',
      cell.sum,
      cell.base,
      '',
      '',
      'mean',
      cell.printed?.toFixed(1) ?? '',
      cell.notes.join(' '),
      cell.mean,
    ]),
  );
  return csvLines([COLUMNS, ...lines, ...ofMeans]);
}
