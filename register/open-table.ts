import { basename } from 'node:path';
import { isBeyondAscii, lineAssumed, wholeAssumed } from '../domain/decoded-text.ts';
import type { TextEncoding } from '../domain/decoded-text.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Finding } from './import-report.ts';
import { parseHeader, parseRows } from './parse-rows.ts';
import type { BrokenRow } from './parse-rows.ts';
import { readLines } from './read-lines.ts';
import type { LineBlock } from './read-lines.ts';
import { findTextFile } from './text-encoding.ts';
import type { FileRefusal } from './text-encoding.ts';

/** A row below the header. `value` is the text in the column of that name, '' when the file has no such column. */
export type Row = { readonly line: number; value(column: string): string };

type Batch = {
  readonly rows: readonly Row[];
  /** Rows that cannot be read. */
  readonly broken: readonly Finding[];
  /** What was assumed of how lines are encoded. */
  readonly assumed: readonly Finding[];
  readonly bytesRead: number;
};

/** A CSV file whose header has been checked. Its rows can be read once, a batch at a time. */
export type Table = {
  readonly encoding: TextEncoding;
  readonly bytes: number;
  has(column: string): boolean;
  batches(): AsyncGenerator<Batch>;
};

export type TableRefusal = FileRefusal | (Reason & { readonly kind: 'wrong-header' });

type TableShape = {
  /** Columns that the file must have. */
  readonly needed: readonly string[];
  /** Columns that are read when they are present. */
  readonly optional: readonly string[];
  /** Where to get a file of the right kind. */
  readonly remedy: string;
};

/** Opens a CSV file and reads its header. Columns are found by name, in any order, ignoring case. */
export async function openTable(file: string, shape: TableShape, chunkBytes?: number): Promise<Result<Table, TableRefusal>> {
  const found = await findTextFile(file);
  if (!found.ok) return found;
  const blocks = readLines(found.value, chunkBytes);
  const header = await readHeader(blocks);
  if (header === undefined) return refused(noHeader(file, shape));
  const refusal = wrongHeader(file, header, shape);
  if (refusal) {
    await blocks.return(undefined);
    return refused(refusal);
  }
  const places = new Map(header.names.map((name, place) => [name.toLowerCase(), place] as const).toReversed());
  const placeOf = (column: string) => places.get(column.toLowerCase());
  return ok({
    encoding: found.value.encoding,
    bytes: found.value.bytes,
    has: (column) => placeOf(column) !== undefined,
    batches: () => readBatches(blocks, header, placeOf, assumptions(found.value.encoding)),
  });
}

type Header = { readonly names: readonly string[]; readonly line: number; readonly firstBlock: LineBlock };

/** The first line that is not blank. */
async function readHeader(blocks: AsyncGenerator<LineBlock>): Promise<Header | undefined> {
  for (let next = await blocks.next(); !next.done; next = await blocks.next()) {
    const { lines } = next.value;
    const at = lines.findIndex(({ text }) => text === null || text.trim() !== '');
    const line = lines[at];
    if (line === undefined) continue;
    return { names: parseHeader(line.text ?? ''), line: line.number, firstBlock: { ...next.value, lines: lines.slice(at + 1) } };
  }
  return undefined;
}

function noHeader(file: string, shape: TableShape): TableRefusal {
  return { kind: 'empty', message: `${basename(file)} has no header and no rows.`, remedy: shape.remedy };
}

function wrongHeader(file: string, { names, line }: Header, shape: TableShape): TableRefusal | undefined {
  const where = `${basename(file)}, line ${line}`;
  const count = (column: string) => names.filter((name) => name.toLowerCase() === column.toLowerCase()).length;
  const missing = shape.needed.filter((column) => count(column) === 0);
  if (missing.length > 0) {
    const other = names.length === 1 ? [';', '\t'].find((mark) => names[0]?.includes(mark)) : undefined;
    return {
      kind: 'wrong-header',
      message: `${where}: the header has no ${missing.length === 1 ? 'column' : 'columns'} ${missing.map((column) => `"${column}"`).join(', ')}.`,
      remedy:
        other === undefined
          ? shape.remedy
          : `The columns are separated by ${other === ';' ? 'semicolons' : 'tabs'}. Save the file again as CSV with commas.`,
    };
  }
  const twice = [...shape.needed, ...shape.optional].find((column) => count(column) > 1);
  if (twice === undefined) return undefined;
  return {
    kind: 'wrong-header',
    message: `${where}: the header has the column "${twice}" more than once.`,
    remedy: 'Leave only one of them.',
  };
}

async function* readBatches(
  blocks: AsyncGenerator<LineBlock>,
  header: Header,
  placeOf: (column: string) => number | undefined,
  assumed: (block: LineBlock) => readonly Finding[],
): AsyncGenerator<Batch> {
  try {
    let rest: LineBlock['lines'] = [];
    let block: LineBlock | undefined = header.firstBlock;
    while (block !== undefined) {
      const parsed = parseRows(rest.length === 0 ? block.lines : [...rest, ...block.lines], header.names.length, block.atEnd);
      rest = parsed.rest;
      yield {
        rows: parsed.rows.map(({ line, cells }) => ({ line, value: (column) => cells[placeOf(column) ?? -1] ?? '' })),
        broken: parsed.broken.map((row) => brokenFinding(row, header.names)),
        assumed: assumed(block),
        bytesRead: block.bytesRead,
      };
      const next: IteratorResult<LineBlock> = await blocks.next();
      block = next.done ? undefined : next.value;
    }
  } finally {
    await blocks.return(undefined);
  }
}

function brokenFinding({ line, at, message, remedy }: BrokenRow, names: readonly string[]): Finding {
  return { line, column: at === null ? null : (names[at] ?? null), message, remedy, taken: false };
}

/** Tells, block by block, of which lines the encoding was assumed: the first of a Windows-1252 file, and each odd one. */
function assumptions(encoding: TextEncoding): (block: LineBlock) => readonly Finding[] {
  let told = encoding === 'utf-8';
  const finding = (line: number, message: string): Finding => ({
    line,
    column: null,
    message,
    remedy: 'If that reads wrong, save the file as "CSV UTF-8 (comma delimited)" and import it again.',
    taken: true,
  });
  return ({ lines, odd }) => {
    const first = told ? undefined : lines.find(({ text }) => text !== null && isBeyondAscii(text));
    told ||= first !== undefined;
    return [
      ...(first === undefined ? [] : [finding(first.number, wholeAssumed(first.text ?? ''))]),
      ...odd.map(({ line, text }) => finding(line, lineAssumed(text, encoding))),
    ];
  };
}
