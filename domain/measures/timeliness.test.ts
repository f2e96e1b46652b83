import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { APPROACHES, timelinessOf } from './timeliness.ts';
import type { AlikeRequests } from './timeliness.ts';

const request = fc.record({
  count: fc.integer({ min: 1, max: 9 }),
  outcome: fc.constantFrom('answered' as const, 'closed' as const, 'open' as const),
  late: fc.boolean(),
  lateByOriginal: fc.boolean(),
  paused: fc.boolean(),
  moreTime: fc.boolean(),
  days: fc.option(fc.nat({ max: 30 })),
  approach: fc.constantFrom(...APPROACHES),
});
const requests = fc.array(
  request.map(({ approach, ...one }): AlikeRequests => ({ ...one, followed: one.outcome === 'answered' ? approach : null })),
  { maxLength: 30 },
);

describe('a line of the report on timeliness', () => {
  it('leaves no request out: each was answered, closed or is open, and each answer followed something', () => {
    fc.assert(
      fc.property(requests, (all) => {
        const line = timelinessOf(all);
        assert.equal(line.answered + line.closed + line.open, line.asked);
        assert.equal(
          Object.values(line.followed).reduce((sum, one) => sum + one, 0),
          line.answered,
        );
        assert.ok(line.answeredLate <= line.answered && line.answeredLateByOriginal <= line.answered && line.openLate <= line.open);
      }),
    );
  });

  it('is the sum of the lines of any two parts, but for the days', () => {
    fc.assert(
      fc.property(requests, requests, (some, others) => {
        const [one, other, all] = [timelinessOf(some), timelinessOf(others), timelinessOf([...some, ...others])];
        for (const key of [
          'asked',
          'answered',
          'answeredLate',
          'answeredLateByOriginal',
          'closed',
          'open',
          'openLate',
          'paused',
          'moreTime',
          'notCounted',
        ] as const) {
          assert.equal(all[key], one[key] + other[key], key);
        }
        for (const approach of APPROACHES)
          assert.equal(all.followed[approach], one.followed[approach] + other.followed[approach], approach);
      }),
    );
  });

  it('counts days of those that are open as far as they were followed, and leaves out those that no calendar reaches', () => {
    const base = { count: 1, late: false, lateByOriginal: false, paused: false, moreTime: false };
    const line = timelinessOf([
      { ...base, outcome: 'answered', followed: 'request', days: 2 },
      { ...base, outcome: 'open', followed: null, days: 8 },
      { ...base, outcome: 'answered', followed: 'call', days: 6, late: true },
      { ...base, outcome: 'open', followed: null, days: null, late: true },
    ]);
    assert.deepEqual([line.halfWithin, line.nineOfTenWithin, line.notCounted], [6, null, 1]);
    const quick = { ...base, outcome: 'answered', followed: 'request' } as const;
    const beyond = timelinessOf([
      { ...quick, days: 5 },
      { ...quick, days: null, count: 9 },
    ]);
    assert.deepEqual([beyond.halfWithin, beyond.notCounted], [5, 9], 'what cannot be counted is not 0 days');
    assert.deepEqual([line.answeredLate, line.openLate], [1, 1]);
  });

  it('counts what was late by the first date, what was paused and what was given more time', () => {
    const base = { count: 2, late: false, lateByOriginal: true, paused: false, moreTime: false, days: null, followed: null };
    const line = timelinessOf([
      { ...base, outcome: 'answered', followed: 'reminder' },
      { ...base, outcome: 'answered', followed: 'call', lateByOriginal: false, paused: true, count: 3 },
      { ...base, outcome: 'open', moreTime: true, count: 4 },
    ]);
    assert.deepEqual([line.answeredLateByOriginal, line.paused, line.moreTime, line.notCounted, line.halfWithin], [2, 3, 4, 9, null]);
  });

  it('says of no requests that nothing is known of their days', () => {
    const { asked, halfWithin, nineOfTenWithin } = timelinessOf([]);
    assert.deepEqual([asked, halfWithin, nineOfTenWithin], [0, null, null]);
  });
});
