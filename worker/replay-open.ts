import type { Client } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import proto from '@temporalio/proto';
import { DefaultLogger, makeTelemetryFilterString, Runtime, Worker } from '@temporalio/worker';
import type { WorkflowBundleOption } from '@temporalio/worker';
import { WORKFLOW_TYPES } from '../workflows/ids.ts';

const { VERSIONING_BEHAVIOR_PINNED } = proto.temporal.api.enums.v1.VersioningBehavior;

/** One run that is open in the engine, and whether this build can go on with it. */
export type ReplayedRun = {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly events: number;
  /** Why this build cannot go on with it, in the words of the Temporal SDK; null when it can. */
  readonly why: string | null;
  /** The build that it is pinned to, where workers are versioned: it goes on there until it continues as new. Null: no build. */
  readonly pinnedTo: string | null;
};

export type OpenRuns = { readonly count: number; readonly runs: AsyncIterable<ReplayedRun> };

type Found = Omit<ReplayedRun, 'why'> & { readonly history: History };

/** So many histories are fetched while one is replayed. A history of a year of chasing has some 300 KB, and none can have more than 50 MB. */
const FETCHED_AHEAD = 3;
const PAGE = 200;

/**
 * Replays every run that is open on a task queue against the workflows of a bundle, one after another as they are asked for; no more than
 * a few histories are held at once. It changes nothing and needs no worker. Runs that begin meanwhile are not among them. `count` is how many
 * were open when it began. Once a process: it sets the SDK's runtime up.
 */
export async function replayOpen(client: Client, taskQueue: string, workflowBundle: WorkflowBundleOption): Promise<OpenRuns> {
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue.replaceAll("'", "\\'")}'`;
  const { count } = await client.workflow.count(query);
  return { count, runs: replayed(client, query, workflowBundle) };
}

/**
 * What the SDK would log of a history that does not fit is in the result. Set up only when histories are replayed: a process in which it was,
 * and in which no worker ran and ended, does not end by itself.
 */
function quietReplays(): void {
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter, forward: {} } },
    shutdownSignals: [],
  });
}

async function* replayed(client: Client, query: string, workflowBundle: WorkflowBundleOption): AsyncGenerator<ReplayedRun> {
  /** The run that is being replayed. The SDK asks for the next one only when it has told of this one. */
  const inHand: Found[] = [];
  const untold: ReplayedRun[] = [];
  const histories = async function* (): AsyncGenerator<{ readonly workflowId: string; readonly history: History }> {
    for await (const found of foundOpen(client, query)) {
      const { history, ...run } = found;
      const known = (Object.values(WORKFLOW_TYPES) as readonly string[]).includes(run.type);
      if (!known) untold.push({ ...run, why: `this build has no workflow "${run.type}"` });
      // No worker has taken it yet: nothing of it can contradict this build.
      else if (!hasBegun(history)) untold.push({ ...run, why: null });
      else {
        inHand.push(found);
        yield { workflowId: run.workflowId, history };
      }
    }
  };
  quietReplays();
  // Why a history cannot be read is told here and stored nowhere, so it is not encrypted as failures of workers are.
  const { failureConverterPath: _, ...dataConverter } = client.options.dataConverter;
  const options = { workflowBundle, dataConverter };
  for await (const { error } of Worker.runReplayHistories(options, histories())) {
    yield* untold.splice(0);
    const found = inHand.shift();
    if (found === undefined) continue;
    const { history: _, ...run } = found;
    yield { ...run, why: error === undefined ? null : plainly(error.message) };
  }
  yield* untold.splice(0);
}

async function* foundOpen(client: Client, query: string): AsyncGenerator<Found> {
  const ahead: Promise<Found | null>[] = [];
  for await (const { workflowId, runId, type } of client.workflow.list({ query, pageSize: PAGE })) {
    const fetching = fetched(client, { workflowId, runId, type });
    // Rejects when it is awaited, which is some histories later.
    fetching.catch(() => undefined);
    ahead.push(fetching);
    if (ahead.length <= FETCHED_AHEAD) continue;
    const found = await ahead.shift();
    if (found != null) yield found;
  }
  for (const fetching of ahead) {
    const found = await fetching;
    if (found !== null) yield found;
  }
}

async function fetched(client: Client, run: { workflowId: string; runId: string; type: string }): Promise<Found | null> {
  const history = await client.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
  return { ...run, events: history.events?.length ?? 0, pinnedTo: buildOf(history), history };
}

function hasBegun({ events }: History): boolean {
  return (events ?? []).some(({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes != null);
}

function buildOf({ events }: History): string | null {
  const last = events?.findLast((event) => event.workflowTaskCompletedEventAttributes != null)?.workflowTaskCompletedEventAttributes;
  return last?.versioningBehavior === VERSIONING_BEHAVIOR_PINNED ? (last.deploymentVersion?.buildId ?? null) : null;
}

/** What failed within a workflow task is quoted by the SDK as its core prints it: "Failure { message: "…", … }". */
function plainly(message: string): string {
  const [, quoted] = /Failure \{ message: ("(?:[^"\\]|\\.)*")/.exec(message) ?? [];
  if (quoted === undefined) return message;
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return message;
  }
}
