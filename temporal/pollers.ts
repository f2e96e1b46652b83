import type { Client } from '@temporalio/client';
import type { WorkflowService } from '@temporalio/client';

const WORKFLOW = 1;
const RECENT_MS = 120_000;

/** How many workers have asked a task queue for work within the last two minutes. */
export async function countPollers({ connection, options }: Client, taskQueue: string): Promise<number> {
  return (await pollersOf(connection.workflowService, options.namespace, taskQueue)).size;
}

/** The identities of the workers that have asked a task queue for work within the last two minutes. */
export async function pollersOf(
  workflowService: Pick<WorkflowService, 'describeTaskQueue'>,
  namespace: string,
  taskQueue: string,
): Promise<ReadonlySet<string>> {
  const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueue }, taskQueueType: WORKFLOW });
  const recent = (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > Date.now() - RECENT_MS);
  return new Set(recent.map(({ identity }) => identity ?? ''));
}
