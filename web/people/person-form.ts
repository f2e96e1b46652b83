import type { WantedPerson } from '../../register/save-person.ts';
import { ROLES } from '../../register/person-row.ts';
import type { Area, HeldRole, KnownPerson } from '../../postgres/views/people.ts';
import { ticked, typed } from '../answer/read-fields.ts';
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

/** "RDP coordinator: The Fells, North West" */
export function roleWords(role: HeldRole, areas: readonly Area[]): string {
  const area = areas.find(({ id }) => id === role.area)?.name ?? role.area;
  const places = [
    area,
    role.region,
    role.urn === '' ? '' : `school ${role.urn}`,
    role.trust === '' ? '' : `trust ${role.trust}`,
    role.authority === '' ? '' : `authority ${role.authority}`,
    role.diocese,
  ].filter((place) => place !== '');
  return places.length === 0 ? roleName(role.role) : `${roleName(role.role)}: ${places.join(', ')}`;
}

/** A role as the value of a checkbox. */
export function roleValue({ role, region, area, urn, trust, authority, diocese }: HeldRole): string {
  return [role, region, area, urn, trust, authority, diocese].join('|');
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
  const roles = (before?.roles ?? []).filter((role) => kept.has(roleValue(role)));
  const said = (name: string) => typed(body, name);
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
