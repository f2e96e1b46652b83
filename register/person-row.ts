import * as z from 'zod';
import { telephoneNumber, unprintableIn, withoutBlanks } from './clean-text.ts';
import type { Finding } from './import-report.ts';
import type { Row } from './open-table.ts';
import { readRegisterDate } from './register-date.ts';
import { REGIONS, regionNamed } from './regions.ts';

export const PEOPLE_COLUMNS = [
  'id',
  'name',
  'email',
  'telephone',
  'job_title',
  'role',
  'region',
  'area',
  'area_name',
  'authorities',
  'urn',
  'trust',
  'authority',
  'diocese',
  'from',
  'until',
] as const;

export type PeopleColumn = (typeof PEOPLE_COLUMNS)[number];

/** Where each role is held: the columns it requires, and those it may have. It requires exactly one of `oneOf`. */
const PLACES: ReadonlyMap<string, { needs: readonly PeopleColumn[]; may?: readonly PeopleColumn[]; oneOf?: readonly PeopleColumn[] }> =
  new Map([
    ['regional-team', { needs: ['region'] }],
    ['regional-senior', { needs: ['region'] }],
    ['rdp', { needs: ['region'], may: ['area', 'area_name', 'authorities'] }],
    ['system-leader', { needs: [], may: ['region', 'trust'] }],
    ['school', { needs: [], oneOf: ['urn', 'trust'] }],
    ['local-authority', { needs: ['authority'] }],
    ['diocese', { needs: ['diocese'] }],
    // Staff who take no part in a deployment: they sign in, but nothing is asked of them.
    ['rdp-lead', { needs: ['region'] }],
    ['administrator', { needs: [] }],
    ['policy', { needs: [] }],
    ['read-only', { needs: [] }],
  ]);

/** The roles that a people file may give, in the order in which they are offered. */
export const ROLES = [...PLACES.keys()];
const PLACE_COLUMNS = ['region', 'area', 'area_name', 'authorities', 'urn', 'trust', 'authority', 'diocese'] as const;

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const EMAIL =
  /^(?!\.)(?!.*\.[.@])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

export const LONGEST_ADDRESS = 254;
/** A telephone number, with an extension or without; empty where there is none. */
export const TELEPHONE = /^(?:\+?[\d ()-]{5,25}(?: ?(?:ext|x)\.? ?\d{1,6})?)?$/i;

const line = z
  .string()
  .max(200, 'is longer than 200 letters')
  .refine((text) => unprintableIn(text) === undefined, { error: ({ input }) => `holds ${unprintableIn(String(input))}` });
const optional = (schema: z.ZodType<string>) => z.union([z.literal(''), schema]);

/** A day as the register or a spreadsheet writes it, as an ISO date; '' where there is none. */
const day = z.string().transform((text, context) => {
  if (text === '') return '';
  const read = readRegisterDate(text);
  if (read === undefined) context.addIssue('is not a date');
  else if (read.assumed) context.addIssue('can be two different days');
  return read?.on ?? '';
});

const rowSchema = z
  .object({
    id: z
      .string()
      .min(1, 'is missing')
      .max(60, 'is longer than 60 letters')
      .regex(KEBAB, 'is not written in small letters, digits and single hyphens')
      .refine((id) => id !== 'chaser', 'is kept for Chaser itself'),
    name: line,
    email: z.union([
      z.literal(''),
      z
        .string()
        .max(LONGEST_ADDRESS, { error: `is longer than ${LONGEST_ADDRESS} letters`, abort: true })
        .regex(EMAIL, 'is not an e-mail address'),
    ]),
    telephone: z.string().regex(TELEPHONE, 'is not a telephone number').transform(telephoneNumber),
    job_title: line,
    role: z
      .string()
      .min(1, 'is missing')
      .refine((role) => role === '' || ROLES.includes(role), 'is not known'),
    region: z.string().transform((text, context) => {
      const region = text === '' ? '' : regionNamed(text);
      if (region === undefined) context.addIssue('is not one of the nine regions');
      return region ?? '';
    }),
    area: optional(
      z.string().max(60, 'is longer than 60 letters').regex(KEBAB, 'is not written in small letters, digits and single hyphens'),
    ),
    area_name: line,
    authorities: z.string().transform((text, context) => {
      const codes = text
        .split(';')
        .map((code) => code.trim())
        .filter((code) => code !== '');
      if (codes.some((code) => !/^\d{3}$/.test(code))) context.addIssue('is not a list of three-digit codes');
      return [...new Set(codes)].toSorted();
    }),
    urn: z.string().regex(/^(?:[1-9]\d{5})?$/, 'is not a URN of six digits'),
    trust: z.string().regex(/^[\w-]{0,20}$/, 'is not the code of a trust'),
    authority: z.string().regex(/^(?:\d{3})?$/, 'is not the code of a local authority'),
    diocese: line,
    from: day,
    until: day,
  })
  .superRefine((row, context) => {
    const issue = (column: PeopleColumn, message: string) => context.addIssue({ code: 'custom', path: [column], message });
    if (row.from !== '' && row.until !== '' && row.until < row.from) issue('until', `is before the first day, ${row.from}`);
    const place = PLACES.get(row.role);
    if (place === undefined) return;
    for (const column of place.needs) if (row[column].length === 0) issue(column, `is missing: a ${row.role} needs it`);
    const [one, other] = place.oneOf ?? [];
    if (one === undefined || other === undefined) return;
    const given = [row[one], row[other]].filter((value) => value.length > 0).length;
    if (given !== 1)
      issue(one, given === 0 ? `is missing, and so is ${other}: a ${row.role} needs one of them` : `and ${other} are both given`);
  });

