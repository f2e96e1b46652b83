/** Lines of CSV for another program (RFC 4180): cells are quoted where they must be, and there is no mark of an encoding. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => cells.map((cell) => quoted(String(cell))).join(',')).join('\r\n');
}

const quoted = (cell: string): string => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
