import { isDeepStrictEqual } from 'node:util';
import { basename } from 'node:path';
import type pg from 'pg';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { LeaderProfile } from '../domain/matching/profile.ts';
import type { Db } from '../postgres/database.ts';
import { addProfiles, listLeaders } from '../postgres/views/leaders.ts';
import { withoutBlanks } from './clean-text.ts';
import { storeAlone } from './import-lock.ts';
import { collectFindings, MOST_FINDINGS } from './import-report.ts';
import type { Finding, Findings, ImportOptions, ImportReport } from './import-report.ts';
import { PROFILE_COLUMNS, readProfile } from './leader-row.ts';
import { openTable } from './open-table.ts';
import type { Row, TableRefusal } from './open-table.ts';

type LeadersRefusal = TableRefusal | (Reason & { readonly kind: 'no-rows' });

const REMEDY = 'The columns of a file of system leaders are described in docs/leaders-file.md; sample/leaders.csv is one.';

/**
 * Imports what is known of system leaders, the whole file in one transaction. A bad row is left out and reported; the rest is stored.
 * What was known of somebody before is kept beside the new, and a column that the file does not have keeps its value. People whom
 * the file does not name are left alone.
 */
export async function importLeaders(db: pg.Pool, file: string, options: ImportOptions = {}): Promise<Result<ImportReport, LeadersRefusal>> {
  const opened = await openTable(file, { needed: ['id'], optional: PROFILE_COLUMNS, remedy: REMEDY });
  if (!opened.ok) return opened;
  const table = opened.value;
  const findings = collectFindings(options.maxFindings ?? MOST_FINDINGS);
  const rows: Row[] = [];
  let broken = 0;
  for await (const batch of table.batches()) {
    findings.add([...batch.assumed, ...batch.broken]);
    rows.push(...batch.rows);
    broken += batch.broken.length;
    options.onProgress?.(batch.bytesRead, table.bytes);
  }
  const read = rows.length + broken;
  if (read === 0) return refused({ kind: 'no-rows', message: `${basename(file)} has a header and no rows.`, remedy: REMEDY });

  const counts = await storeAlone(db, options.dryRun === true, async (tx) => {
    return storeRows(tx, rows, table.has, findings, basename(file));
  });
  return ok({
    read,
    ...counts,
    rejected: counts.rejected + broken,
    encoding: table.encoding,
    findings: findings.list(),
    findingCount: findings.count,
  });
}

async function storeRows(db: Db, rows: readonly Row[], has: (column: string) => boolean, findings: Findings, file: string) {
  const known = new Map((await listLeaders(db)).map(({ id, profile }) => [id, profile]));
  const people = await knownPeople(db, rows.map(idOf));
  const schools = await knownSchools(db);
  const taken = new Map<string, LeaderProfile>();
  for (const row of rows) {
    const id = idOf(row);
    const report = (column: string, message: string, remedy: string, stored = false): void => {
      const found: Finding = { line: row.line, column, message, remedy, taken: stored };
      findings.add([found]);
    };
    if (!people.has(id)) {
      report('id', `Nobody is known as "${id.slice(0, 60)}".`, 'Name them in a people file first: chaser import people FILE');
      continue;
    }
    if (taken.has(id)) {
      report('id', `"${id}" is on an earlier line too, and that line was used.`, 'Give each leader one row.');
      continue;
    }
    const { profile, faults } = readProfile((column) => (has(column) ? row.value(column) : undefined), known.get(id));
    for (const { column, message, remedy, taken: stored } of faults) report(column, message, remedy, stored);
    if (faults.some(({ taken: stored }) => !stored)) continue;
    taken.set(id, profile);
    const { homeSchools, homeTrust } = profile;
    const check = 'Check the number, or bring the register up to date: chaser import schools FILE';
    for (const urn of homeSchools) {
      if (!schools.urns.has(urn)) report('home_schools', `The register has no school with the URN ${urn}.`, check, true);
    }
    if (homeTrust !== null && !schools.trusts.has(homeTrust)) {
      report('home_trust', `The register has no trust with the code ${homeTrust}.`, check, true);
    }
  }
  const changed = [...taken].filter(([id, profile]) => !isDeepStrictEqual(known.get(id), profile));
  await addProfiles(
    db,
    changed.map(([leader, profile]) => ({ leader, profile })),
    { by: null, because: `Imported from ${file}` },
  );
  const inserted = [...taken.keys()].filter((id) => !known.has(id)).length;
  return {
    inserted,
    updated: changed.length - inserted,
    unchanged: taken.size - changed.length,
    rejected: rows.length - taken.size,
  };
}

function idOf(row: Row): string {
  return withoutBlanks(row.value('id'));
}

async function knownPeople(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>('SELECT id FROM people WHERE id = ANY ($1)', [ids]);
  return new Set(rows.map(({ id }) => id));
}

async function knownSchools(db: Db): Promise<{ readonly urns: ReadonlySet<string>; readonly trusts: ReadonlySet<string> }> {
  const { rows: schools } = await db.query<{ urn: string }>('SELECT urn FROM schools');
  const { rows: trusts } = await db.query<{ id: string }>('SELECT id FROM trusts');
  return { urns: new Set(schools.map(({ urn }) => urn)), trusts: new Set(trusts.map(({ id }) => id)) };
}
