import assert from 'node:assert/strict';
import { test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('so many are worked on at once and no more, and what each brought comes in their order, whichever was done first', async () => {
  const all = Array.from({ length: 20 }, (_, number) => number);
  let running = 0;
  let most = 0;
  const done = await sideBySide(
    all,
    async (number) => {
      most = Math.max(most, (running += 1));
      for (let turn = 0; turn < (number * 7) % 5; turn += 1) await Promise.resolve();
      running -= 1;
      return number * 2;
    },
    3,
  );
  assert.equal(most, 3);
  assert.deepEqual(
    done,
    all.map((number) => number * 2),
  );
});

test('it fails when one fails, and is done at once with nothing to do', async () => {
  await assert.rejects(
    sideBySide([1, 2, 3], (number) => (number === 2 ? Promise.reject(new Error('two')) : Promise.resolve())),
    /two/,
  );
  assert.deepEqual(await sideBySide([], () => assert.fail('nothing was to be done')), []);
});
