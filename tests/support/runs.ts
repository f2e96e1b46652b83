import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';

/**
 * The history of each run of a workflow that continued as new, from the first to the last. A single history when it
 * never did.
 */
export async function historiesOf(client: Client, workflowId: string): Promise<readonly History[]> {
  const last = await client.workflow.getHandle(workflowId).fetchHistory();
  const histories: History[] = [];
  for (let runId = last.events?.[0]?.workflowExecutionStartedEventAttributes?.firstExecutionRunId; runId;) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push(history);
    runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
  }
  return histories;
}
