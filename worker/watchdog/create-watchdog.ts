import type { Client } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type pg from 'pg';
import type { WatchdogPort } from '../../activities/ports.ts';
import { judgeLateRounds } from '../../postgres/views/ended-rounds.ts';
import { lookRound } from './look.ts';

/** The watchdog over a record and an engine. */
export function createWatchdog(db: pg.Pool, client: Client): WatchdogPort {
  return {
    look: async ({ workflowId, activityId, workerMs }, heartbeat) => {
      const standing = await lookRound(
        { db, client },
        { workerMs, temporalMs: await startedAtMs(client, workflowId, activityId) },
        heartbeat,
      );
      await judgeLateRounds(db);
      return standing;
    },
  };
}

/** When Temporal handed an activity to its worker, by Temporal's own clock; null when it does not say. */
async function startedAtMs(client: Client, workflowId: string, activityId: string): Promise<number | null> {
  const { pendingActivities } = await client.connection.workflowService.describeWorkflowExecution({
    namespace: client.options.namespace,
    execution: { workflowId },
  });
  const started = pendingActivities?.find((pending) => pending.activityId === activityId)?.lastStartedTime;
  return started ? tsToMs(started) : null;
}
