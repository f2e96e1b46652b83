import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from '../../register/open-table.ts';

/** A folder for the files of one test file, removed at the end. */
export function testFiles(): { write(content: string | Buffer, name?: string): string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-register-'));
  return {
    write(content, name = 'file.csv') {
      const file = join(folder, name);
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** A row with one cell for each column. */
export function rowOf(cells: Readonly<Record<string, string>>, line = 2): Row {
  return { line, value: (column) => cells[column] ?? '' };
}

const GOOD_SCHOOL = {
  URN: '990001',
  'LA (code)': '888',
  'LA (name)': 'Lancashire',
  EstablishmentName: 'Hillcrest Primary School',
  'EstablishmentStatus (name)': 'Open',
  'GOR (name)': 'North West',
} as const;

/** A sound row of the register, with the given cells changed. */
export function schoolCells(cells: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...GOOD_SCHOOL, ...cells };
}

/** Rows as a CSV file. The columns of the first row are its header. */
export function csvOf(rows: readonly Readonly<Record<string, string>>[], ending = '\r\n'): string {
  const columns = Object.keys(rows[0] ?? {});
  const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => cells.map(quoted).join(',') + ending)
    .join('');
}
