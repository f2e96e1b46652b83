/** The figures of a published survey, rebuilt from counts, as a report that is handed out. */
import { NET } from '../domain/surveys/tabulate.ts';
import type { Cell as Counted, CountedReport, HowTabulated, Printed, TabulatedRow, TabulatedTable } from '../domain/surveys/tabulate.ts';
import type { Cell, Report } from './report.ts';

const COLUMNS = ['Table', 'Row', 'Audience', 'Option', 'Count', 'Item base', 'Section base', 'Percent', 'Rule', 'Printed', 'Note'];

/** The report. A per cent that is held back, because its base is small, is held back here too. */
export function figuresReport(
  { id, title, source, audiences }: CountedReport,
  tables: readonly TabulatedTable[],
  { net, small }: HowTabulated,
): Report {
  const audienceOf = ({ audience }: TabulatedRow) => audiences.find((one) => one.id === audience)?.title ?? audience;
  const rowsOf = (table: TabulatedTable) =>
    table.rows.flatMap((row) =>
      row.cells.map((cell): readonly Cell[] => [table.title, row.title, audienceOf(row), ...numbersOf(row, cell)]),
    );
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
      ...tables.flatMap((table) => [...table.notes, ...table.sentences].map((words) => ({ term: table.title, words }))),
    ],
    columns: COLUMNS,
    rows: tables.flatMap(rowsOf),
    sheets: tables.map((table, at) => ({
      name: `Table ${at + 1}`,
      title: table.title,
      about: source,
      headings: COLUMNS.slice(1),
      rows: rowsOf(table).map((row) => row.slice(1)),
    })),
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
