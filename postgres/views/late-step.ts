import { clockStands } from './clock-stands.ts';
import { CLOCK_MOVED_ON, ITS_TODAY, REAL_TODAY } from './place.ts';

/**
 * Joins, as `late`, the open step of `d` that must be done and has been late longest by the deployment's own clock. Joins nothing when
 * no step with a running clock is late.
 */
export const LATE_STEP = `LEFT JOIN LATERAL (
    SELECT step, stage, owner, due_on FROM steps
    WHERE reference = d.reference AND state = 'open' AND NOT optional AND d.status = 'running'
      AND (due_on < ${REAL_TODAY} OR ${CLOCK_MOVED_ON} AND due_on < ${ITS_TODAY})
      AND NOT ${clockStands('steps')}
    ORDER BY due_on, step LIMIT 1) late ON true`;
