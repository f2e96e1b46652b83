import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { LeavingQueue } from './leaving-queue.ts';

type Letter = { readonly rank: number };

/** The letter that is looked at next, found by looking at all of them. */
function nextOf(waiting: ReadonlyMap<Letter, number>): readonly [Letter, number] | undefined {
  let found: readonly [Letter, number] | undefined;
  for (const one of waiting) {
    const [{ rank }, atMs] = one;
    if (found === undefined || atMs < found[1] || (atMs === found[1] && rank < found[0].rank)) found = one;
  }
  return found;
}

describe('letters that wait to leave', () => {
  it('come in the order of their moments, and of one moment in the order of their ranks, whatever is put elsewhere or taken out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ rank: fc.integer({ min: 0, max: 3 }), atMs: fc.integer({ min: 0, max: 4 }) }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.array(fc.record({ which: fc.nat({ max: 11 }), to: fc.option(fc.integer({ min: 0, max: 6 }), { freq: 3 }) }), { maxLength: 40 }),
        (given, moves) => {
          const letters = given.map(({ rank }): Letter => ({ rank }));
          const moments = letters.map((letter, at): [Letter, number] => [letter, given[at]?.atMs ?? 0]);
          const queue = new LeavingQueue(moments, (one, other) => one.rank < other.rank);
          const waiting = new Map(moments);
          assert.deepEqual(queue.next(), nextOf(waiting));
          for (const { which, to } of moves) {
            const letter = letters[which % letters.length];
            if (letter === undefined || !waiting.has(letter)) continue;
            if (to === null) {
              queue.remove(letter);
              waiting.delete(letter);
            } else {
              queue.put(letter, to);
              waiting.set(letter, to);
            }
            const [next, expected] = [queue.next(), nextOf(waiting)];
            assert.equal(next?.[0], expected?.[0]);
            assert.equal(next?.[1], expected?.[1]);
            assert.equal(queue.atMsOf(letter), waiting.get(letter));
          }
        },
      ),
    );
  });
});
