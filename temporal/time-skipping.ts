import { isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js';
import { randomUUID } from 'node:crypto';

/**
 * Moves one workflow's clock by so many seconds, on a server with time skipping: every timer on the way fires and every
 * activity runs. Resolves when that time is reached; afterwards its clock runs on at the usual speed. The SDK has no
 * option for it yet, so this asks the service itself.
 *
 * Leave some seconds between the moment asked for and any timer before it: where an activity is still running at that moment
 * and ends just after it, Temporal 1.32 skips on to the next timer, however far beyond it lies.
 */
export async function fastForward(client: Client, workflowId: string, seconds: number): Promise<void> {
  const { workflowService } = client.connection;
  const { namespace } = client.options;
  const id = randomUUID();
  const workflowExecution = { workflowId };
  await workflowService.updateWorkflowExecutionOptions({
    namespace,
    workflowExecution,
    workflowExecutionOptions: { timeSkippingConfig: { enabled: true, fastForwardConfig: { id, duration: msToTs(seconds * 1_000) } } },
    updateMask: { paths: ['time_skipping_config'] },
  });
  await workflowService.pollWorkflowExecutionTimeSkipping({ namespace, workflowExecution, fastForwardId: id });
}

/**
 * Moves one workflow's clock on to an instant (epoch milliseconds), unless it shows that or a later one already. Asks the server what the
 * clock shows, so whoever was interrupted may ask again: it never goes too far. 'ended' when there is no such workflow that runs.
 */
export async function advanceTo(client: Client, workflowId: string, toMs: number): Promise<'there' | 'ended'> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const atMs = await clockOf(client, workflowId);
      if (atMs === null) return 'ended';
      if (toMs - atMs < NEAR_MS) return 'there';
      await fastForward(client, workflowId, (toMs - atMs) / 1_000);
    }
  } catch (error) {
    if (isGrpcServiceError(error) && Number(error.code) === NOT_FOUND) return 'ended';
    throw error;
  }
  throw new Error(`The clock of ${workflowId} does not reach ${new Date(toMs).toISOString()}.`);
}

/** What a running workflow's clock shows, in epoch milliseconds; null when it has ended. */
async function clockOf(client: Client, workflowId: string): Promise<number | null> {
  const { workflowExecutionInfo, workflowExtendedInfo } = await client.connection.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId },
  });
  if (workflowExecutionInfo?.status !== RUNNING) return null;
  const shows = workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  return shows ? tsToMs(shows) : Date.now();
}

const MOST_TRIES = 5;
const NEAR_MS = 1_000;
const NOT_FOUND = 5;
const RUNNING = 1;

/** Whether a server refused to move a clock because time skipping is not set up there. */
export function isTimeSkippingRefused(error: unknown): boolean {
  return isGrpcServiceError(error) && [INVALID_ARGUMENT, UNIMPLEMENTED].includes(Number(error.code));
}

const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;
