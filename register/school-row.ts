import { longDate } from '../domain/time/plain-date.ts';
import { readRegisterDate } from './register-date.ts';
import { STATUSES, statusNamed } from './school-standing.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { asPrintable, telephoneNumber, unprintableIn, withoutBlanks } from './clean-text.ts';
import type { Finding } from './import-report.ts';
import type { Row } from './open-table.ts';
import { REGIONS, regionNamed } from './regions.ts';
import type { Region } from './regions.ts';

/** A school as one row of the register gives it; null where the register says nothing. */
export type School = {
  readonly line: number;
  readonly urn: string;
  readonly name: string;
  readonly authority: string;
  readonly authority_name: string;
  readonly status: string;
  readonly trust: string | null;
  readonly trust_name: string | null;
  readonly phase: string | null;
  readonly type: string | null;
  readonly type_group: string | null;
  readonly diocese: string | null;
  readonly region: Region | null;
  readonly street: string | null;
  readonly locality: string | null;
  readonly town: string | null;
  readonly county: string | null;
  readonly postcode: string | null;
  readonly telephone: string | null;
  readonly website: string | null;
  readonly head_name: string | null;
  readonly last_inspected_on: PlainDate | null;
  readonly changed_on: PlainDate | null;
  readonly opened_on: PlainDate | null;
  /** That of a school proposed to close may lie ahead. */
  readonly closed_on: PlainDate | null;
  /** What becomes of a school that closes: "Academy Converter". */
  readonly closed_because: string | null;
  /** Metres of the National Grid. Both are known, or neither. */
  readonly easting: number | null;
  readonly northing: number | null;
  readonly urban_rural: string | null;
};

export const NEEDED_COLUMNS = ['URN', 'EstablishmentName', 'LA (code)', 'LA (name)', 'EstablishmentStatus (name)'] as const;

/**
 * The columns of the file that give each stored value. A value is put together of all its columns, so when a file lacks one of
 * them, the known value is kept; but see `EITHER_COLUMN`.
 */
export const OPTIONAL_COLUMNS = {
  trust: ['Trusts (code)'],
  phase: ['PhaseOfEducation (name)'],
  type: ['TypeOfEstablishment (name)'],
  type_group: ['EstablishmentTypeGroup (name)'],
  diocese: ['Diocese (name)'],
  region: ['GOR (name)'],
  street: ['Street'],
  locality: ['Locality'],
  town: ['Town'],
  county: ['County (name)'],
  postcode: ['Postcode'],
  telephone: ['TelephoneNum'],
  website: ['SchoolWebsite'],
  head_name: ['HeadTitle (name)', 'HeadFirstName', 'HeadLastName'],
  last_inspected_on: ['OfstedLastInsp', 'DateOfLastInspectionVisit'],
  changed_on: ['LastChangedDate'],
  opened_on: ['OpenDate'],
  closed_on: ['CloseDate'],
  closed_because: ['ReasonEstablishmentClosed (name)'],
  easting: ['Easting', 'Northing'],
  northing: ['Easting', 'Northing'],
  urban_rural: ['UrbanRural (name)'],
} as const satisfies Partial<Record<keyof School, readonly string[]>>;

/** Values for which one of the columns will do. When the file lacks another of them, the later of the known and the new counts. */
export const EITHER_COLUMN: ReadonlySet<string> = new Set<keyof School>(['last_inspected_on']);

/** Longer than any name, address or website of the register. */
const LONGEST = 300;

type ReadSchool = { readonly school: School | null; readonly findings: readonly Finding[] };

/** Reads one row of the register: the school, or null and everything that is wrong with the row. */
export function readSchool(row: Row): ReadSchool {
  const findings: Finding[] = [];
  const report = (column: string, message: string, remedy: string, taken = false) =>
    void findings.push({ line: row.line, column, message, remedy, taken });
  const say = { text: (column: string) => text(row, column, report), date: (column: string) => date(row, column, report) };

  const urn = say.text('URN');
  if (urn === null) report('URN', 'There is no URN.', 'Give the number that the register has for the school.');
  else if (!/^[1-9]\d{5}$/.test(urn))
    report('URN', `"${shortened(urn)}" is not a URN.`, 'A URN is a number of six digits, for example 990001.');
  const name = say.text('EstablishmentName');
  if (name === null) report('EstablishmentName', 'There is no name.', 'Give the name of the school.');
  const authority = say.text('LA (code)');
  if (authority === null) report('LA (code)', 'There is no local authority.', 'Give its three-digit code, for example 888.');
  else if (!/^\d{3}$/.test(authority)) {
    report('LA (code)', `"${shortened(authority)}" is not the code of a local authority.`, 'A code has three digits, for example 888.');
  }
  const authorityName = say.text('LA (name)');
  if (authorityName === null) report('LA (name)', 'The local authority has no name.', 'Give its name, for example Lancashire.');
  const status = say.text('EstablishmentStatus (name)');
  if (status === null) report('EstablishmentStatus (name)', 'There is no status.', `Use one of: ${STATUSES.join('; ')}.`);
  else if (statusNamed(status) === undefined) {
    report(
      'EstablishmentStatus (name)',
      `The status "${shortened(status)}" is not known. The school is taken, and counts as not open.`,
      `Use one of: ${STATUSES.join('; ')}.`,
      true,
    );
  }
  const trust = say.text('Trusts (code)');
  if (trust !== null && !/^[\w-]{1,20}$/.test(trust)) {
    report('Trusts (code)', `"${shortened(trust)}" is not the code of a trust.`, 'Give the number that the register has for the trust.');
  }

  const school: School = {
    line: row.line,
    urn: urn ?? '',
    name: name ?? '',
    authority: authority ?? '',
    authority_name: authorityName ?? '',
    status: statusNamed(status ?? '') ?? status ?? '',
    trust,
    trust_name: say.text('Trusts (name)'),
    phase: say.text('PhaseOfEducation (name)'),
    type: say.text('TypeOfEstablishment (name)'),
    type_group: say.text('EstablishmentTypeGroup (name)'),
    diocese: say.text('Diocese (name)'),
    region: region(say.text('GOR (name)'), report),
    street: say.text('Street'),
    locality: say.text('Locality'),
    town: say.text('Town'),
    county: say.text('County (name)'),
    postcode: say.text('Postcode'),
    telephone: telephone(say.text('TelephoneNum')),
    website: say.text('SchoolWebsite'),
    head_name: headName(row, say.text),
    last_inspected_on: say.date('OfstedLastInsp') ?? say.date('DateOfLastInspectionVisit'),
    changed_on: say.date('LastChangedDate'),
    opened_on: say.date('OpenDate'),
    closed_on: say.date('CloseDate'),
    closed_because: say.text('ReasonEstablishmentClosed (name)'),
    ...place(say.text('Easting'), say.text('Northing'), report),
    urban_rural: say.text('UrbanRural (name)'),
  };
  return { school: findings.some(({ taken }) => !taken) ? null : school, findings };
}

