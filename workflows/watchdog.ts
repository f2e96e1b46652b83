import { proxyActivities } from '@temporalio/workflow';
import type { WatchdogActivities } from '../activities/watchdog.ts';

// A round that fails is left to the next one, ten minutes later: it sees the same.
const { lookForFaults } = proxyActivities<WatchdogActivities>({
  summary: 'Looks for whatever has stopped or gone wrong',
  startToCloseTimeout: '9 minutes',
  heartbeatTimeout: '1 minute',
  retry: { initialInterval: '10 seconds', maximumAttempts: 2 },
});

/** One round of the watchdog, which its schedule begins. Answers how many findings there are. */
export async function watchdog(): Promise<number> {
  return lookForFaults();
}
