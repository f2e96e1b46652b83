import { NOW_SQL, STATEMENT_NOW_SQL } from '../sandbox/clock.ts';

/** Parts of queries in which `d` is the deployment. */

/**
 * Joins the deployment's trust, if it has one, as `trust`, and as `school` the school that gives its region and
 * authority. A trust takes these from its first open school, as when its people were found. Triggers keep which that is
 * (docs/decisions/0082), so that the deployments of a region or an authority are found by an index.
 */
export const PLACE = `
  LEFT JOIN trusts trust ON trust.id = d.trust
  LEFT JOIN schools school ON school.urn = d.place_urn`;

/** The name of the school or trust. */
export const SUBJECT = 'coalesce(trust.name, school.name, d.urn, d.trust)';

/**
 * A condition that is true for the few deployments `d` whose clock was moved on: something has happened to them after now. It is read
 * once for a query, so that only they and what is late or due by the date of the service need a look at their own clock.
 */
export const CLOCK_MOVED_ON = `d.reference IN (SELECT ahead.reference FROM events ahead WHERE ahead.at > ${STATEMENT_NOW_SQL})`;

/** The time on its clock: the time of the service, or that of its last event where its clock alone was moved on. */
export const ITS_NOW = `CASE WHEN ${CLOCK_MOVED_ON}
  THEN greatest(${NOW_SQL}, (SELECT last.at FROM events last WHERE last.reference = d.reference AND last.sequence = d.sequence))
  ELSE ${NOW_SQL} END`;

/** The day on its clock, in London. */
export const ITS_TODAY = `(${ITS_NOW} AT TIME ZONE 'Europe/London')::date`;

/** The day in London by the clock of the service. No clock of a deployment is behind it. */
export const REAL_TODAY = `(${STATEMENT_NOW_SQL} AT TIME ZONE 'Europe/London')::date`;

/**
 * The latest day that the clock of any deployment shows: in most places today. It is read once for a query, and bounds the due dates that
 * an index has to be searched for.
 */
export const LATEST_TODAY = `(SELECT coalesce(max((ahead.at AT TIME ZONE 'Europe/London')::date), ${REAL_TODAY})
  FROM events ahead WHERE ahead.at > ${STATEMENT_NOW_SQL})`;

/** A condition on these aliases that says what somebody may see, with its parameters. The first is $1. Only whoever sees everything has none. */
export type InScope = { readonly sql: string; readonly values: readonly unknown[] };

/** Of what somebody may see, the deployments of one region; all of it where the region is ''. */
export const inRegion = (inScope: InScope, region: string): InScope =>
  region === ''
    ? inScope
    : { sql: `${inScope.sql} AND school.region = $${inScope.values.length + 1}::text`, values: [...inScope.values, region] };
