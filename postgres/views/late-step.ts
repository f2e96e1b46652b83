import { clockStands } from './clock-stands.ts';
import { CLOCK_MOVED_ON, ITS_TODAY, LATEST_TODAY, REAL_TODAY } from './place.ts';
import type { InScope } from './place.ts';

/** Whether the step `s` of the deployment `d` is open, must be done, and is late by its own clock, which runs. */
const IS_LATE = `s.state = 'open' AND NOT s.optional AND d.status = 'running'
      AND s.due_on < ${LATEST_TODAY} AND (s.due_on < ${REAL_TODAY} OR ${CLOCK_MOVED_ON} AND s.due_on < ${ITS_TODAY})
      AND NOT ${clockStands('s')}`;

/**
 * Joins, as `late`, the open step of `d` that must be done and has been late longest by the deployment's own clock. Joins nothing when
 * no step with a running clock is late. Looks at each `d` for itself: for queries of few deployments.
 */
export const LATE_STEP = `LEFT JOIN LATERAL (
    SELECT s.step, s.stage, s.owner, s.due_on FROM steps s WHERE s.reference = d.reference AND ${IS_LATE}
    ORDER BY s.due_on, s.step LIMIT 1) late ON true`;

/** The same, for queries of many deployments: goes through the open steps of all of them once. */
export const LATE_STEPS = `LEFT JOIN (
    SELECT DISTINCT ON (s.reference) s.reference, s.step, s.stage, s.owner, s.due_on
    FROM steps s JOIN deployments d ON d.reference = s.reference WHERE ${IS_LATE}
    ORDER BY s.reference, s.due_on, s.step) late ON late.reference = d.reference`;

/** The same, for the deployments that somebody may see: those of a place are few of all, and each is looked at for itself. */
export const lateStepIn = ({ values }: InScope): string => (values.length === 0 ? LATE_STEPS : LATE_STEP);
