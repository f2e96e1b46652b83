import { isGrpcServiceError } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { setTimeout as sleep } from 'node:timers/promises';

const GRPC_ALREADY_EXISTS = 6;
const RETENTION_MS = 30 * 86_400_000;
const TRY_FOR_MS = 30_000;

/**
 * Registers a namespace unless it is there, and waits until the server knows it: a new one is unknown to some of its
 * parts for a few seconds. Ended workflows are kept for 30 days.
 */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs(RETENTION_MS),
    });
  } catch (error) {
    if (!(isGrpcServiceError(error) && Number(error.code) === GRPC_ALREADY_EXISTS)) throw error;
  }
  const giveUpAtMs = Date.now() + TRY_FOR_MS;
  for (;;) {
    try {
      // Asked of the part that routes workflows, which is the last to hear.
      await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution: { workflowId: 'none-such' } });
      return;
    } catch (error) {
      if (isGrpcServiceError(error) && /workflow not found/i.test(error.details ?? '')) return;
      if (Date.now() > giveUpAtMs) throw error;
      await sleep(200);
    }
  }
}
