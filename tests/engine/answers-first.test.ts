import { WorkflowNotFoundError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import { startDeployment } from '../../desk/start-deployment.ts';
import { answerStep } from '../../desk/answer-step.ts';
import { goingFirst } from '../../desk/going-first.ts';
import { loadProgramme } from '../../programmes/load-programmes.ts';
import { importSample } from '../../register/import-sample.ts';
import { createPinStore } from '../../postgres/pinned/pins.ts';
import { priorityOf as currentPriority } from '../../temporal/priority.ts';
import { createDataConverter } from '../../temporal/payload-codec.ts';
import { raiseMailrooms } from '../../worker/mailroom-priority.ts';
import { deploymentWorkflowId, mailroomWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { moveOnSignal, tellMailroom } from '../../workflows/messages.ts';
import { waitUntil } from '../support/wait-until.ts';
import { workflowBundle } from '../support/workflow-bundle.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/** What was stored, in this order. */
const stored: string[] = [];
let gate: Promise<void> = Promise.resolve();
/** Whose first try fails, as if PostgreSQL were away: what is brought about by time alone is then stored by an activity too. */
let failing = false;
const failed = new Set<string>();

let world: World;
beforeAll(async () => {
  world = await openWorld({
    engine: {
      // One at a time, so that the others wait in Temporal.
      activitiesAtOnce: 1,
      workflowTasksAtOnce: 2,
      observe: (ports) => ({
        ...ports,
        record: {
          ...ports.record,
          storeWakeUp: async (wakeUp) => {
            if (failing && wakeUp.sequence === 0 && !failed.has(wakeUp.reference)) {
              failed.add(wakeUp.reference);
              throw new Error('PostgreSQL is away.');
            }
            stored.push(wakeUp.reference);
            await gate;
            return ports.record.storeWakeUp(wakeUp);
          },
        },
      }),
    },
  });
  await importSample(world.db);
});
afterAll(() => world.end());

test('what somebody waits for is stored with the first priority, and what nobody waits for with that of the server', async () => {
  failing = true;
  const answered = await start('990001', 30_000);
  await world.postIsDone();

  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  stored.length = 0;
  // The first is held while it is stored; the others wait behind it, one after the other.
  const others: string[] = [];
  for (const urn of ['990002', '990003', '990004', '990005', '990006', '990007']) others.push(await start(urn, null));
  await waitUntil('all of them wait to be stored', async () => {
    const waiting = await Promise.all(others.map((reference) => pendingOf(reference)));
    return waiting.every((count) => count === 1);
  });
  const counted = answerStep(
    { db: world.db, client: world.client },
    { reference: answered, step: 'contact-school', answer: 'contacted', via: 'command-line', fields: {} },
  );
  await waitUntil('the answer waits to be stored', async () => (await pendingOf(answered)) === 1);
  open();
  assert.equal((await counted).ok, true);
  await waitUntil('all are stored', async () => new Set(stored).size === others.length + 1);
  // Which goes first is the server's matter: a queue may have several parts, and each part is in order by itself.
  // Its beginning, for which somebody waited too, and the answer.
  assert.deepEqual(await prioritiesOf(answered), [1, 1]);
  for (const other of others) assert.deepEqual(await prioritiesOf(other), [0], other);
});

test('an answer that has waited goes before deployments that have waited longer, and its deployment has its own priority again afterwards', async () => {
  // All of them on the real clock, so that what happened to one can be set beside what happened to another.
  const answered = await start('990008', 30_000);
  const others: string[] = [];
  for (let urn = 990_009; urn <= 990_020; urn += 1) others.push(await start(String(urn), 30_000));
  const counted = await world.withoutWorker(async () => {
    for (const other of others) await world.client.workflow.getHandle(deploymentWorkflowId(other)).signal(moveOnSignal);
    const waiting = world.answer(answered, 'contact-school', 'contacted');
    await waitUntil('it goes first', async () => (await priorityOf(deploymentWorkflowId(answered))) === 1);
    return { waiting };
  });
  await counted.waiting;
  await waitUntil('all the others have been woken', async () => (await Promise.all(others.map(wokenMs))).every((ms) => ms !== null));
  const acceptedMs = (await wokenMs(answered)) ?? Number.NaN;
  const before = (await Promise.all(others.map(wokenMs))).filter((ms) => (ms ?? 0) < acceptedMs).length;
  // The worker takes two at a time.
  assert.ok(before <= 2, `${before} of ${others.length} were woken before ${answered}`);
  assert.equal(await priorityOf(deploymentWorkflowId(answered)), 0);
  const handle = world.client.workflow.getHandle(deploymentWorkflowId(answered));
  const dataConverter = createDataConverter(null, createPinStore(world.application));
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle(), dataConverter }, await handle.fetchHistory(), handle.workflowId);
});

