import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listMessages } from '../../postgres/views/deployments.ts';
import { PEOPLE } from '../support/people.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('reminders to one person on one morning', () => {
  let world: World;
  beforeAll(async () => {
    world = await openWorld({ engine: { gatheringMs: 8_000 } });
  });
  afterAll(() => world.end());

  it('travel in one e-mail with a section each, and both letters are marked as sent', async () => {
    const references = await Promise.all([world.begin('2040-10-08 09:30'), world.begin('2040-10-08 09:30')]);
    await world.postIsDone();
    for (const reference of references) await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    const before = world.sink.arrived.length;
    await Promise.all(references.map((reference) => world.forwardTo(reference, '2040-10-10 12:00')));
    await world.postIsDone();

    const arrived = world.sink.arrived.slice(before);
    assert.deepEqual(
      arrived.map(({ recipient }) => recipient),
      [PEOPLE.head.email],
    );
    const [digest] = arrived;
    for (const reference of references) assert.match(digest?.text ?? '', new RegExp(reference));
    const letters = (await Promise.all(references.map((reference) => listMessages(world.db, reference))))
      .flat()
      .filter(({ rung }) => rung === 'reminder-3');
    assert.deepEqual(
      letters.map(({ state, messageId }) => [state, messageId]),
      [
        ['accepted', digest?.messageId],
        ['accepted', digest?.messageId],
      ],
    );
  });

  it('never hold back a first request, which leaves at once', async () => {
    // A letter that waited to be gathered would still be waiting.
    const patient = await openWorld({ engine: { gatheringMs: 3_600_000 } });
    try {
      const reference = await patient.begin('2040-11-05 09:30');
      await patient.postIsDone();
      const letters = await listMessages(patient.db, reference);
      assert.ok(letters.some(({ kind }) => kind === 'request'));
      assert.ok(letters.every(({ state }) => state === 'accepted'));
    } finally {
      await patient.end();
    }
  });
});
