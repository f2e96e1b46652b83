import { nowMs } from '../../postgres/sandbox/clock.ts';
import type { WantedPerson } from '../../register/save-person.ts';
import { ROLES } from '../../register/person-row.ts';
import type { Area, HeldRole, KnownPerson } from '../../postgres/views/people.ts';
import { londonDate } from '../../domain/time/london.ts';
import { longDate, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { ticked, typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody } from '../answer/read-fields.ts';

/** The roles of a people file as a page names them. */
const ROLE_NAMES: Readonly<Record<string, string>> = {
  'regional-team': 'Regional team',
  'regional-senior': 'Senior lead of the regional team',
  rdp: 'RDP coordinator',
  'system-leader': 'System leader',
  school: 'Head of a school, or chief executive of a trust',
  'local-authority': 'Local authority',
  diocese: 'Diocese',
  'rdp-lead': 'RDP lead',
  administrator: 'Administrator',
  policy: 'Policy',
  'read-only': 'Read only',
};

/** "RDP coordinator" */
export function roleName(role: string): string {
  return ROLE_NAMES[role] ?? role;
}

export const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, text: roleName(role) }));

/** "from 1 January 2027 to 31 March 2027 (not yet)", "until 3 October 2026 (ended)"; '' where a role has no dates. */
function datesWords({ from = '', until = '' }: HeldRole, today: PlainDate): string {
  const [first, last] = [parsePlainDate(from), parsePlainDate(until)];
  const upTo = last === undefined ? '' : longDate(last);
  const days = first === undefined ? (upTo === '' ? '' : `until ${upTo}`) : `from ${longDate(first)}${upTo === '' ? '' : ` to ${upTo}`}`;
  if (first !== undefined && today < first) return `${days} (not yet)`;
  return last !== undefined && last < today ? `${days} (ended)` : days;
}

/** "RDP coordinator: The Fells, North West, until 31 March 2027" */
export function roleWords(role: HeldRole, areas: readonly Area[], today: PlainDate = londonDate(nowMs())): string {
  const area = areas.find(({ id }) => id === role.area)?.name ?? role.area;
  const places = [
    area,
    role.region,
    role.urn === '' ? '' : `school ${role.urn}`,
    role.trust === '' ? '' : `trust ${role.trust}`,
    role.authority === '' ? '' : `authority ${role.authority}`,
    role.diocese,
  ].filter((place) => place !== '');
  const where = places.length === 0 ? roleName(role.role) : `${roleName(role.role)}: ${places.join(', ')}`;
  const dates = datesWords(role, today);
  return dates === '' ? where : `${where}, ${dates}`;
}

/** A role as the value of a checkbox, without its dates. */
export function roleValue({ role, region, area, urn, trust, authority, diocese }: HeldRole): string {
  return [role, region, area, urn, trust, authority, diocese].join('|');
}

/** The same with its dates: what was known of the role when a page was made. */
export function datedRole(role: HeldRole): string {
  return [roleValue(role), role.from ?? '', role.until ?? ''].join('|');
}

/** What the form holds when it is first shown. */
export function formOf(person: KnownPerson | null): Readonly<Record<string, string>> {
  return { name: person?.name ?? '', email: person?.email ?? '', telephone: person?.telephone ?? '', jobTitle: person?.jobTitle ?? '' };
}

/**
 * The person that a form asks for: what was typed, the roles that stay ticked, and the one that is added. A role that nobody showed is
 * not kept by ticking it.
 */
export function readPersonForm(body: FormBody, before: KnownPerson | null, areas: readonly Area[]): WantedPerson {
  const kept = new Set(ticked(body, 'keep'));
  const said = (name: string) => typed(body, name);
  // Dates belong to one role: the one that is chosen, or the one that is added.
  const dated = said('dated');
  const [from, until] = [typedDate(body, 'from'), typedDate(body, 'until')];
  const dates = { ...(from === '' ? {} : { from }), ...(until === '' ? {} : { until }) };
  const roles = (before?.roles ?? [])
    .filter((role) => kept.has(roleValue(role)))
    .map(({ from: wasFrom, until: wasUntil, ...role }) =>
      roleValue(role) === dated
        ? { ...role, ...dates }
        : { ...role, ...(wasFrom === undefined ? {} : { from: wasFrom }), ...(wasUntil === undefined ? {} : { until: wasUntil }) },
    );
  const wanted = { name: said('name'), email: said('email'), telephone: said('telephone'), jobTitle: said('jobTitle') };
  const added = said('role');
  if (added === '') return { ...wanted, roles };
  const area = areas.find(({ id }) => id === said('area'));
  const role = {
    role: added,
    region: area === undefined || added !== 'rdp' ? said('region') : area.region,
    area: area?.id ?? '',
    urn: said('urn'),
    trust: said('trust'),
    authority: said('authority'),
    diocese: said('diocese'),
    ...(dated === '' ? dates : {}),
  };
  return { ...wanted, roles: [...roles, role] };
}

/** What a saved person would change, as lines of before and after. */
export function changeLines(before: KnownPerson | null, after: KnownPerson, areas: readonly Area[]) {
  const rows = (
    [
      ['Name', before?.name, after.name],
      ['E-mail address', before?.email, after.email],
      ['Telephone', before?.telephone, after.telephone],
      ['Job title', before?.jobTitle, after.jobTitle],
    ] as const
  )
    .filter(([, was, is]) => (was ?? '') !== is)
    .map(([label, was, is]) => ({ label, was: was ?? '', is }));
  const worded = (person: KnownPerson | null) => (person?.roles ?? []).map((role) => roleWords(role, areas));
  const [had, has] = [worded(before), worded(after)];
  return [
    ...rows,
    ...had.filter((one) => !has.includes(one)).map((one) => ({ label: 'Role that ends', was: one, is: '' })),
    ...has.filter((one) => !had.includes(one)).map((one) => ({ label: 'New role', was: '', is: one })),
  ];
}
