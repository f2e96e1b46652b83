import type { Client } from '@temporalio/client';
import { MAILROOM_PRIORITY, mailroomWorkflowId, SUMMARIES, WORKFLOW_TYPES } from '../workflows/ids.ts';
import { tellMailroom } from '../workflows/messages.ts';
import type { MailroomStart } from '../workflows/messages.ts';

/** How long a mailroom that is started from here lets reminders gather. One that runs keeps its own time. */
export const GATHERING_MS = 60_000;

/** Tells a mailroom that letters are queued, and starts it if it does not run. */
export async function tellMailroomAtOnce(client: Client, taskQueue: string, mailroom: number): Promise<void> {
  const start: MailroomStart = { mailroom, gatheringMs: GATHERING_MS, told: 'at-once' };
  await client.workflow.signalWithStart(WORKFLOW_TYPES.mailroom, {
    workflowId: mailroomWorkflowId(mailroom),
    taskQueue,
    args: [start],
    priority: MAILROOM_PRIORITY,
    staticSummary: SUMMARIES.mailroom,
    signal: tellMailroom,
    signalArgs: ['at-once'],
  });
}
