import type { Client } from '@temporalio/client';

/**
 * How soon tasks of a workflow are taken among those that wait on its queue: 1 goes before everything, and 0 stands for the server's own, which
 * is 3.
 */
export type Priority = { readonly priorityKey: number };

/** The priority of a workflow; null when it has ended. Fails with `WorkflowNotFoundError` where there is none of this id. */
export async function priorityOf(client: Client, workflowId: string): Promise<Priority | null> {
  const { raw, status } = await client.workflow.getHandle(workflowId).describe();
  return status.name === 'RUNNING' ? { priorityKey: raw.workflowExecutionInfo?.priority?.priorityKey ?? 0 } : null;
}

/**
 * Gives a workflow that runs another priority. It is the same run before and after: nothing is told again, ended or lost. Its next tasks have the
 * priority, and a task that waits for a worker is put into the queue anew with it; not so the first task of an update, which the server keeps
 * in memory alone until something of its workflow is stored. Costs an event of the history, and none where it has the priority already. Fails where
 * the workflow has ended, and where Temporal is older than this call.
 */
export async function givePriority(client: Client, workflowId: string, priority: Priority): Promise<void> {
  await client.workflowService.updateWorkflowExecutionOptions({
    namespace: client.options.namespace,
    workflowExecution: { workflowId },
    workflowExecutionOptions: { priority },
    updateMask: { paths: ['priority.priority_key'] },
  });
}
