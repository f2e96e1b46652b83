import { roleMay } from './roles.ts';
import type { Action, User } from './roles.ts';

/** Of which places somebody may see the deployments. */
export type Scope = { readonly all: boolean; readonly regions: readonly string[]; readonly areas: readonly string[] };

/**
 * The places in which somebody may do something: those of the roles that allow it, and of no other. A coordinator who may
 * also read everything may still record answers in their own area only.
 */
export function scopeOf(user: User, action: Action = 'see-deployments'): Scope {
  const regions = new Set<string>();
  const areas = new Set<string>();
  let all = false;
  for (const { role, region, area } of user.roles.filter((held) => roleMay(held.role, action))) {
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
 * A condition that is true for the deployments in which somebody may do something, to see them unless told otherwise. It
 * speaks of the alias `school`: the school of the deployment, or the first school of its trust. Where there is none, only
 * those who may see everything see it. Its values take the parameters from `$firstParameter` on.
 */
export function scopeCondition(
  user: User,
  firstParameter: number,
  action: Action = 'see-deployments',
): { readonly sql: string; readonly values: readonly unknown[] } {
  const { all, regions, areas } = scopeOf(user, action);
  if (all) return { sql: 'true', values: [] };
  return {
    sql: `(school.region = ANY ($${firstParameter}::text[])
      OR school.authority IN (SELECT authority FROM area_authorities WHERE area = ANY ($${firstParameter + 1}::text[])))`,
    values: [regions, areas],
  };
}
