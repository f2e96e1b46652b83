import type { Client } from '@temporalio/client';
import { deploymentWorkflowId } from '../workflows/ids.ts';

/**
 * Whether the change of this name has been made already: a button that is pressed twice finds the deployment changed by its
 * first press. Never throws: what cannot be asked counts as not made.
 */
export async function changeMade(client: Client, reference: string, onceAs: string): Promise<boolean> {
  try {
    await client.workflow.getHandle(deploymentWorkflowId(reference)).getUpdateHandle(`change/${onceAs}`).result();
    return true;
  } catch {
    return false;
  }
}
