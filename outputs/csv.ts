/** The first characters by which a spreadsheet takes a cell for a formula: = + - @, a tab and the ends of lines. */
const FORMULA: ReadonlySet<number> = new Set(Array.from('=+-@\t\r\n', (sign) => sign.charCodeAt(0)));
/** So many characters a piece of a table has, and the rest of its last line. */
const PIECE = 32_000;

/**
 * A table as CSV (RFC 4180): every cell quoted, in UTF-8 with a byte order mark, so that spreadsheets recognise the
 * encoding. A cell that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function csv(rows: Iterable<readonly string[]>): string {
  return [...csvPieces(rows)].join('');
}

/** The same in pieces of some hundred lines, so that a long table is on its way while the rest of it is still being written. */
function* csvPieces(rows: Iterable<readonly string[]>): Generator<string> {
  let piece = '\uFEFF';
  for (const row of rows) {
    piece += lineOf(row);
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** Joined at once: adding cell to cell leaves a small piece of memory behind for each, five times as much in all. */
function lineOf(row: readonly string[]): string {
  return row.length === 0 ? '\r\n' : `"${row.map(inQuotes).join('","')}"\r\n`;
}

/** A column of a table: its heading, and what it says of a row. */
export type Column<Row> = readonly [heading: string, valueOf: (row: Row) => string];

/** A table of these columns as CSV in pieces. Each row is asked for when its line is written. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: Iterable<Row>): Generator<string> {
  return csvPieces(
    (function* () {
      yield columns.map(([heading]) => heading);
      for (const row of rows) yield columns.map(([, valueOf]) => valueOf(row));
    })(),
  );
}

/** What stands between the quotation marks of a cell. */
function inQuotes(text: string): string {
  const safe = FORMULA.has(text.charCodeAt(0)) ? `'${text}` : text;
  return safe.includes('"') ? safe.replaceAll('"', '""') : safe;
}
