import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { listMessages } from '../../postgres/views/deployments.ts';
import { waitUntil } from '../support/wait-until.ts';
import { CRASH_POINTS, startWorkerProcess } from '../support/worker-process.ts';
import type { CrashPoint } from '../support/worker-process.ts';
import { openWorld } from '../support/world.ts';

/** The letters that a deployment writes when it begins: two notices and the request. */
const LETTERS = 3;
const AT_A_TIME = 2;

/**
 * A worker is killed with SIGKILL in each gap of its work, and another takes over. Nothing is lost in any gap. A letter
 * can be sent twice only between the mail server's "accepted" and the mark in the ledger. At most as many letters are
 * repeated as are sent side by side, and each repeat carries the Message-ID of the first.
 */
describe.concurrent('a worker killed', () => {
  it('between "accepted" and the mark says of a letter whose step is answered meanwhile that it was perhaps sent, and does not repeat it', async () => {
    const world = await openWorld({ worker: false });
    const [doomed, heir] = await Promise.all([
      startWorkerProcess(world, { crashAt: 'before-mark', atATime: 1 }),
      startWorkerProcess(world, { atATime: 1 }),
    ]);
    doomed.begin();
    const began = world.begin('2040-10-08 09:30');
    assert.equal(await doomed.exited, 'SIGKILL', 'the worker never came to that point');
    const arrived = () => world.sink.arrived.map(({ messageId }) => messageId);
    assert.equal(arrived().length, 1);
    // Whatever the letter was about ends while nobody sends.
    await world.db.query(`UPDATE deployments SET status = 'withdrawn'`);
    heir.begin();
    const reference = await began;
    await waitUntil('nothing waits any more', async () => {
      const messages = await listMessages(world.db, reference);
      return messages.length === LETTERS && messages.every(({ state }) => state !== 'queued' && state !== 'claimed');
    });
    const letters = await listMessages(world.db, reference);
    assert.deepEqual(
      letters.filter(({ state }) => state === 'perhaps-sent').map(({ messageId }) => messageId),
      arrived(),
      'what arrived is not what is said to have been sent perhaps',
    );
    await heir.stop();
    await world.end();
  });

  for (const point of CRASH_POINTS) {
    it(`${point.replace('-', ' ')} loses nothing${point === 'before-mark' ? ' and repeats at most the letters it was sending' : ' and sends nothing twice'}`, async () => {
      const { arrived, states } = await liveThrough(point);
      const messageIds = new Set(arrived);
      assert.equal(messageIds.size, LETTERS, 'a letter was lost, or repeated as another message');
      assert.deepEqual(states, Array(LETTERS).fill('accepted'));
      const repeats = arrived.length - LETTERS;
      if (point === 'before-mark') assert.ok(repeats >= 1 && repeats <= AT_A_TIME, `${repeats} were said twice`);
      else assert.ok(repeats <= (MAY_BE_IN_HAND[point] ?? 0), `${repeats} were said twice`);
    });
  }
});

/**
 * Letters are sent side by side. While the first is being marked, another may have been accepted and not yet marked:
 * the same gap, seen from that other letter.
 */
const MAY_BE_IN_HAND: Partial<Record<CrashPoint, number>> = { 'after-mark': AT_A_TIME - 1, 'before-send': AT_A_TIME - 1 };

async function liveThrough(crashAt: CrashPoint): Promise<{ readonly arrived: readonly string[]; readonly states: readonly string[] }> {
  const world = await openWorld({ worker: false });
  const [doomed, heir] = await Promise.all([
    startWorkerProcess(world, { crashAt, atATime: AT_A_TIME }),
    startWorkerProcess(world, { atATime: AT_A_TIME }),
  ]);
  doomed.begin();
  const began = world.begin('2040-10-08 09:30');
  assert.equal(await doomed.exited, 'SIGKILL', 'the worker never came to that point');

  heir.begin();
  const reference = await began;
  await waitUntil('every letter is accepted', async () => {
    const messages = await listMessages(world.db, reference);
    return messages.length === LETTERS && messages.every(({ state }) => state === 'accepted');
  });
  const messages = await listMessages(world.db, reference);
  await heir.stop();
  const arrived = world.sink.arrived.map(({ messageId }) => messageId ?? '');
  await world.end();
  return { arrived, states: messages.map(({ state }) => state) };
}
