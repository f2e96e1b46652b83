import type { Client } from '@temporalio/client';

const WORKFLOW = 1;
const RECENT_MS = 120_000;

/** How many workers have asked a task queue for work within the last two minutes. */
export async function countPollers(client: Client, taskQueue: string): Promise<number> {
  const { pollers } = await client.connection.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: WORKFLOW,
  });
  const recent = (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 > Date.now() - RECENT_MS);
  return new Set(recent.map(({ identity }) => identity)).size;
}
