import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { restartUnderLoad } from '../support/rolling-restart.ts';
import { openWorld } from '../support/world.ts';

/** The short form of `npm run bench -- restart`, which measures besides how long people wait. */
describe('a rolling restart of workers and web services while people answer', () => {
  it('loses no answer, refuses none, and ends every part by itself', async () => {
    const world = await openWorld({ worker: false });
    const { restarts, answers, counted, saved, failed, lost, killed } = await restartUnderLoad(world, {
      people: 40,
      everyMs: 750,
      rounds: 1,
    });
    await world.end();
    assert.ok(answers >= 10, `only ${answers} answered meanwhile`);
    assert.deepEqual(
      { restarts, told: counted + saved, failed, lost, killed },
      { restarts: 4, told: answers, failed: 0, lost: 0, killed: 0 },
    );
  });
});
