import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import type { ChangeCommand } from '../../domain/changes/change.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const WHY = { by: 'coordinator', because: 'The headteacher is ill.' };

describe('a stop that is prolonged after Chaser asked about it', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(() => world.end());

  it('is asked about again once the new day has passed, in a letter of its own', async () => {
    const reference = await world.begin('2040-10-08 09:30', { programme: tsiProgrammeFrom('confirm-participation') });
    const change = async (command: ChangeCommand) => {
      await world.postIsDone();
      const counted = await changeDeployment({ db: world.db, client: world.client }, reference, command);
      assert.ok(counted.ok, counted.ok ? '' : counted.reason.message);
    };
    await world.forwardTo(reference, '2040-10-11 11:00');
    await change({ kind: 'stop-clock', ...WHY, scope: null, category: 'illness', from: '2040-10-11', expectedEnd: '2040-10-15' });
    await world.forwardTo(reference, '2040-10-16 12:00');
    await change({ kind: 'prolong-stop', ...WHY, stop: null, expectedEnd: '2040-10-18' });
    await world.forwardTo(reference, '2040-10-19 12:00');
    await world.postIsDone();
    const asked = (await listMessages(world.db, reference)).filter(({ rung }) => rung.startsWith('clock-stop-queried'));
    assert.deepEqual(
      asked.map(({ person, writtenAt, state }) => [person, writtenAt.slice(0, 10), state]),
      [
        ['coordinator', '2040-10-16', 'accepted'],
        ['coordinator', '2040-10-19', 'accepted'],
      ],
    );
  });
});
