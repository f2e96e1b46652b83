import type { Finding } from './import-report.ts';
import type { Row } from './open-table.ts';
import { readPersonRow, roleOf } from './person-row.ts';
import type { PersonRole, PersonRow } from './person-row.ts';

export type PersonInFile = {
  readonly id: string;
  readonly line: number;
  readonly name: string;
  readonly email: string;
  readonly telephone: string;
  readonly jobTitle: string;
  readonly roles: readonly (PersonRole & { readonly line: number })[];
  /** Rows that were accepted for this person. */
  readonly rows: number;
  /** A row was left out, so the file does not tell all of this person's roles. */
  readonly incomplete: boolean;
};

export type AreaInFile = {
  readonly id: string;
  readonly line: number;
  readonly name: string;
  readonly region: string;
  readonly authorities: readonly string[];
};

export type PeopleInFile = {
  readonly people: readonly PersonInFile[];
  readonly areas: readonly AreaInFile[];
  readonly rejected: number;
  readonly findings: readonly Finding[];
};

/**
 * Merges the rows of a people file: one person for all rows with the same id, one area for all with the same area. A
 * row that contradicts an earlier one is left out and reported; the earlier one is kept.
 */
export function gatherPeople(rows: readonly Row[]): PeopleInFile {
  const people = new Map<string, Gathered>();
  const areas = new Map<string, AreaInFile>();
  const owners = new Map<string, Gathered>();
  const incomplete = new Set<string>();
  const findings: Finding[] = [];
  let rejected = 0;

  for (const raw of rows) {
    const read = readPersonRow(raw);
    const contradiction = read.row === null ? undefined : contradictionOf(read.row, people, areas, owners);
    findings.push(...read.findings);
    if (contradiction) findings.push(contradiction);
    if (read.row === null || contradiction) {
      rejected += 1;
      incomplete.add(read.id);
      continue;
    }
    const person = people.get(read.row.id) ?? personOf(read.row);
    addRow(person, read.row);
    people.set(person.id, person);
    owners.set(person.email.toLowerCase(), person);
    const { area } = roleOf(read.row);
    if (area !== '' && !areas.has(area)) areas.set(area, areaOf(read.row));
  }
  return {
    people: [...people.values()].map((person) => ({ ...person, incomplete: incomplete.has(person.id) })),
    areas: [...areas.values()],
    rejected,
    findings,
  };
}

/** What makes two rows the same role. */
const AS_HELD = ['role', 'region', 'area', 'urn', 'trust', 'authority', 'diocese'] as const;

type Gathered = { -readonly [Key in keyof Omit<PersonInFile, 'roles'>]: PersonInFile[Key] } & {
  readonly roles: (PersonRole & { readonly line: number })[];
};

function personOf(row: PersonRow): Gathered {
  const { id, line, name, email, telephone } = row;
  return { id, line, name, email, telephone, jobTitle: row.job_title, roles: [], rows: 0, incomplete: false };
}

function addRow(person: Gathered, row: PersonRow): void {
  person.telephone ||= row.telephone;
  person.jobTitle ||= row.job_title;
  person.roles.push({ ...roleOf(row), line: row.line });
  person.rows += 1;
}

function areaOf(row: PersonRow): AreaInFile {
  return { id: row.area, line: row.line, name: row.area_name, region: row.region, authorities: row.authorities };
}

function contradictionOf(
  row: PersonRow,
  people: ReadonlyMap<string, PersonInFile>,
  areas: ReadonlyMap<string, AreaInFile>,
  owners: ReadonlyMap<string, PersonInFile>,
): Finding | undefined {
  const fault = (column: string, message: string, remedy: string): Finding => ({ line: row.line, column, message, remedy, taken: false });
  const person = people.get(row.id);
  if (person === undefined) {
    for (const column of ['name', 'email'] as const) {
      if (row[column] === '')
        return fault(
          column,
          `The first row of "${row.id}" that is taken has no ${column}.`,
          `Give the ${column} in every row, or at least in the first.`,
        );
    }
    const owner = owners.get(row.email.toLowerCase());
    if (owner) {
      return fault(
        'email',
        `The address ${row.email} is that of "${owner.id}" on line ${owner.line} too.`,
        'Give every person an address of their own, or the same id if they are one person.',
      );
    }
  } else {
    const same = { name: person.name, email: person.email, telephone: person.telephone, job_title: person.jobTitle };
    for (const [column, before] of Object.entries(same)) {
      const now = row[column as keyof typeof same];
      if (now === '' || before === '' || now === before) continue;
      return fault(
        column,
        `The ${column} of "${row.id}" was "${before}" on line ${person.line}, and is "${now}" here.`,
        'Give the same in every row of a person, or leave it blank after the first.',
      );
    }
  }
  const { from, until, ...role } = roleOf(row);
  const same = person?.roles.find((held) => AS_HELD.every((column) => held[column] === role[column]));
  if (same !== undefined && (same.from !== from || same.until !== until)) {
    return fault(
      'from',
      `The same role of "${row.id}" has other dates on line ${same.line}.`,
      'Give one row for each role, with its dates.',
    );
  }
  return role.area === '' ? undefined : areaContradiction(row, areas.get(row.area), fault);
}

function areaContradiction(
  row: PersonRow,
  area: AreaInFile | undefined,
  fault: (column: string, message: string, remedy: string) => Finding,
): Finding | undefined {
  if (area === undefined) {
    if (row.area_name === '')
      return fault(
        'area_name',
        `The first row of area "${row.area}" does not say what it is called.`,
        'Give its name, for example Cumbria and Lancashire.',
      );
    if (row.authorities.length === 0) {
      return fault(
        'authorities',
        `The first row of area "${row.area}" does not say which authorities it covers.`,
        'Write their codes, separated by semicolons: 888;909.',
      );
    }
    return undefined;
  }
  const remedy = 'Give the same in every row of an area, or leave it blank after the first.';
  const differs = (column: string, before: string, now: string) =>
    fault(column, `The ${column} of area "${row.area}" was "${before}" on line ${area.line}, and is "${now}" here.`, remedy);
  if (row.region !== area.region) return differs('region', area.region, row.region);
  if (row.area_name !== '' && row.area_name !== area.name) return differs('area_name', area.name, row.area_name);
  const [before, now] = [area.authorities.join(';'), row.authorities.join(';')];
  return now === '' || now === before ? undefined : differs('authorities', before, now);
}
