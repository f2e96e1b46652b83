import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { listNewToForecast } from '../../postgres/views/forecasts.ts';
import { NEW_FORECASTS, SUMMARIES, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import type { Log } from '../log.ts';
import { repeat } from '../repeat.ts';
import type { Repeating } from '../repeat.ts';

/**
 * Looks at once and again each time so many milliseconds later for deployments of which no forecast was ever worked out, and begins a round for them, so that
 * lists have one soon after a start. A start itself waits for nothing. Several workers may look: there is one such round at a time.
 */
export function lookForNewOnes(options: {
  readonly database: pg.Pool;
  readonly client: Client;
  readonly taskQueue: string;
  readonly everyMs: number;
  readonly log: Log;
}): Repeating {
  return repeat(options.everyMs, async () => {
    await lookOnce(options).catch((error: unknown) =>
      options.log.warn({ err: error }, 'The forecasts of new deployments are left to the next round.'),
    );
  });
}

/** One look. Answers whether it began a round. */
export async function lookOnce(options: {
  readonly database: pg.Pool;
  readonly client: Client;
  readonly taskQueue: string;
}): Promise<boolean> {
  const [first] = await listNewToForecast(options.database, 1);
  if (first === undefined) return false;
  try {
    await options.client.workflow.start(WORKFLOW_TYPES.forecasts, {
      workflowId: NEW_FORECASTS,
      taskQueue: options.taskQueue,
      args: ['new'],
      staticSummary: SUMMARIES.forecasts,
    });
    return true;
  } catch (error) {
    // The round of another worker, or the one before: it takes what is new meanwhile as well.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}
