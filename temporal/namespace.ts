import { isGrpcServiceError } from '@temporalio/client';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { addMissingAttributes } from './search-attributes.ts';

const GRPC_ALREADY_EXISTS = 6;
const RETENTION_MS = 30 * 86_400_000;
const TRY_FOR_MS = 120_000;

/**
 * Registers a namespace unless it exists, and waits until the server knows it: for a few seconds some parts of the
 * server do not know a new one. Ended workflows are kept for 30 days.
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
      // This asks the part that routes workflows, which is the last to learn of a namespace.
      await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution: { workflowId: 'none-such' } });
      return;
    } catch (error) {
      if (isGrpcServiceError(error) && /workflow not found/i.test(error.details ?? ''))
        return await addMissingAttributes(connection.operatorService, namespace);
      if (Date.now() > giveUpAtMs) throw error;
      await sleep(200);
    }
  }
}

const GRPC_NOT_FOUND = 5;

/** Whether the server has a namespace. One that does not let itself be asked is taken to have it. */
export async function hasNamespace(
  workflowService: Pick<Connection['workflowService'], 'describeNamespace'>,
  namespace: string,
): Promise<boolean> {
  try {
    await workflowService.describeNamespace({ namespace });
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && Number(error.code) === GRPC_NOT_FOUND);
  }
}
