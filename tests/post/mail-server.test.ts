import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { listMessages, listTasks } from '../../postgres/views/deployments.ts';
import { PEOPLE } from '../support/people.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

describe('the mail server', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.end());

  const statesOf = async (reference: string) =>
    (await listMessages(world.db, reference)).map(({ step, rung, person, state }) => `${step} ${rung} ${person}: ${state}`);

  it('holds up no deployment while it is down for a day; later it gets the letters still wanted, and the rest are suppressed with the reason', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.sink.goAway();

    await world.answer(reference, 'contact-school', 'contacted');
    await world.forwardTo(reference, '2040-10-10 12:00');
    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'coordinator', onBehalfOf: 'head' });
    const during = await listMessages(world.db, reference);
    assert.equal(during.find(({ rung }) => rung === 'reminder-3')?.state === 'accepted', false);
    assert.ok(
      during.some(({ step }) => step === 'provide-details'),
      'the next step opened though no mail could leave',
    );
    // A day passes on the clock while everything waits.
    await world.db.query("UPDATE messages SET queued_at = queued_at - interval '1 day' WHERE state IN ('queued', 'claimed')");
    await world.sink.comeBack();
    await waitUntil('the post is settled', async () =>
      (await listMessages(world.db, reference)).every(({ state }) => state === 'accepted' || state === 'suppressed'),
    );

    assert.deepEqual(await statesOf(reference), [
      'contact-school notice-diocese diocese: accepted',
      'contact-school notice-local-authority authority: accepted',
      'contact-school request region: accepted',
      'confirm-participation request head: suppressed',
      'confirm-participation reminder-3 head: suppressed',
      'provide-details request region: accepted',
    ]);
    const suppressed = (await listMessages(world.db, reference)).filter(({ state }) => state === 'suppressed');
    for (const { reason } of suppressed) assert.equal(reason, 'The step was answered before the letter left.');
    assert.equal(world.sink.arrived.filter(({ recipient }) => recipient === PEOPLE.region.email).length, 2);
  });

  it('that was away for nine days is then given one letter of each step, the newest', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.sink.goAway();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.forwardTo(reference, '2040-10-17 12:00');
    await waitUntil('the overdue notice is written', async () =>
      (await listMessages(world.db, reference)).some(({ kind, person }) => kind === 'overdue' && person === 'head'),
    );
    // The nine days go by on the wall, too.
    await world.db.query(
      "UPDATE messages SET queued_at = queued_at - interval '9 days' WHERE state IN ('queued', 'claimed') AND kind <> 'overdue'",
    );
    await world.sink.comeBack();
    await waitUntil('the post is settled', async () =>
      (await listMessages(world.db, reference)).every(({ state }) => state === 'accepted' || state === 'suppressed'),
    );
    const ofHead = (await listMessages(world.db, reference)).filter(({ person }) => person === 'head');
    assert.deepEqual(
      ofHead.map(({ kind, state }) => `${kind} ${state}`),
      ['request suppressed', 'reminder suppressed', 'reminder suppressed', 'overdue accepted'],
    );
    for (const { reason } of ofHead.slice(0, -1)) assert.equal(reason, 'A later letter about this step goes in its place.');
    assert.equal(world.sink.arrived.filter(({ recipient }) => recipient === PEOPLE.head.email).length, 1);
  });

  it('that refuses an address fails the letter, opens a contact task, ends that person’s letters and holds up nobody else', async () => {
    world.sink.refuses.add(PEOPLE.head.email);
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-18 12:00');
    await world.postIsDone();

    const ofStep = (await listMessages(world.db, reference)).filter(({ step }) => step === 'confirm-participation');
    assert.deepEqual(
      ofStep.map(({ rung, state }) => [rung, state]),
      [
        ['request', 'failed'],
        ['reminder-3', 'suppressed'],
        ['reminder0', 'suppressed'],
        ['overdue+1', 'suppressed'],
        ['call+3', 'accepted'],
      ],
    );
    assert.match(ofStep[0]?.reason ?? '', /550 No such mailbox here/);
    assert.match(ofStep[1]?.reason ?? '', /refused this address for good/);
    const contact = (await listTasks(world.db, reference)).filter(({ kind }) => kind === 'contact');
    assert.equal(contact.length, 1);
    assert.equal(contact[0]?.person, PEOPLE.head.name);
    assert.match(contact[0]?.detail ?? '', /^address-refused: head@hillside\.example: .*550/);
  });

  it('that puts one address off (“try again later”) makes that letter wait on its own, and holds up nobody else', async () => {
    world.sink.defers.add(PEOPLE.region.email);
    const reference = await world.begin('2040-10-08 09:30');
    await waitUntil('the notices have left', () => world.sink.arrived.length === 2);
    await waitUntil('the request was put off', async () =>
      (await listMessages(world.db, reference)).some(
        ({ kind, state, reason }) => kind === 'request' && state === 'queued' && /Greylisted/.test(reason ?? ''),
      ),
    );
    world.sink.defers.clear();
    await waitUntil('the request is accepted', async () =>
      (await listMessages(world.db, reference)).every(({ state }) => state === 'accepted'),
    );
    assert.equal(world.sink.arrived.filter(({ recipient }) => recipient === PEOPLE.region.email).length, 1);
  });
});
