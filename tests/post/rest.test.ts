import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { mailroomWorkflowId } from '../../workflows/ids.ts';
import { PEOPLE } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('a mailroom', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ engine: { retrySeconds: 60 } });
  });
  afterAll(() => world.end());

  const eventsOf = async () => (await world.client.workflow.getHandle(mailroomWorkflowId(0)).describe()).historyLength;

  it('makes no rounds while nothing waits, until it is told of a letter', async () => {
    await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await sleep(300);
    const before = await eventsOf();
    await sleep(1_500);
    assert.equal(await eventsOf(), before);
  });

  it('sleeps until the time when a letter that was put off may be tried again', async () => {
    world.sink.defers.add(PEOPLE.region.email);
    await world.begin('2040-10-08 09:30');
    await sleep(1_000);
    const before = await eventsOf();
    await sleep(1_500);
    assert.equal(await eventsOf(), before);
  });
});
