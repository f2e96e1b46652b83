import { basename } from 'node:path';
import type pg from 'pg';
import type { TextEncoding } from '../domain/decoded-text.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import { gatherPeople } from './gather-people.ts';
import type { PeopleInFile, PersonInFile } from './gather-people.ts';
import { storeAlone } from './import-lock.ts';
import { collectFindings, MOST_FINDINGS } from './import-report.ts';
import type { Finding, ImportOptions, PeopleReport } from './import-report.ts';
import { openTable } from './open-table.ts';
import type { Row, TableRefusal } from './open-table.ts';
import { PEOPLE_COLUMNS } from './person-row.ts';
import type { PeopleColumn } from './person-row.ts';
import { storeAreas, storePeople } from './store-people.ts';

type PeopleRefusal = TableRefusal | (Reason & { readonly kind: 'no-rows' });

const REMEDY = 'The columns of a people file are described in docs/people-file.md; sample/people.csv is one.';

/** What a people file says, read without a database. */
type PeopleFile = PeopleInFile & { readonly read: number; readonly encoding: TextEncoding; has(column: PeopleColumn): boolean };

/**
 * Imports people, their roles and their areas, the whole file in one transaction. A bad row is left out and reported;
 * the rest is stored. People who are known by their id are updated, and their roles become those of the file; people
 * whom it does not name are left alone. A new address lets letters go again to somebody whose old one was refused.
 */
export async function importPeople(db: pg.Pool, file: string, options: ImportOptions = {}): Promise<Result<PeopleReport, PeopleRefusal>> {
  const read = await readPeopleFile(file, options);
  if (!read.ok) return read;
  const { areas, encoding } = read.value;
  const findings = collectFindings(options.maxFindings ?? MOST_FINDINGS);

  const counts = await storeAlone(db, options.dryRun === true, async (tx) => {
    const taken = await takeOutCollisions(tx, read.value.people);
    await storeAreas(tx, areas);
    const stored = await storePeople(tx, taken.people, read.value.has);
    // In the order of the file, so that the first findings are the first to mend.
    findings.add(
      [...read.value.findings, ...taken.findings, ...(await unknownPlaces(tx, taken.people))].toSorted((a, b) => a.line - b.line),
    );
    return { ...stored, rejected: read.value.rejected + taken.rejected };
  });
  return ok({ read: read.value.read, ...counts, encoding, findings: findings.list(), findingCount: findings.count });
}

/** Reads a people file into people and areas, and reports every fault that shows in the file alone. */
export async function readPeopleFile(file: string, options: ImportOptions = {}): Promise<Result<PeopleFile, PeopleRefusal>> {
  const table = await openTable(file, { needed: ['id', 'name', 'email', 'role'], optional: PEOPLE_COLUMNS, remedy: REMEDY });
  if (!table.ok) return table;
  const rows: Row[] = [];
  const broken: Finding[] = [];
  const assumed: Finding[] = [];
  for await (const batch of table.value.batches()) {
    for (const row of batch.rows) rows.push(row);
    for (const row of batch.broken) broken.push(row);
    for (const line of batch.assumed) assumed.push(line);
    options.onProgress?.(batch.bytesRead, table.value.bytes);
  }
  const read = rows.length + broken.length;
  if (read === 0) return refused({ kind: 'no-rows', message: `${basename(file)} has a header and no rows.`, remedy: REMEDY });
  const gathered = gatherPeople(rows);
  return ok({
    ...gathered,
    read,
    rejected: gathered.rejected + broken.length,
    findings: [...assumed, ...gathered.findings, ...broken],
    encoding: table.value.encoding,
    has: table.value.has,
  });
}

/** Leaves out people whose address belongs to somebody else, who keeps it, and entries that were merged with another. */
export async function takeOutCollisions(db: Db, people: readonly PersonInFile[]) {
  const gone = await mergedAmong(db, people);
  const findings: Finding[] = people.flatMap(({ id, line }) => {
    const kept = gone.get(id);
    if (kept === undefined) return [];
    const message = `"${id}" was merged with "${kept}", who is the same person, so this row was left out.`;
    return [{ line, column: 'id', message, remedy: `Use the id ${kept} in this file.`, taken: false }];
  });
  let rejected = people.reduce((rows, person) => rows + (gone.has(person.id) ? person.rows : 0), 0);
  let left = people.filter(({ id }) => !gone.has(id));
  // A person who is left out keeps their old address, which may in turn be the one that somebody else wants.
  for (let before = -1; before !== left.length;) {
    before = left.length;
    const { rows } = await db.query<{ id: string; email: string }>(
      'SELECT id, lower(email) AS email FROM people WHERE merged_into IS NULL AND lower(email) = ANY ($1) AND id <> ALL ($2)',
      [left.map(({ email }) => email.toLowerCase()), left.map(({ id }) => id)],
    );
    const owners = new Map(rows.map(({ id, email }) => [email, id]));
    left = left.filter((person) => {
      const owner = owners.get(person.email.toLowerCase());
      if (owner === undefined) return true;
      rejected += person.rows;
      findings.push({
        line: person.line,
        column: 'email',
        message: `The address ${person.email} is already that of "${owner}", so "${person.id}" was left out.`,
        remedy: `If they are one person, use the id ${owner}; if not, give each an address of their own.`,
        taken: false,
      });
      return false;
    });
  }
  return { people: left, rejected, findings };
}

/** Those of these people who were merged, each with the id that was kept. */
async function mergedAmong(db: Db, people: readonly PersonInFile[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; kept: string }>(
    'SELECT id, merged_into AS kept FROM people WHERE merged_into IS NOT NULL AND id = ANY ($1)',
    [people.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, kept }) => [id, kept]));
}

const PLACES = { urn: 'school with the URN', trust: 'trust with the code', authority: 'local authority with the code' } as const;
const KINDS = ['urn', 'trust', 'authority'] as const;

/**
 * Schools, trusts and authorities that the register does not have. They are reported, because a wrong digit would
 * otherwise go unnoticed until it matters.
 */
export async function unknownPlaces(db: Db, people: readonly PersonInFile[]): Promise<readonly Finding[]> {
  const named = people.flatMap(({ roles }) =>
    roles.flatMap((role) => KINDS.filter((kind) => role[kind] !== '').map((kind) => ({ line: role.line, kind, code: role[kind] }))),
  );
  const { rows } = await db.query<{ place: string }>(
    `SELECT kind || code AS place FROM unnest($1::text[], $2::text[]) AS named (kind, code)
     WHERE EXISTS (SELECT FROM schools) AND NOT CASE kind
       WHEN 'urn' THEN EXISTS (SELECT FROM schools WHERE urn = named.code)
       WHEN 'trust' THEN EXISTS (SELECT FROM trusts WHERE id = named.code)
       ELSE EXISTS (SELECT FROM local_authorities authority WHERE authority.code = named.code) END`,
    [named.map(({ kind }) => kind), named.map(({ code }) => code)],
  );
  const unknown = new Set(rows.map(({ place }) => place));
  return named
    .filter(({ kind, code }) => unknown.has(kind + code))
    .map(({ line, kind, code }) => ({
      line,
      column: kind,
      message: `The register has no ${PLACES[kind]} ${code}.`,
      remedy: 'Check the number, or bring the register up to date: chaser import schools FILE',
      taken: true,
    }));
}
