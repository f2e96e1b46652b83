import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { FORECAST_SCHEDULE, SUMMARIES, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { setUpSchedule } from '../set-up-schedule.ts';

/** How often forecasts are worked out that are not up to date. */
const EVERY_MINUTES = 10;

/** Sets the schedule of the forecasts up: a round every ten minutes. Several workers may do it, each time they start. */
export async function setUpForecastSchedule(client: Client, taskQueue: string): Promise<void> {
  await setUpSchedule(client, {
    scheduleId: FORECAST_SCHEDULE,
    // Not in the minute in which the watchdog begins its round.
    spec: { intervals: [{ every: `${EVERY_MINUTES} minutes`, offset: '5 minutes' }] },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPES.forecasts,
      workflowId: FORECAST_SCHEDULE,
      taskQueue,
      args: [],
      staticSummary: SUMMARIES.forecasts,
    },
    // What a round did not come to is left to the next one.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: `${EVERY_MINUTES} minutes` },
  });
}
