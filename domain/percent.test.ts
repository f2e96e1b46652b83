import assert from 'node:assert/strict';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentOf, percentOfShare } from './percent.ts';

test('a half is rounded upwards, and none is lost to a binary fraction', () => {
  assert.deepEqual([percentOf(1, 8), percentOf(3, 8), percentOf(23, 40), percentOf(0, 7), percentOf(7, 7)], [13, 38, 58, 0, 100]);
  assert.deepEqual([percentOfShare(0.125), percentOfShare(1), percentOfShare(0)], [13, 100, 0]);
});

test('a per cent is the whole number nearest to the share, and of two as near the larger', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (base, given) => {
      const count = given % (base + 1);
      const percent = percentOf(count, base);
      // percent - 1/2 <= 100 count / base < percent + 1/2, in whole numbers.
      assert.ok((2 * percent - 1) * base <= 200 * count && 200 * count < (2 * percent + 1) * base);
    }),
  );
});

test('nothing is a share of nobody', () => {
  expect(() => percentOf(0, 0)).toThrow(RangeError);
});
