import type { InScope } from '../views/place.ts';
import type { StaffRole } from './staff-roles.ts';

/** The places whose deployments somebody may see. */
export type Scope = { readonly all: boolean; readonly regions: readonly string[]; readonly areas: readonly string[] };

/** The places of these roles. A role without a place reaches nothing; that of a lead, an administrator or a reader without one reaches all. */
export function scopeOfRoles(roles: readonly { readonly role: StaffRole; readonly region: string; readonly area: string }[]): Scope {
  const regions = new Set<string>();
  const areas = new Set<string>();
  let all = false;
  for (const { role, region, area } of roles) {
    switch (role) {
      case 'administrator':
      case 'policy':
      case 'read-only':
        all = true;
        break;
      case 'rdp-lead':
        if (region === '') all = true;
        else regions.add(region);
        break;
      case 'rdp':
        if (area !== '') areas.add(area);
        else if (region !== '') regions.add(region);
        break;
      case 'regional-team':
      case 'regional-senior':
        if (region !== '') regions.add(region);
        break;
      default:
        role satisfies never;
    }
  }
  return { all, regions: [...regions].toSorted(), areas: [...areas].toSorted() };
}

/**
 * A condition that is true for the deployments of a scope. It uses the alias `school`: the school of the deployment, or
 * the first open school of its trust. A deployment without one is seen only by people who may see everything. Its
 * values use the parameters from `$firstParameter` on.
 */
export function conditionOf({ all, regions, areas }: Scope, firstParameter: number): InScope {
  if (all) return { sql: 'true', values: [] };
  const values: unknown[] = [];
  // Most people have one place. Of one name PostgreSQL knows what share of the schools is meant even before it is given the name, and so plans once for every
  // place; a list of unknown length it takes for ten.
  const oneOf = (column: string, names: readonly string[]): string => {
    values.push(names.length === 1 ? names[0] : names);
    const place = `$${firstParameter + values.length - 1}`;
    return names.length === 1 ? `${column} = ${place}::text` : `${column} = ANY (${place}::text[])`;
  };
  // Without the other half, PostgreSQL finds the schools of a place by an index.
  const halves = [
    ...(regions.length === 0 && areas.length > 0 ? [] : [oneOf('school.region', regions)]),
    ...(areas.length === 0 ? [] : [`school.authority IN (SELECT authority FROM area_authorities WHERE ${oneOf('area', areas)})`]),
  ];
  return { sql: `(${halves.join(' OR ')})`, values };
}
