/** Lines of CSV for another program: cells are quoted where they must be, and there is no mark of an encoding. The last line has no end. */
export function csvLines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => cells.map((cell) => quoted(String(cell))).join(',')).join('\n');
}

const quoted = (cell: string): string => (/[",\r\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
