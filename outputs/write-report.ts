/** Writes a report as CSV, JSON or an OpenDocument spreadsheet. Each names its snapshot, and is the same bytes for the same snapshot. ADR 0058. */
import { csv } from './csv.ts';
import { spreadsheet } from './spreadsheet.ts';
import { columnId, HASH_COVERS, snapshotOf } from './report.ts';
import type { Report } from './report.ts';

export const FORMATS = {
  csv: { title: 'CSV', type: 'text/csv; charset=utf-8' },
  json: { title: 'JSON', type: 'application/json; charset=utf-8' },
  ods: { title: 'ODS', type: 'application/vnd.oasis.opendocument.spreadsheet' },
} as const;
export type Format = keyof typeof FORMATS;

/** The format that is called so; undefined where there is none. */
export function formatCalled(name: string): Format | undefined {
  return (Object.keys(FORMATS) as Format[]).find((one) => one === name);
}

/** The version of the form of JSON outputs, docs/report-files.md. */
const SCHEMA = 'chaser-report/1';

export async function writeReport(report: Report, format: Format): Promise<Buffer> {
  switch (format) {
    case 'csv':
      return Buffer.from(csvOf(report), 'utf8');
    case 'json':
      return Buffer.from(jsonOf(report), 'utf8');
    case 'ods':
      return spreadsheet(report);
    default:
      return format satisfies never;
  }
}

/** The rows, with the hash of their snapshot in the last column. What is not given is an empty cell. */
function csvOf(report: Report): string {
  const { sha256 } = snapshotOf(report);
  return csv([
    [...report.columns, 'Snapshot'],
    ...report.rows.map((row) => [...row.map((cell) => String(cell ?? '')), `sha256:${sha256}`]),
  ]);
}

function jsonOf(report: Report): string {
  const { id, title, parameters, notes, columns, rows } = report;
  const ids = columns.map(columnId);
  return `${JSON.stringify(
    {
      schema: SCHEMA,
      report: id,
      title,
      snapshot: { ...snapshotOf(report), hashCovers: HASH_COVERS },
      parameters,
      notes,
      columns: columns.map((words) => ({ id: columnId(words), title: words })),
      rows: rows.map((row) => Object.fromEntries(ids.map((column, at) => [column, row[at] ?? null]))),
    },
    null,
    2,
  )}\n`;
}
