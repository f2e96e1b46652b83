/** A report as an OpenDocument spreadsheet: a sheet of notes, and a sheet for each table. */
import { writeOds } from 'hucre/ods';
import type { CellValue } from 'hucre/ods';
import { HASH_COVERS, snapshotOf } from './report.ts';
import type { Cell, Report } from './report.ts';

/** Characters that XML cannot hold, and control characters that nobody wants in a cell. */
const NOT_IN_XML = /(?![\t\n\r])[\p{Cc}\uFFFE\uFFFF]/gu;

/** Where a report is of no day, its file is of the first day that a ZIP file can name. */
const NO_DAY = '1980-01-01';

const NOTES = 'Notes';

/**
 * The spreadsheet. Its sheet "Notes" names the snapshot, what was asked for, the definitions and the other sheets; each of those has a title, a
 * sentence about it, its headings and its rows. Numbers are numbers. Nothing in it is a formula, and nothing tells the time at which it was written.
 */
export async function spreadsheet(report: Report): Promise<Buffer> {
  const { title, asOf, cutOff, parameters, notes, sheets } = report;
  const { sha256 } = snapshotOf(report);
  const day = new Date(`${asOf ?? NO_DAY}T00:00:00.000Z`);
  const about: readonly (readonly Cell[])[] = [
    [title],
    ['Term', 'Meaning'],
    ['As of', asOf === null ? 'Not of a day' : `What had happened by the end of ${asOf}`],
    ['Cut-off', cutOff === null ? 'Not of a day' : `As far as it was recorded by the end of ${cutOff}`],
    ['Snapshot', `sha256:${sha256}`],
    ['What the snapshot covers', HASH_COVERS],
    ...Object.entries(parameters).map(([name, value]) => [`Asked for: ${name}`, value === '' ? 'all' : value]),
    ...notes.map(({ term, words }) => [term, words]),
    ...sheets.map((sheet) => [`Sheet “${sheet.name}”`, sheet.title]),
  ];
  const bytes = await writeOds({
    sheets: [
      { name: NOTES, rows: about.map(cellsOf), columns: [{ width: 34 }, { width: 110 }] },
      ...sheets.map((sheet) => ({
        name: sheet.name,
        rows: [[sheet.title], [sheet.about], sheet.headings, ...sheet.rows].map(cellsOf),
      })),
    ],
    properties: { title: clean(title), creator: 'Chaser', created: day, modified: day },
  });
  return Buffer.from(bytes);
}

const cellsOf = (row: readonly Cell[]): CellValue[] => row.map((cell) => (typeof cell === 'string' ? clean(cell) : cell));
const clean = (text: string): string => text.toWellFormed().replaceAll(NOT_IN_XML, '\uFFFD');
