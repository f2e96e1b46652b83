import { activityInfo, heartbeat } from '@temporalio/activity';
import type { WatchdogPort } from './ports.ts';

export type WatchdogActivities = ReturnType<typeof createWatchdogActivities>;

/** One round of the watchdog. */
export function createWatchdogActivities({ watchdog }: { readonly watchdog: WatchdogPort }) {
  return {
    /** Makes every check, and keeps what each found. Answers how many findings there are. */
    async lookForFaults(): Promise<number> {
      // The moment at which Temporal handed it over is known there; read before anything is waited for, it shows whose clock is wrong.
      const workerMs = Date.now();
      const { activityId, workflowExecution } = activityInfo();
      return watchdog.look({ workflowId: workflowExecution?.workflowId ?? '', activityId, workerMs }, () => heartbeat());
    },
  };
}
