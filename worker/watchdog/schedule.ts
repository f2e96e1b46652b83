import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { SUMMARIES, WATCHDOG_SCHEDULE, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { setUpSchedule } from '../set-up-schedule.ts';

/** How often the watchdog makes its round. */
const EVERY_MINUTES = 10;

/** Sets the schedule of the watchdog up: a round every ten minutes. Several workers may do it, each time they start. */
export async function setUpWatchdogSchedule(client: Client, taskQueue: string): Promise<void> {
  await setUpSchedule(client, {
    scheduleId: WATCHDOG_SCHEDULE,
    spec: { intervals: [{ every: `${EVERY_MINUTES} minutes` }] },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPES.watchdog,
      workflowId: WATCHDOG_SCHEDULE,
      taskQueue,
      args: [],
      staticSummary: SUMMARIES.watchdog,
    },
    // Rounds that were missed while the server was away are not made up for: the next one sees the same.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: `${EVERY_MINUTES} minutes` },
  });
}
