import type { Client } from '@temporalio/client';
import { deploymentWorkflowId } from '../workflows/ids.ts';

/**
 * Whether the change of this name has been made already, so that the second press of a button finds what the first one
 * did. Never throws: when the engine cannot be asked, it counts as not made.
 */
export async function changeMade(client: Client, reference: string, onceAs: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(deploymentWorkflowId(reference)).getUpdateHandle(`change/${onceAs}`).result();
    return true;
  } catch {
    return false;
  }
}
