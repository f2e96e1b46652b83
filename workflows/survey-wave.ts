import { condition, continueAsNew, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { WaveActivities } from '../activities/survey-wave.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { waveChanged } from './messages.ts';
import type { WaveStart } from './messages.ts';

// Each letter is decided once and stored with its e-mail, so a retry goes on where the last attempt ended.
const { wakeWave } = proxyActivities<WaveActivities>({
  summary: 'Queues the requests and reminders that are due',
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', backoffCoefficient: 2, maximumInterval: '5 minutes' },
});

/**
 * One wave of a survey: it sends what is due, waits until the next letter is, and ends when the wave closes or is called off. It knows the
 * number of the wave and nothing of anybody in it; who has answered never reaches it.
 */
export async function surveyWave({ wave }: WaveStart): Promise<void> {
  let changed = false;
  setHandler(waveChanged, () => void (changed = true));
  for (;;) {
    changed = false;
    const { nextAt } = await wakeWave({ wave, at: new Date().toISOString() });
    if (nextAt === null) return;
    if (workflowInfo().continueAsNewSuggested && !changed) await continueAsNew<typeof surveyWave>({ wave });
    const summary = `Waits until ${longDateWithWeekday(londonDate(Date.parse(nextAt)))} for the next requests and reminders, or the end`;
    setCurrentDetails(summary);
    await condition(() => changed, Math.max(0, Date.parse(nextAt) - Date.now()), { summary });
  }
}
