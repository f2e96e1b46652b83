import type { Client } from '@temporalio/client';
import { WORKFLOW_TYPES } from '../workflows/ids.ts';
import { mailroomTold } from '../workflows/messages.ts';

/** How long a mailroom that is started from here lets reminders gather. One that runs keeps its own time. */
export const GATHERING_MS = 60_000;

/** Tells a mailroom that letters are queued, and starts it if it does not run. */
export async function tellMailroomAtOnce(client: Client, taskQueue: string, mailroom: number): Promise<void> {
  const told = mailroomTold({ mailroom, urgency: 'at-once', gatheringMs: GATHERING_MS });
  await client.workflow.signalWithStart(WORKFLOW_TYPES.mailroom, { ...told, taskQueue });
}
