import { basename } from 'node:path';
import type pg from 'pg';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { londonDate } from '../domain/time/london.ts';
import type { Db } from '../postgres/database.ts';
import { storeAlone } from './import-lock.ts';
import { collectFindings, MOST_FINDINGS } from './import-report.ts';
import type { Findings, ImportOptions, ImportReport } from './import-report.ts';
import { linesOf, listWithoutRegion, mergeSchools, prepareSchools, stageSchools, takeOutRepeated } from './merge-schools.ts';
import { openTable } from './open-table.ts';
import type { Row, Table, TableRefusal } from './open-table.ts';
import { EITHER_COLUMN, NEEDED_COLUMNS, OPTIONAL_COLUMNS, readSchool } from './school-row.ts';
import type { School } from './school-row.ts';
import { closedWords, listRunningOfClosed } from './school-standing.ts';

type SchoolsRefusal = TableRefusal | (Reason & { readonly kind: 'no-rows' });

const REMEDY =
  'Import the file "Establishment fields" with all its columns, from the downloads page of Get Information about Schools, as it is.';

/**
 * Imports the schools register as Get Information about Schools publishes it, the whole file in one transaction. A bad
 * row is left out and reported; the rest is stored. A school that is known already is updated, and nothing is ever
 * removed. Refused, with nothing changed, when the file is not the register. Memory does not grow with the file.
 */
export async function importSchools(db: pg.Pool, file: string, options: ImportOptions = {}): Promise<Result<ImportReport, SchoolsRefusal>> {
  const table = await openSchools(file);
  if (!table.ok) return table;
  const findings = collectFindings(options.maxFindings ?? MOST_FINDINGS);

  const counts = await storeAlone(db, options.dryRun === true, async (tx) => {
    await prepareSchools(tx);
    const read = await stageRows(tx, table.value, findings, options);
    const repeated = await tellRepeated(tx, findings, options);
    const { stored, later } = storedColumns(table.value);
    const merged = await mergeSchools(tx, stored, later);
    await tellWithoutRegion(tx, findings, options);
    await tellRunningOfClosed(tx, findings);
    return { read: read.read, rejected: read.rejected + repeated, ...merged };
  });

  if (counts.read === 0) {
    return refused({ kind: 'no-rows', message: `${basename(file)} has a header and no rows.`, remedy: REMEDY });
  }
  return ok({ ...counts, encoding: table.value.encoding, findings: findings.list(), findingCount: findings.count });
}

/** Opens the register and reads its header, without using a database. */
export async function openSchools(file: string): Promise<Result<Table, TableRefusal>> {
  return openTable(file, {
    needed: NEEDED_COLUMNS,
    optional: [...Object.values(OPTIONAL_COLUMNS).flat(), 'Trusts (name)'],
    remedy: REMEDY,
  });
}

/** Reads rows into schools and counts those left out, without using a database. */
export function readSchools(
  rows: readonly Row[],
  findings: Pick<Findings, 'add'>,
): { readonly schools: readonly School[]; readonly rejected: number } {
  const schools: School[] = [];
  for (const row of rows) {
    const { school, findings: found } = readSchool(row);
    findings.add(found);
    if (school !== null) schools.push(school);
  }
  return { schools, rejected: rows.length - schools.length };
}

async function stageRows(db: Db, table: Table, findings: Findings, options: ImportOptions) {
  let read = 0;
  let rejected = 0;
  for await (const { rows, broken, assumed, bytesRead } of table.batches()) {
    findings.add([...assumed, ...broken]);
    const batch = readSchools(rows, findings);
    await stageSchools(db, batch.schools);
    read += rows.length + broken.length;
    rejected += batch.rejected + broken.length;
    options.onProgress?.(bytesRead, table.bytes);
  }
  return { read, rejected };
}

/** Rows whose URN comes again further down: the last one is used. */
async function tellRepeated(db: Db, findings: Findings, options: ImportOptions): Promise<number> {
  const repeated = await takeOutRepeated(db, options.maxFindings ?? MOST_FINDINGS);
  findings.add(
    repeated.listed.map(({ line, urn, takenLine }) => ({
      line,
      column: 'URN',
      message: `URN ${urn} is also on line ${takenLine}, and that later row was used.`,
      remedy: 'Remove the row that is out of date.',
      taken: false,
    })),
  );
  findings.addCount(repeated.count - repeated.listed.length);
  return repeated.count;
}

async function tellWithoutRegion(db: Db, findings: Findings, options: ImportOptions): Promise<void> {
  const without = await listWithoutRegion(db, options.maxFindings ?? MOST_FINDINGS);
  findings.add(
    without.listed.map(({ line, urn }) => ({
      line,
      column: 'GOR (name)',
      message: `School ${urn} is in no region that is known, so no deployment can be started for it.`,
      remedy: 'Give its region, and import the file again.',
      taken: true,
    })),
  );
  findings.addCount(without.count - without.listed.length);
}

/** Running deployments of schools that this file says have closed, are to close, or are not open yet. */
async function tellRunningOfClosed(db: Db, findings: Findings): Promise<void> {
  const found = await listRunningOfClosed(db, { sql: 'd.urn IN (SELECT urn FROM incoming_schools)', values: [] });
  const lines = await linesOf(
    db,
    found.flatMap(({ standing }) => standing?.urn ?? []),
  );
  const today = londonDate(nowMs());
  findings.add(
    found.map((one) => ({
      line: lines.get(one.standing?.urn ?? '') ?? 1,
      column: 'EstablishmentStatus (name)',
      message: `Deployment ${one.reference} is running: ${closedWords(one, today)}`,
      remedy: 'Withdraw it, or carry it on where its people are now.',
      taken: true,
    })),
  );
}

/**
 * What the file says of a school. Where the file lacks a column, and be it one of several that a value is put together of, the
 * known value is kept. `later` are values of which it has one column of two.
 */
function storedColumns(table: Table): { readonly stored: readonly string[]; readonly later: readonly string[] } {
  const optional = Object.entries(OPTIONAL_COLUMNS).map(([name, columns]) => ({
    name,
    whole: columns.every((column) => table.has(column)),
    either: EITHER_COLUMN.has(name) && columns.some((column) => table.has(column)),
  }));
  return {
    stored: ['name', 'authority', 'status', ...optional.flatMap(({ name, whole, either }) => (whole || either ? [name] : []))],
    later: optional.flatMap(({ name, whole, either }) => (either && !whole ? [name] : [])),
  };
}