export type ReportCell = (column: string, message: string, remedy: string, taken?: boolean) => void;

/** The text of a cell on one line; null for what the register writes when there is nothing to say. */
export function text(row: Row, column: string, report: ReportCell, neededColumns: readonly string[] = NEEDED_COLUMNS): string | null {
  const said = withoutBlanks(row.value(column));
  if (said === '' || said.toLowerCase() === 'not applicable') return null;
  const needed = neededColumns.includes(column);
  if (said.length > LONGEST) {
    const length = `The value has ${said.length.toLocaleString('en-GB')} letters, and ${LONGEST} at most are taken`;
    const shorten = 'Is a quotation mark or a line break missing? Shorten it.';
    if (needed) report(column, `${length}.`, shorten);
    else report(column, `${length}: it was left out.`, shorten, true);
    return needed ? said.slice(0, LONGEST) : null;
  }
  const unprintable = unprintableIn(said);
  if (unprintable === undefined) return said;
  const what = `The value holds ${unprintable}`;
  const remedy = 'Write it as one line of plain text.';
  if (needed) report(column, `${what}.`, remedy);
  else report(column, `${what}: it was left out.`, remedy, true);
  return withoutBlanks(asPrintable(said)) || null;
}

/**
 * "25-11-2022" → 2022-11-25. Other forms are read too, and one that might be another day is told, unless the file is published
 * with the day first ("03/02/2022" in Ofsted's).
 */
export function date(
  row: Row,
  column: string,
  report: ReportCell,
  { needed = NEEDED_COLUMNS, dayFirst = false }: { readonly needed?: readonly string[]; readonly dayFirst?: boolean } = {},
): PlainDate | null {
  const said = text(row, column, report, needed);
  if (said === null) return null;
  const read = readRegisterDate(said);
  const remedy = `Write it as day, month, year: ${dayFirst ? '25/11/2022' : '25-11-2022'}. Did a spreadsheet change it?`;
  if (read === undefined) report(column, `"${shortened(said)}" is not a date.`, remedy);
  else if (read.assumed && !dayFirst) report(column, `"${shortened(said)}" was read as ${longDate(read.on)}, the day first.`, remedy, true);
  return read?.on ?? null;
}

function region(said: string | null, report: ReportCell): Region | null {
  if (said === null) return null;
  const known = regionNamed(said);
  if (known !== undefined) return known;
  report(
    'GOR (name)',
    `"${shortened(said)}" is not one of the nine regions. The school is taken into the region of its local authority, where that is known.`,
    `Use one of: ${REGIONS.join(', ')}.`,
    true,
  );
  return null;
}

/** The corners of the National Grid, in metres. The register writes 0 of a school whose place it does not know. */
const GRID = { Easting: 700_000, Northing: 1_300_000 } as const;

/** A place that cannot be read is left out, and is unknown: it is never taken for the corner of the grid. */
function place(easting: string | null, northing: string | null, report: ReportCell): Pick<School, 'easting' | 'northing'> {
  const unknown = { easting: null, northing: null };
  const remedy = 'Give both in whole metres of the National Grid, for example 384500 and 398200.';
  if (easting === null && northing === null) return unknown;
  if (easting === null || northing === null) {
    report(easting === null ? 'Easting' : 'Northing', 'Only one half of the place is given: it was left out.', remedy, true);
    return unknown;
  }
  if (/^0+$/.test(easting) && /^0+$/.test(northing)) return unknown;
  for (const [column, said] of [
    ['Easting', easting],
    ['Northing', northing],
  ] as const) {
    if (/^\d{1,7}$/.test(said) && Number(said) > 0 && Number(said) <= GRID[column]) continue;
    report(column, `"${shortened(said)}" is not a place on the National Grid: it was left out.`, remedy, true);
    return unknown;
  }
  return { easting: Number(easting), northing: Number(northing) };
}

function telephone(said: string | null): string | null {
  return said === null ? null : telephoneNumber(said);
}

function headName(row: Row, textOf: (column: string) => string | null): string | null {
  const parts = OPTIONAL_COLUMNS.head_name.map((column) => (row.value(column) === '' ? null : textOf(column)));
  return parts.filter((part) => part !== null).join(' ') || null;
}

export function shortened(said: string): string {
  return said.length > 40 ? `${said.slice(0, 40)}…` : said;
}