/** A row of a people file: one role of one person. Details that the row leaves out are ''. */
export type PersonRow = z.output<typeof rowSchema> & { readonly line: number };

/** A role that a person may hold, and where; '' where that does not matter. */
export type PersonRole = Readonly<Record<'role' | 'region' | 'area' | 'urn' | 'trust' | 'authority' | 'diocese', string>> & {
  /** The first and the last day on which it counts, both inclusive; absent where there is none. */
  readonly from?: string;
  readonly until?: string;
};

type ReadPerson = { readonly row: PersonRow | null; readonly id: string; readonly findings: readonly Finding[] };

/** Reads one row of a people file by itself. Answers the row, or null and everything that is wrong with it. */
export function readPersonRow(row: Row): ReadPerson {
  const cells = Object.fromEntries(PEOPLE_COLUMNS.map((column) => [column, withoutBlanks(row.value(column))] as const));
  const id = cells['id'] ?? '';
  const read = rowSchema.safeParse(cells);
  if (!read.success) {
    const columns = new Map(read.error.issues.map((issue) => [String(issue.path[0]), issue] as const).toReversed());
    return {
      row: null,
      id,
      findings: [...columns].map(([column, issue]) => ({
        line: row.line,
        column,
        message: messageOf(column, cells[column] ?? '', issue),
        remedy: REMEDIES[column as PeopleColumn],
        taken: false,
      })),
    };
  }
  return { row: { ...read.data, line: row.line }, id, findings: unused(row.line, read.data) };
}

/** The role of a row with its place. Columns that the role ignores are left out. */
export function roleOf(row: PersonRow): PersonRole {
  const used = usedBy(row.role);
  const kept = (column: Exclude<PeopleColumn & keyof PersonRole, 'from' | 'until'>) => (used.includes(column) ? row[column] : '');
  return {
    role: row.role,
    region: kept('region'),
    area: kept('area'),
    urn: kept('urn'),
    trust: kept('trust'),
    authority: kept('authority'),
    diocese: kept('diocese'),
    ...(row.from === '' ? {} : { from: row.from }),
    ...(row.until === '' ? {} : { until: row.until }),
  };
}

function usedBy(role: string): readonly PeopleColumn[] {
  const place = PLACES.get(role);
  return [...(place?.needs ?? []), ...(place?.may ?? []), ...(place?.oneOf ?? [])];
}

/** Values in columns that the role ignores are reported, because they may have been meant. */
function unused(lineNumber: number, row: z.output<typeof rowSchema>): readonly Finding[] {
  const used = usedBy(row.role);
  return PLACE_COLUMNS.filter((column) => row[column].length > 0 && !used.includes(column)).map((column) => ({
    line: lineNumber,
    column,
    message: `The ${column} of a ${row.role} is not looked at.`,
    remedy: 'Leave it blank, or see docs/people-file.md for what the role needs.',
    taken: true,
  }));
}

function messageOf(column: string, value: string, issue: z.core.$ZodIssue): string {
  const what = issue.code === 'invalid_union' ? (issue.errors.flat().at(-1)?.message ?? 'is wrong') : issue.message;
  const unprintable = unprintableIn(value);
  // Quoted only when it can be printed, because a line break would break the report too.
  const quoted =
    value === '' || unprintable !== undefined || (issue.code === 'custom' && /missing|given/.test(what))
      ? ''
      : ` "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  // What nobody can see is named, or the value would look right.
  return `The ${column}${quoted} ${what}${unprintable === undefined || what.startsWith('holds') ? '' : `: it holds ${unprintable}`}.`;
}

const REMEDIES: Readonly<Record<PeopleColumn, string>> = {
  id: 'Give a short id of your own that never changes, for example c-mills.',
  name: "Write the person's name as one line of plain text.",
  email: 'Write one address and nothing else, for example c.mills@delivery.example.',
  telephone: 'Write digits and blanks, for example 01632 960001, or leave it blank.',
  job_title: 'Write it as one line of plain text, or leave it blank.',
  role: `Use one of: ${ROLES.join(', ')}.`,
  region: `Use one of: ${REGIONS.join(', ')}.`,
  area: 'Give a short id of your own, for example cumbria-and-lancashire.',
  area_name: 'Write it as one line of plain text, for example Cumbria and Lancashire.',
  authorities: 'Write the codes of the local authorities in the area, separated by semicolons: 888;909.',
  urn: 'For a head give the URN of the school, for example 990001; for the chief executive of a trust give the trust.',
  trust: 'Give the code that the register has for the trust, for example 99001, or leave it blank.',
  authority: 'Give the three-digit code of the local authority, for example 888.',
  diocese: 'Write the diocese as the register does, for example Diocese of Wharfemoor.',
  from: 'Write the first day on which the role counts, like 2026-09-01, or leave it blank.',
  until: 'Write the last day on which the role counts, like 2027-08-31, not before the first, or leave it blank.',
};
