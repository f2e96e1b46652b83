import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { givePriority, priorityOf } from '../temporal/priority.ts';
import { MAILROOM_PRIORITY, mailroomWorkflowId } from '../workflows/ids.ts';

/**
 * Gives mailrooms that an earlier release started the priority that they start with now. They run for ever, and continue as new with the
 * priority they have. Their next tasks have the new one; what they do and what they were told stays as it is. Answers which ones got it.
 */
export async function raiseMailrooms(client: Client, mailrooms: number): Promise<readonly number[]> {
  const raised: number[] = [];
  for (let mailroom = 0; mailroom < mailrooms; mailroom += 1) if (await raise(client, mailroomWorkflowId(mailroom))) raised.push(mailroom);
  return raised;
}

async function raise(client: Client, workflowId: string): Promise<boolean> {
  const priority = await priorityOf(client, workflowId).catch((error: unknown) => {
    // One that was never told of a letter gets its priority when it starts.
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  });
  if (priority === null || priority.priorityKey === MAILROOM_PRIORITY.priorityKey) return false;
  await givePriority(client, workflowId, MAILROOM_PRIORITY);
  return true;
}
