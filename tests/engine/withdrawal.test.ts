import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { refusalIn } from '../../desk/answer-step.ts';
import { listMessages, listSteps } from '../../postgres/views/deployments.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { withdrawUpdate } from '../../workflows/messages.ts';
import { storedOf } from '../support/stored.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('a withdrawal', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  it('ends the deployment at once, and queued letters are never sent', async () => {
    await world.sink.goAway();
    const reference = await world.begin('2040-10-08 09:30');
    const handle = world.client.workflow.getHandle(deploymentWorkflowId(reference));
    // Each letter was tried in vain and is back in the queue, so none is on its way while the deployment ends.
    await waitUntil('every letter waits', async () =>
      (await listMessages(world.db, reference)).every(({ state, reason }) => state === 'queued' && reason !== null),
    );

    const wrong = await handle
      .executeUpdate(withdrawUpdate, { args: [{ end: 'completed', because: '', by: 'region' }] })
      .then(() => undefined, refusalIn);
    assert.equal(wrong?.kind, 'unknown-end');
    assert.match(wrong?.remedy ?? '', /declined, not-eligible, not-matched, withdrawn/);
    const counted = await handle.executeUpdate(withdrawUpdate, {
      args: [{ end: 'withdrawn', because: 'The school closes.', by: 'region' }],
    });
    assert.equal(counted.ended, 'withdrawn');

    await world.sink.comeBack();
    await world.postIsDone();
    const messages = await listMessages(world.db, reference);
    const told = messages.filter(({ kind }) => kind === 'news');
    assert.deepEqual(
      told.map(({ rung, person, state }) => [rung, person, state]),
      [['deployment-withdrawn-1', 'coordinator', 'accepted']],
    );
    const asked = messages.filter(({ kind }) => kind !== 'news');
    assert.equal(asked.length, 3);
    for (const { state, reason } of asked) assert.deepEqual([state, reason], ['suppressed', 'The deployment was withdrawn.']);
    assert.equal(world.sink.arrived.length, told.length);

    const [step, ...others] = await listSteps(world.db, reference);
    assert.deepEqual(
      [step?.step, step?.state, step?.closedBecause, others.length],
      ['contact-school', 'overtaken', 'The deployment ended: Withdrawn.', 0],
    );
    const { deployments } = await storedOf(world.db, reference);
    const {
      status,
      ended_as: endedAs,
      ended_because: because,
    } = deployments[0] as Record<string, unknown> & { status: string; ended_as: string; ended_because: string };
    assert.deepEqual([status, endedAs, because], ['withdrawn', 'withdrawn', 'The school closes.']);
    // It can be reopened for twenty working days; then its workflow ends.
    await world.forwardTo(reference, '2040-11-06 12:00');
    assert.deepEqual(await handle.result(), { reference, end: 'withdrawn', events: counted.sequence });
  });
});
