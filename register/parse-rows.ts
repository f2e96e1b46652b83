import { CsvError, parse } from 'csv-parse/sync';
import { LONGEST_LINE } from './read-lines.ts';
import type { Line } from './read-lines.ts';

/** A row as it is in the file, and the line on which it begins. */
export type Cells = { readonly line: number; readonly cells: readonly string[] };

/** A row that cannot be read. `at` is the index of the cell, counted from 0, when that is known. */
export type BrokenRow = { readonly line: number; readonly at: number | null; readonly message: string; readonly remedy: string };

type ParsedBlock = {
  readonly rows: readonly Cells[];
  readonly broken: readonly BrokenRow[];
  /** Lines of a row that may continue in the next block. */
  readonly rest: readonly Line[];
};

/** The most lines that one row may take. A quotation mark still open after them was a mistake. */
const MOST_LINES = 20;

/**
 * Reads rows out of lines. A quotation mark that is never closed costs only the row it is in: reading begins again on
 * the next line instead of swallowing what follows. `width` is the number of columns; rows of another width are broken
 * too. Blank lines, and rows of nothing but commas, are passed over.
 */
export function parseRows(lines: readonly Line[], width: number, atEnd: boolean): ParsedBlock {
  const quick = parseAtOnce(lines);
  if (quick !== undefined) return { ...sorted(quick, width), rest: [] };

  const rows: Cells[] = [];
  const broken: BrokenRow[] = [];
  let rest: readonly Line[] = [];
  let index = 0;
  while (index < lines.length) {
    const read = readRowAt(lines, index, width, atEnd);
    if (read === 'goes on') {
      rest = lines.slice(index);
      break;
    }
    if ('cells' in read.row) rows.push(read.row);
    else broken.push(read.row);
    index += read.lines;
  }
  const whole = sorted(rows, width);
  return { rows: whole.rows, broken: [...broken, ...whole.broken].toSorted((a, b) => a.line - b.line), rest };
}

/** The names in a header line; none when it cannot be read. */
export function parseHeader(text: string): readonly string[] {
  const parsed = parseText(text);
  return (parsed.ok ? (parsed.records[0] ?? []) : []).map((name) => name.trim());
}

/** The common case: every line is a row, so the whole block is read at once. Undefined when that is not so. */
function parseAtOnce(lines: readonly Line[]): readonly Cells[] | undefined {
  if (lines.some(({ text }) => text === null)) return undefined;
  const filled = lines.filter(({ text }) => text !== null && text.trim() !== '');
  const parsed = parseText(filled.map(({ text }) => text).join('\n'));
  if (!parsed.ok || parsed.records.length !== filled.length) return undefined;
  return parsed.records.flatMap((cells, index) => ({ line: filled[index]?.number ?? 0, cells }));
}

type ReadRow = { readonly row: Cells | BrokenRow; readonly lines: number };

function readRowAt(lines: readonly Line[], index: number, width: number, atEnd: boolean): ReadRow | 'goes on' {
  const { number, text } = lines[index] ?? { number: 0, text: null };
  if (text === null) {
    return {
      row: { line: number, at: null, message: `The line is longer than ${LONGEST_LINE} letters.`, remedy: 'Is a line break missing?' },
      lines: 1,
    };
  }
  if (text.trim() === '') return { row: { line: number, cells: [] }, lines: 1 };
  const alone = parseText(text);
  if (alone.ok) return { row: { line: number, cells: alone.records[0] ?? [] }, lines: 1 };

  let together = text;
  for (let more = 1; alone.open && more < MOST_LINES; more++) {
    const next = lines[index + more];
    if (next === undefined && !atEnd) return 'goes on';
    if (next === undefined || next.text === null) break;
    together += `\n${next.text}`;
    const parsed = parseText(together);
    if (!parsed.ok && parsed.open) continue;
    const [cells] = parsed.ok ? parsed.records : [];
    // The width is wrong, so the quotation mark that closed the row was the opening one of a later row.
    if (!parsed.ok || cells?.length !== width) break;
    return { row: { line: number, cells }, lines: more + 1 };
  }
  return {
    row: {
      line: number,
      at: alone.at,
      message: alone.open ? 'A quotation mark is opened and never closed.' : 'There is a quotation mark inside the text.',
      remedy: 'Put the whole value in quotation marks and write one inside it twice: "St ""Example""".',
    },
    lines: 1,
  };
}

type Parsed =
  | { readonly ok: true; readonly records: readonly (readonly string[])[] }
  | { readonly ok: false; readonly open: boolean; readonly at: number | null };

function parseText(text: string): Parsed {
  try {
    return { ok: true, records: parse(text, { record_delimiter: '\n', relax_column_count: true }) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const column: unknown = error['column'];
    return { ok: false, open: error.code === 'CSV_QUOTE_NOT_CLOSED', at: typeof column === 'number' ? column : null };
  }
}

/** Separates complete rows from those of the wrong width, and drops empty ones. */
function sorted(rows: readonly Cells[], width: number): { readonly rows: readonly Cells[]; readonly broken: readonly BrokenRow[] } {
  const filled = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  return {
    rows: filled.filter(({ cells }) => cells.length === width),
    broken: filled
      .filter(({ cells }) => cells.length !== width)
      .map(({ line, cells }) => ({
        line,
        at: null,
        message: `The row has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'} and the header has ${width}.`,
        remedy: 'Put a value that holds a comma in quotation marks, and leave a comma for each empty one.',
      })),
  };
}
