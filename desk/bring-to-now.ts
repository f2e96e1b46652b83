import type { Client } from '@temporalio/client';
import { nowMs } from '../postgres/sandbox/clock.ts';
import { advanceTo } from '../temporal/time-skipping.ts';
import { deploymentWorkflowId } from '../workflows/ids.ts';

/**
 * Temporal 1.32 skips beyond the moment asked for when an activity that is still running then ends just after it. So a workflow in which
 * something is due is moved on by this much more, within which its wake-up is over. The time is skipped, not waited for.
 */
export const SPARE_MS = 30_000;

/** Brings a deployment of a training copy to the time of the copy, and lets everything on the way happen. */
export async function bringToNow(client: Client, reference: string): Promise<void> {
  await advanceTo(client, deploymentWorkflowId(reference), nowMs() + SPARE_MS);
}
