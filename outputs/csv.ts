/** The first characters by which a spreadsheet takes a cell for a formula. */
const FORMULA = /^[=+\-@\t\r\n]/;

/**
 * A table as CSV (RFC 4180): every cell quoted, in UTF-8 with a byte order mark, so that spreadsheets recognise the
 * encoding. A cell that a spreadsheet would run as a formula gets an apostrophe in front.
 */
export function csv(rows: readonly (readonly string[])[]): string {
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

function cell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return safe.includes('"') ? `"${safe.replaceAll('"', '""')}"` : `"${safe}"`;
}
