/** The figures of a published survey, rebuilt from counts, as a report that is handed out. */
import { NET } from '../domain/surveys/tabulate.ts';
import type { Cell as Counted, CountedReport, HowTabulated, Printed, TabulatedRow, TabulatedTable } from '../domain/surveys/tabulate.ts';
import type { TabulatedMeans } from '../domain/surveys/tabulate-means.ts';
import type { Cell, Report } from './report.ts';

const COLUMNS = ['Table', 'Row', 'Audience', 'Option', 'Count', 'Item base', 'Section base', 'Percent', 'Rule', 'Printed', 'Note', 'Mean'];
const MEANS_COLUMNS = ['Row', 'Audience', 'Sum of the ratings', 'Base', 'Mean', 'Printed', 'Note'];

/** The report. A per cent that is held back, because its base is small, is held back here too. */
export function figuresReport(
  { id, title, source, audiences }: CountedReport,
  { tables, means }: { readonly tables: readonly TabulatedTable[]; readonly means: readonly TabulatedMeans[] },
  { net, small }: HowTabulated,
): Report {
  const audienceOf = ({ audience }: { readonly audience: string }) => audiences.find((one) => one.id === audience)?.title ?? audience;
  const rowsOf = (table: TabulatedTable) =>
    table.rows.flatMap((row) =>
      row.cells.map((cell): readonly Cell[] => [table.title, row.title, audienceOf(row), ...numbersOf(row, cell)]),
    );
  const meansOf = (one: TabulatedMeans) =>
    one.cells.map((cell) => [cell.title, audienceOf(cell), cell.sum, cell.base, cell.mean, cell.printed, cell.notes.join(' ')] as const);
  const rowsOfMeans = (one: TabulatedMeans) =>
    meansOf(one).map(([title, audience, sum, base, mean, printed, note]): readonly Cell[] => [
      ...[one.title, title, audience, 'Sum of the ratings', sum, base, null, null, 'mean', printed, note, mean],
    ]);
  return {
    id: `figures-${id}`,
    title,
    asOf: null,
    cutOff: null,
    parameters: { report: id, net, small: small ? 'yes' : 'no' },
    notes: [
      { term: 'Source', words: `${source}.` },
      { term: 'Per cent', words: 'Whole, a half upwards, and never forced to add up to 100.' },
      {
        term: 'Small bases',
        words: small ? 'Per cents of bases under 10 were asked for.' : 'Of a base under 10 only counts are given; its per cent is empty.',
      },
      {
        term: 'Several options together',
        words: net === 'of-counts' ? 'Added up as counts.' : 'Added up as rounded per cents, as the source does.',
      },
      ...[...tables, ...means].flatMap((table) => [...table.notes, ...table.sentences].map((words) => ({ term: table.title, words }))),
    ],
    columns: COLUMNS,
    rows: [...tables.flatMap(rowsOf), ...means.flatMap(rowsOfMeans)],
    sheets: [
      ...tables.map((table) => ({
        title: table.title,
        headings: COLUMNS.slice(1, -1),
        rows: rowsOf(table).map((row) => row.slice(1, -1)),
      })),
      ...means.map((one) => ({ title: one.title, headings: MEANS_COLUMNS, rows: meansOf(one) })),
    ].map((sheet, at) => ({ name: `Table ${at + 1}`, about: source, ...sheet })),
  };
}

function numbersOf(row: TabulatedRow, cell: Counted): readonly Cell[] {
  return [
    cell.title,
    cell.count,
    row.base,
    row.sectionBase,
    cell.percent,
    cell.id === NET ? cell.rule : 'count',
    printedWords(cell.printed),
    [...cell.notes, ...row.notes].join(' '),
    null,
  ];
}

/** What the source prints of a cell: "118, 90%". Empty where it prints nothing. */
export function printedWords(printed: Printed | null): string {
  if (printed === null) return '';
  const { count, percent, over } = printed;
  return [
    ...(count === undefined ? [] : [String(count)]),
    ...(percent === undefined ? [] : [`${percent}%`]),
    ...(over === undefined ? [] : [`over ${over}%`]),
  ].join(', ');
}
