import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/codec-helpers.js';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type proto from '@temporalio/proto';

type Event = proto.temporal.api.history.v1.IHistoryEvent;
type Payloads = proto.temporal.api.common.v1.IPayloads | null | undefined;

/** One activity that a workflow asked for, with what it was given. Of a local one, a history holds what it returned alone, and only once it has. */
export type AskedActivity = {
  readonly type: string;
  /** Undefined for a local one. */
  readonly input: unknown;
  readonly askedAtMs: number;
  /** What it returned; null while it has not. */
  readonly done: { readonly result: unknown } | null;
};

/** What a workflow's histories say of it, over all runs that they are kept of. */
export type WorkflowStory = {
  /** `broken-off`: terminated, failed, cancelled or timed out. */
  readonly state: 'running' | 'ended' | 'broken-off';
  /** The input of the oldest run that is kept. */
  readonly input: unknown;
  /** Oldest first. */
  readonly activities: readonly AskedActivity[];
  /** What updates that were taken carried, oldest first. */
  readonly updates: readonly { readonly name: string; readonly input: unknown }[];
};

/**
 * Reads everything that the engine remembers of a workflow: from its current run back through those that it continued, as long as
 * their histories are kept. Null when it knows none. It asks no worker.
 */
export async function readWorkflowStory(client: Client, workflowId: string): Promise<WorkflowStory | null> {
  const runs: (readonly Event[])[] = [];
  let runId: string | undefined;
  for (;;) {
    const events = await historyOf(client, workflowId, runId);
    const started = events?.[0]?.workflowExecutionStartedEventAttributes;
    if (events === null || started == null) break;
    runs.unshift(events);
    if (!started.continuedExecutionRunId) break;
    runId = started.continuedExecutionRunId;
  }
  const [first] = runs;
  const newest = runs.at(-1);
  if (first === undefined || newest === undefined) return null;
  const perRun = await Promise.all(runs.map((events) => readRun(client, events)));
  return {
    state: stateAfter(newest),
    input: await firstOf(client, first[0]?.workflowExecutionStartedEventAttributes?.input),
    activities: perRun.flatMap(({ activities }) => activities),
    updates: perRun.flatMap(({ updates }) => updates),
  };
}

/** The ids of the workflows of a type that the engine keeps, those that were started last first: all, or so many at the most. */
export async function listWorkflows(
  client: Client,
  type: string,
  { most = Infinity }: { readonly most?: number } = {},
): Promise<readonly string[]> {
  const ids = new Set<string>();
  const query = `WorkflowType = '${type}'`;
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1_000 })) {
    ids.add(workflowId);
    if (ids.size >= most) break;
  }
  return [...ids];
}

async function historyOf(client: Client, workflowId: string, runId: string | undefined): Promise<readonly Event[] | null> {
  try {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

const GRPC_NOT_FOUND = 5;

function isNotFound(error: unknown): boolean {
  return error instanceof WorkflowNotFoundError || (error instanceof Error && 'code' in error && Number(error.code) === GRPC_NOT_FOUND);
}

async function readRun(
  client: Client,
  events: readonly Event[],
): Promise<{ readonly activities: readonly AskedActivity[]; readonly updates: WorkflowStory['updates'] }> {
  const results = new Map<string, Payloads>();
  for (const { activityTaskCompletedEventAttributes: done } of events) if (done) results.set(String(done.scheduledEventId), done.result);
  const activities: AskedActivity[] = [];
  const updates: { name: string; input: unknown }[] = [];
  for (const {
    eventId,
    eventTime,
    activityTaskScheduledEventAttributes: asked,
    markerRecordedEventAttributes: marked,
    workflowExecutionUpdateAcceptedEventAttributes: taken,
  } of events) {
    if (asked) {
      const result = results.get(String(eventId));
      activities.push({
        type: asked.activityType?.name ?? '',
        input: await firstOf(client, asked.input),
        askedAtMs: tsToMs(eventTime),
        done: results.has(String(eventId)) ? { result: await firstOf(client, result) } : null,
      });
    }
    if (marked?.markerName === LOCAL_ACTIVITY && !marked.failure) {
      activities.push({
        type: localTypeOf(marked.details?.['data']),
        input: undefined,
        askedAtMs: tsToMs(eventTime),
        done: { result: await firstOf(client, marked.details?.['result']) },
      });
    }
    const input = taken?.acceptedRequest?.input;
    if (input) updates.push({ name: input.name ?? '', input: await firstOf(client, input.args) });
  }
  return { activities, updates };
}

/** The marker with which the SDK keeps what a local activity returned. */
const LOCAL_ACTIVITY = 'core_local_activity';

/** Which local activity a marker is of. The SDK writes this as JSON, and nothing encrypts it. */
function localTypeOf(data: Payloads): string {
  const text = Buffer.from(data?.payloads?.[0]?.data ?? []).toString();
  return (JSON.parse(text) as { readonly activity_type: string }).activity_type;
}

async function firstOf(client: Client, payloads: Payloads): Promise<unknown> {
  const [first] = await decodeArrayFromPayloads(client.options.loadedDataConverter, payloads?.payloads);
  return first;
}

function stateAfter(events: readonly Event[]): WorkflowStory['state'] {
  const last = events.at(-1);
  if (last?.workflowExecutionCompletedEventAttributes) return 'ended';
  const broken =
    last?.workflowExecutionFailedEventAttributes ??
    last?.workflowExecutionTerminatedEventAttributes ??
    last?.workflowExecutionCanceledEventAttributes ??
    last?.workflowExecutionTimedOutEventAttributes;
  return broken ? 'broken-off' : 'running';
}
