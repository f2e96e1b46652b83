import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { intervalOf } from './interval.ts';

const words = (count: number, base: number, asked: number | null = null, rule: 'wilson' | 'wilson-finite' = 'wilson') => {
  const found = intervalOf(count, base, asked, rule);
  return found === null ? null : `${found.low} to ${found.high}`;
};

describe('the interval of a percentage', () => {
  it('is what Newcombe printed for Wilson’s score in 1998', () => {
    // R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17, table I, method 3.
    assert.equal(words(81, 263), '25.5 to 36.6');
    assert.equal(words(15, 148), '6.2 to 16');
    assert.equal(words(0, 20), '0 to 16.1');
    assert.equal(words(1, 29), '0.6 to 17.2');
  });

  it('ends where a test of the share would just not refuse it, in any part of any population', () => {
    const anyCase = fc
      .record({ base: fc.integer({ min: 10, max: 2_000 }), part: fc.nat(), more: fc.nat(5_000), finite: fc.boolean() })
      .map(({ base, part, more, finite }) => ({ base, count: part % (base + 1), asked: base + more, finite }));
    fc.assert(
      fc.property(anyCase, ({ base, count, asked, finite }) => {
        const found = intervalOf(count, base, asked, finite ? 'wilson-finite' : 'wilson');
        const [share, spread] = [count / base, finite ? Math.sqrt((asked - base) / (asked - 1)) : 1];
        const isNotRefused = (truth: number) =>
          Math.abs(share - truth) <= 1.959963984540054 * spread * Math.sqrt((truth * (1 - truth)) / base) + 1e-12;
        const end = (from: number) => {
          let [inside, outside] = [share, from];
          for (let step = 0; step < 60; step++) {
            const middle = (inside + outside) / 2;
            if (isNotRefused(middle)) inside = middle;
            else outside = middle;
          }
          return inside * 100;
        };
        assert.ok(found !== null && Math.abs(found.low - end(0)) <= 0.051 && Math.abs(found.high - end(1)) <= 0.051);
      }),
      { numRuns: 500 },
    );
  });

  it('is the share alone once everybody who was asked has answered, and narrower the more of them have', () => {
    assert.equal(words(30, 60, 60, 'wilson-finite'), '50 to 50');
    assert.equal(words(30, 60, 80, 'wilson-finite'), '43.7 to 56.3');
    assert.equal(words(30, 60), '37.7 to 62.3');
    assert.equal(words(30, 60, 59, 'wilson-finite'), '50 to 50', 'more say that they have a role than were asked in it');
  });

  it('is none unless it is asked for, and none with a correction where nobody knows of how many', () => {
    assert.equal(intervalOf(5, 10, 20, 'none'), null);
    assert.equal(words(5, 10, null, 'wilson-finite'), null);
    assert.equal(words(5, 10, null), '23.7 to 76.3');
    assert.equal(words(0, 0), null);
  });
});
