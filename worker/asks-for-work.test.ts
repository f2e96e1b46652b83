import assert from 'node:assert/strict';
import { afterEach, beforeEach, test, vi } from 'vitest';
import { ASKS_WITHIN_MS, tellOfNoWork } from './asks-for-work.ts';
import type { NoWork, Standing } from './asks-for-work.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const ASKED: Standing = { waitsFor: null, pollers: async () => new Set(['other', 'this']), identity: 'this' };

/** What a worker that stands so says within 30 seconds of its start. */
async function toldOf(standing: Standing | null): Promise<readonly NoWork[]> {
  const told: NoWork[] = [];
  tellOfNoWork(
    () => standing,
    (why) => void told.push(why),
  );
  await vi.advanceTimersByTimeAsync(ASKS_WITHIN_MS - 1);
  assert.deepEqual(told, [], 'it is not told before 30 seconds are over');
  await vi.advanceTimersByTimeAsync(1);
  return told;
}

test('a worker that has asked for work within 30 seconds says nothing', async () => {
  assert.deepEqual(await toldOf(ASKED), []);
});

test('a worker that waits for Temporal says so and where it looks, goes on, and does not ask what it cannot reach', async () => {
  const pollers = () => assert.fail('there is nobody to ask');
  assert.deepEqual(await toldOf({ ...ASKED, waitsFor: 'Temporal at temporal.example:7233 (TEMPORAL_ADDRESS)', pollers }), [
    {
      level: 'error',
      says: 'No work is asked for yet: the worker waits for Temporal at temporal.example:7233 (TEMPORAL_ADDRESS). Nobody is reminded meanwhile.',
      ends: false,
    },
  ]);
});

test('a worker that waits for nothing and that Temporal has not heard of ends', async () => {
  const [why] = await toldOf({ ...ASKED, pollers: async () => new Set(['other']) });
  assert.deepEqual([why?.level, why?.ends], ['fatal', true]);
  assert.match(why?.says ?? '', /not been asked for work within 30 seconds/);
});

test('a worker does not end because Temporal does not say who has asked', async () => {
  const error = new Error('unavailable');
  const [why] = await toldOf({ ...ASKED, pollers: () => Promise.reject(error) });
  assert.deepEqual([why?.level, why?.ends, why?.error], ['warn', false, error]);
});

test('a worker that is stopping says nothing', async () => {
  assert.deepEqual(await toldOf(null), []);
});
