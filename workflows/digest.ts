import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { DigestActivities } from '../activities/digest.ts';

/** When the schedule meant it to start: Temporal sets it on every workflow of a schedule. */
const SCHEDULED_FOR = 'TemporalScheduledStartTime';

// Whoever was decided stays decided, so a retry goes on where the last attempt ended.
const { postDigests } = proxyActivities<DigestActivities>({
  summary: 'Decides whose summary of the week goes, and queues it',
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/**
 * One morning of the schedule of weekly summaries. The day is the one for which the schedule started it, also where it could begin only
 * later. Answers how many were queued.
 */
export async function digest(): Promise<number> {
  const { startTime, typedSearchAttributes } = workflowInfo();
  const scheduled = typedSearchAttributes.getAll().find(({ key }) => key.name === SCHEDULED_FOR)?.value;
  return postDigests({ at: (scheduled instanceof Date ? scheduled : startTime).toISOString() });
}
