/**
 * A SQL condition on a deployment `d` and its `school`, whose parameters are `$1`, `$2` and so on: which deployments
 * somebody may see.
 */
export type Scope = { readonly sql: string; readonly values: readonly unknown[] };

/**
 * Deployments as `d`, with the `trust`, and the `school` they stand under for region and authority: a trust stands under
 * its first open school, as when its people were found.
 */
export const DEPLOYMENT_SOURCE = `
  deployments d
  LEFT JOIN trusts trust ON trust.id = d.trust
  LEFT JOIN schools school ON school.urn = coalesce(d.urn, (
    SELECT first.urn FROM schools first WHERE first.trust = d.trust
    ORDER BY first.status NOT LIKE 'Open%', length(first.urn), first.urn LIMIT 1))`;

/** The name of the school or trust of a deployment `d`. */
export const SUBJECT = `coalesce(trust.name, school.name, d.urn, d.trust)`;

/** Collects the values of a query and answers their places in it: `$3`. */
export function parameters(values: readonly unknown[]): { readonly all: readonly unknown[]; place(value: unknown): string } {
  const all = [...values];
  return {
    all,
    place(value) {
      all.push(value);
      return `$${all.length}`;
    },
  };
}

/** A pattern that finds a text anywhere; what people type stands for itself, `%` and `_` too. */
export function anywhere(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}
