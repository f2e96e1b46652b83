import { isGrpcServiceError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
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

/** Whether a server refused to move a clock because time skipping is not set up there. */
export function isTimeSkippingRefused(error: unknown): boolean {
  return isGrpcServiceError(error) && [INVALID_ARGUMENT, UNIMPLEMENTED].includes(Number(error.code));
}

const INVALID_ARGUMENT = 3;
const UNIMPLEMENTED = 12;
