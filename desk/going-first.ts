import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { givePriority, priorityOf } from '../temporal/priority.ts';
import { ANSWER_PRIORITY, DEPLOYMENT_PRIORITY, deploymentWorkflowId } from '../workflows/ids.ts';

/** Most answers count sooner than this. One that has not stands behind other work. */
const PATIENCE_MS = 200;

/** Asking Temporal for another priority may take no longer: the answer waits in the order it has, and is not held up. */
const DEADLINE_MS = 5_000;

/**
 * What a deployment's priority is for a moment on its way to the first. The first task of an update is in the server's memory alone and cannot be
 * moved. This change has it stored, and the next one moves it.
 */
const ON_THE_WAY = { priorityKey: ANSWER_PRIORITY.priorityKey + 1 } as const;

/**
 * Asks something of a deployment, by its workflow, for somebody who waits for the reply. On a morning with thousands of wake-ups it would be done when its
 * turn comes, so what has not been done after 200 ms goes before them, and the deployment has its own priority again afterwards. The reply, or the
 * error, is that of `ask`.
 *
 * What could not be done before its deadline is still waiting, so it keeps its place in front. See docs/decisions/0080.
 */
export async function goingFirst<T>(client: Client, reference: string, ask: (deployment: WorkflowHandle) => Promise<T>): Promise<T> {
  const workflowId = deploymentWorkflowId(reference);
  let raised = Promise.resolve(false);
  const losesPatience = setTimeout(() => {
    raised = tried(client, () => raise(client, workflowId)).then(() => true);
  }, PATIENCE_MS);
  let waitsStill = false;
  try {
    return await ask(client.workflow.getHandle(workflowId));
  } catch (error) {
    waitsStill = error instanceof WorkflowUpdateRPCTimeoutOrCancelledError;
    throw error;
  } finally {
    clearTimeout(losesPatience);
    if ((await raised) && !waitsStill) await tried(client, () => givePriority(client, workflowId, DEPLOYMENT_PRIORITY));
  }
}

async function raise(client: Client, workflowId: string): Promise<void> {
  const priority = await priorityOf(client, workflowId);
  // The same answer may have waited before, until its deadline.
  if (priority === null || priority.priorityKey === ANSWER_PRIORITY.priorityKey) return;
  await givePriority(client, workflowId, ON_THE_WAY);
  await givePriority(client, workflowId, ANSWER_PRIORITY);
}

/** Where the workflow has ended, or Temporal does not take this, the answer waits in the order it has. */
async function tried(client: Client, change: () => Promise<void>): Promise<void> {
  await client.withDeadline(Date.now() + DEADLINE_MS, change).catch(() => undefined);
}