test('an answer that its deadline leaves waiting keeps its place in front', async () => {
  const answered = await world.begin('2040-10-08 09:30');
  await world.postIsDone();
  await world.withoutWorker(async () => {
    const answer = () => world.answer(answered, 'contact-school', 'contacted');
    await assert.rejects(world.client.withDeadline(Date.now() + 2_000, answer), WorkflowUpdateRPCTimeoutOrCancelledError);
    assert.equal(await priorityOf(deploymentWorkflowId(answered)), 1);
  });
});

test('what counts at once costs its deployment no change of priority, and the error of a refusal is passed on', async () => {
  const reference = await world.begin('2040-10-08 09:30');
  const eventsOf = async () => (await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory()).events?.length ?? 0;
  await world.postIsDone();
  const before = await eventsOf();
  assert.equal(await goingFirst(world.client, reference, () => Promise.resolve('counted')), 'counted');
  await assert.rejects(
    goingFirst(world.client, reference, () => Promise.reject(new Error('refused'))),
    /^Error: refused$/,
  );
  assert.equal(await eventsOf(), before);
  // Asked of a workflow that nobody knows, it waits in the order it has.
  assert.equal(await goingFirst(world.client, 'unknown', () => sleep(600, 'late')), 'late');
});

test('the tasks of a mailroom go before those of deployments, from its first letter on', async () => {
  const reference = await world.begin('2040-10-08 09:30');
  await world.postIsDone();
  assert.deepEqual([await priorityOf(mailroomWorkflowId(0)), await priorityOf(deploymentWorkflowId(reference))], [2, 0]);
});

test('a mailroom that an earlier release started gets the priority of mailrooms while it runs, once, and goes on', async () => {
  // It continues as new now and then, and keeps what it was started with.
  const earlier = { mailroom: 1, gatheringMs: 1_000, told: null };
  const handle = await world.client.workflow.start(WORKFLOW_TYPES.mailroom, {
    workflowId: mailroomWorkflowId(1),
    taskQueue: world.temporal.taskQueue,
    args: [earlier],
  });
  const rounds = async () => (await world.client.workflow.getHandle(handle.workflowId).fetchHistory()).events?.filter(isRound).length ?? 0;
  await waitUntil('it has made its first round', async () => (await rounds()) === 1);
  assert.equal(await priorityOf(handle.workflowId), 0);

  assert.deepEqual(await raiseMailrooms(world.client, 3), [1]);
  assert.equal(await priorityOf(handle.workflowId), 2);
  assert.deepEqual(await raiseMailrooms(world.client, 3), []);
  await assert.rejects(world.client.workflow.getHandle(mailroomWorkflowId(2)).describe(), WorkflowNotFoundError);

  await handle.signal(tellMailroom, 'at-once');
  await waitUntil('it has made another round', async () => (await rounds()) === 2);
  // It is the same run, and its activities have its priority.
  assert.equal((await handle.describe()).runId, handle.firstExecutionRunId);
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, await handle.fetchHistory(), handle.workflowId);
});

async function start(urn: string, storedWithinMs: number | null): Promise<string> {
  const programme = loadProgramme('tsi-2022-23');
  assert.ok(programme.ok);
  const desk = { db: world.db, client: world.client, taskQueue: world.temporal.taskQueue };
  const started = await startDeployment(desk, { subject: { kind: 'school', urn }, programme: programme.value }, { storedWithinMs });
  assert.ok(started.ok, JSON.stringify(started));
  return started.value.reference;
}

/** When a deployment was given to a worker after it was signalled or got another priority, in epoch milliseconds; null while it waits for one. */
async function wokenMs(reference: string): Promise<number | null> {
  const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
  const since = (events ?? []).findIndex(
    (event) => event.workflowExecutionSignaledEventAttributes ?? event.workflowExecutionOptionsUpdatedEventAttributes?.priority,
  );
  const woken = (events ?? []).slice(since).find((event) => event.workflowTaskStartedEventAttributes);
  return woken?.eventTime == null ? null : Number(woken.eventTime.seconds) * 1_000 + (woken.eventTime.nanos ?? 0) / 1e6;
}

async function priorityOf(id: string): Promise<number> {
  return (await currentPriority(world.client, id))?.priorityKey ?? Number.NaN;
}

function isRound({ activityTaskCompletedEventAttributes: done }: temporal.api.history.v1.IHistoryEvent): boolean {
  return done != null;
}

/** The priority with which each activity of a deployment was asked for; 0 where the server chooses. */
async function prioritiesOf(reference: string): Promise<readonly number[]> {
  const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
  return (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: asked }) => (asked ? [asked.priority?.priorityKey ?? 0] : []));
}

/** How many activities of a deployment are asked for and not done. */
async function pendingOf(reference: string): Promise<number> {
  const { raw } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).describe();
  return raw.pendingActivities?.length ?? 0;
}
