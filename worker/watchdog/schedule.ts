import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions } from '@temporalio/client';
import { WATCHDOG_SCHEDULE, WORKFLOW_TYPES } from '../../workflows/ids.ts';

/** How often the watchdog makes its round. */
const EVERY_MINUTES = 10;

/** Sets the schedule of the watchdog up: a round every ten minutes. Several workers may do it, each time they start. */
export async function setUpWatchdogSchedule(client: Client, taskQueue: string): Promise<void> {
  const options: ScheduleOptions = {
    scheduleId: WATCHDOG_SCHEDULE,
    spec: { intervals: [{ every: `${EVERY_MINUTES} minutes` }] },
    action: { type: 'startWorkflow', workflowType: WORKFLOW_TYPES.watchdog, workflowId: WATCHDOG_SCHEDULE, taskQueue, args: [] },
    // Rounds that were missed while the server was away are not made up for: the next one sees the same.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: `${EVERY_MINUTES} minutes` },
  };
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const { spec, action, policies } = options;
    // Whoever has paused it by hand finds it paused still.
    await client.schedule.getHandle(WATCHDOG_SCHEDULE).update((before) => ({ ...before, spec, action, policies: { ...policies } }));
  }
}
