import type { InScope } from '../views/place.ts';

/** The places whose deployments somebody may see. */
export type Scope = { readonly all: boolean; readonly regions: readonly string[]; readonly areas: readonly string[] };

/**
 * A condition that is true for the deployments of a scope. It uses the alias `school`: the school of the deployment, or
 * the first open school of its trust. A deployment without one is seen only by people who may see everything. Its
 * values use the parameters from `$firstParameter` on.
 */
export function conditionOf({ all, regions, areas }: Scope, firstParameter: number): InScope {
  if (all) return { sql: 'true', values: [] };
  const inRegions = `school.region = ANY ($${firstParameter}::text[])`;
  // Without the other half, PostgreSQL knows how few schools are meant and finds them by an index.
  if (areas.length === 0) return { sql: inRegions, values: [regions] };
  return {
    sql: `(${inRegions} OR school.authority IN (SELECT authority FROM area_authorities WHERE area = ANY ($${firstParameter + 1}::text[])))`,
    values: [regions, areas],
  };
}
