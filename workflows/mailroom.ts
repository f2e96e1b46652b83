import { condition, makeContinueAsNewFunc, proxyActivities, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { MailroomActivities } from '../activities/mailroom.ts';
import { tellMailroom } from './messages.ts';
import type { MailroomStart, Urgency } from './messages.ts';

// Retried without limit while there is no mail server. The heartbeat shows quickly that a worker was killed.
const { deliverPost } = proxyActivities<MailroomActivities>({
  summary: 'Sends the letters that are queued',
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '6 seconds',
  retry: { initialInterval: '2 seconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const RESTS = 'Waits until letters are queued';
const GATHERS = 'Waits for more reminders, so that each person gets one e-mail';
const TRIES_AGAIN = 'Waits until the next letter may go or is tried again';

/** On the build that is wanted then, where workers are versioned. */
const continueAsNew = makeContinueAsNewFunc<typeof mailroom>({ initialVersioningBehavior: 'AUTO_UPGRADE' });

/**
 * One mailroom: it waits until it is told that letters are queued, gives reminders a little time to gather, and
 * delivers. The ledger in PostgreSQL says what is to be sent. This workflow only makes sure that it is.
 */
export async function mailroom(start: MailroomStart): Promise<void> {
  let told: Urgency | null = start.told ?? 'at-once';
  setHandler(tellMailroom, (urgency) => {
    told = told === 'at-once' ? told : urgency;
  });

  let tryAgainInMs: number | null = null;
  for (;;) {
    await waitUntilToldOr(tryAgainInMs);
    if (told === 'gather') await condition(() => told === 'at-once', start.gatheringMs, { summary: GATHERS });
    told = null;
    const round = await deliverPost({ mailroom: start.mailroom });
    tryAgainInMs = round.more ? 0 : round.tryAgainInMs;
    const { continueAsNewSuggested, targetWorkerDeploymentVersionChanged } = workflowInfo();
    if (continueAsNewSuggested || targetWorkerDeploymentVersionChanged) {
      await continueAsNew({ ...start, told: told ?? (tryAgainInMs === null ? 'gather' : 'at-once') });
    }
  }

  async function waitUntilToldOr(timeoutMs: number | null): Promise<void> {
    setCurrentDetails(timeoutMs === null ? RESTS : TRIES_AGAIN);
    if (timeoutMs === null) await condition(() => told !== null);
    else if (timeoutMs > 0) await condition(() => told !== null, timeoutMs, { summary: TRIES_AGAIN });
  }
}
