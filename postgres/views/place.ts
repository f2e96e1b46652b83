/** Parts of queries in which `d` is the deployment. */

/**
 * Joins the deployment's trust, if it has one, as `trust`, and as `school` the school that gives its region and
 * authority. A trust takes these from its first open school, as when its people were found.
 */
export const PLACE = `
  LEFT JOIN trusts trust ON trust.id = d.trust
  LEFT JOIN schools school ON school.urn = coalesce(d.urn, (
    SELECT first.urn FROM schools first WHERE first.trust = d.trust
    ORDER BY first.status NOT LIKE 'Open%', length(first.urn), first.urn LIMIT 1))`;

/** The name of the school or trust. */
export const SUBJECT = 'coalesce(trust.name, school.name, d.urn, d.trust)';

/** The time on its clock: the real time, or the time of its last event where its clock was moved on. */
export const ITS_NOW =
  'greatest(clock_timestamp(), (SELECT last.at FROM events last WHERE last.reference = d.reference AND last.sequence = d.sequence))';

/** The day on its clock, in London. */
export const ITS_TODAY = `(${ITS_NOW} AT TIME ZONE 'Europe/London')::date`;

/** A condition on these aliases that says what somebody may see, with its parameters. The first is $1. */
export type InScope = { readonly sql: string; readonly values: readonly unknown[] };
