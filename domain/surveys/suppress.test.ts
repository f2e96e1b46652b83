import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { hiddenOf, LEAST_BASE, LEAST_COUNT } from './suppress.ts';
import type { Counted } from './suppress.ts';

const hidden = (counts: readonly number[], more: Partial<Counted> = {}) => {
  const base = counts.reduce((sum, one) => sum + one, 0);
  const found = hiddenOf({ counts: counts.map((count, at) => ({ id: String(at), count })), base, net: [], multiple: false, ...more });
  return { options: [...found.options].toSorted(), net: found.net };
};

/** Options of a row with at least ten answers, of which the first so many are a net. */
const aRow = fc
  .record({ counts: fc.array(fc.nat(30), { minLength: 2, maxLength: 7 }), net: fc.nat(6) })
  .map(({ counts, net }) => ({ counts, net: Math.min(net, counts.length), base: counts.reduce((sum, one) => sum + one, 0) }))
  .filter(({ base }) => base >= LEAST_BASE);

describe('what is hidden of small counts', () => {
  it('is a small count and the smallest other from which it would follow', () => {
    assert.deepEqual(hidden([12, 5, 3]).options, ['1', '2']);
    assert.deepEqual(hidden([12, 8, 0]).options, []);
    assert.deepEqual(hidden([12, 4, 4]).options, ['1', '2']);
    assert.deepEqual(hidden([12, 1, 1]).options, ['0', '1', '2']);
  });

  it('is worked out among the options of a net and among the others, since the net tells the sum of each', () => {
    assert.deepEqual(hidden([9, 3, 8], { net: ['0', '1'] }), { options: ['0', '1'], net: false });
    assert.deepEqual(hidden([3, 0, 17], { net: ['0', '1'] }), { options: ['0', '2'], net: true });
    assert.deepEqual(hidden([10, 7, 3], { net: ['0', '1'] }), { options: ['1', '2'], net: true });
  });

  it('is each option by itself where several could be chosen, and what nearly everybody chose', () => {
    assert.deepEqual(hidden([3, 18, 20, 10, 0], { multiple: true, base: 20 }).options, ['0', '1']);
  });

  it('leaves no small count to be worked out by taking what is shown from the base or the net', () => {
    fc.assert(
      fc.property(aRow, ({ counts, net, base }) => {
        const ids = counts.map((_, at) => String(at)).slice(0, net);
        const found = hidden(counts, { net: ids });
        const isSmall = (count: number) => count > 0 && count < LEAST_COUNT;
        const parts = counts.map((count, at) => ({ count, isShown: !found.options.includes(String(at)), inNet: at < net }));
        assert.ok(parts.every(({ count, isShown }) => !isShown || !isSmall(count)));
        const groups = found.net ? [parts] : [parts.filter(({ inNet }) => inNet), parts.filter(({ inNet }) => !inNet)];
        for (const group of groups) {
          const unsaid = group.filter(({ isShown }) => !isShown);
          const sum = unsaid.reduce((total, { count }) => total + count, 0);
          assert.ok(unsaid.length === 0 || (unsaid.length >= 2 && sum >= LEAST_COUNT), JSON.stringify({ counts, net }));
        }
        const together = counts.slice(0, net).reduce((sum, one) => sum + one, 0);
        assert.ok(found.net || (!isSmall(together) && !isSmall(base - together)));
      }),
    );
  });

  it('is nothing where every count is nought or enough', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 50 })), { minLength: 2, maxLength: 7 }), (counts) => {
        assert.deepEqual(hidden(counts).options, []);
      }),
    );
  });
});
