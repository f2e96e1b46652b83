/**
 * Parts of queries that speak of a deployment by the alias `d`.
 */

/** Its school, or the first school of its trust, as `school`; its trust, if it is one, as `trust`. */
export const PLACE = `
  LEFT JOIN schools school ON school.urn = coalesce(d.urn, (SELECT own.urn FROM schools own WHERE own.trust = d.trust ORDER BY own.urn LIMIT 1))
  LEFT JOIN trusts trust ON trust.id = d.trust`;

/** The name of the school or trust. */
export const SUBJECT = 'coalesce(trust.name, school.name)';

/** What its clock shows: the time on the wall, or that of its last event where its clock was moved on. */
export const ITS_NOW =
  'greatest(clock_timestamp(), (SELECT last.at FROM events last WHERE last.reference = d.reference AND last.sequence = d.sequence))';

/** A condition on these aliases that says what somebody may see, with its parameters, the first of which is $1. */
export type InScope = { readonly sql: string; readonly values: readonly unknown[] };
