import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { daysUntilDone, shareStillOpen, waitedLonger } from './survival.ts';
import type { Followed } from './survival.ts';

const done = (days: number, count = 1): Followed => ({ days, count, ended: true });
const open = (days: number, count = 1): Followed => ({ days, count, ended: false });

describe('the days until a share is done', () => {
  it('count whoever is still waited for as long as they were followed', () => {
    const followed = [done(2), open(3), done(4), open(9)];
    assert.equal(daysUntilDone(followed, 0.25), 2);
    assert.equal(daysUntilDone(followed, 0.5), 4);
    assert.equal(daysUntilDone(followed, 0.9), null);
  });

  it('are those of the textbook: remission of 21 patients on 6-mercaptopurine (Freireich, 1963)', () => {
    const remission = [done(6, 3), open(6), done(7), open(9), done(10), open(10), open(11), done(13), done(16)];
    const longer = [open(17), open(19), open(20), done(22), done(23), open(25), open(32, 2), open(34), open(35)];
    assert.equal(daysUntilDone([...remission, ...longer], 0.5), 23, 'the published median is 23 weeks');
    assert.equal(daysUntilDone([...remission, ...longer], 0.25), 13);
  });

  it('are not known of nobody, and of those of whom none is done', () => {
    assert.equal(daysUntilDone([], 0.5), null);
    assert.equal(daysUntilDone([open(5, 3)], 0.5), null);
  });

  it('refuse a share that is none', () => {
    for (const share of [0, -1, 1.01, Number.NaN])
      assert.throws(() => daysUntilDone([done(1)], share), /^RangeError: A share is more than 0 and at most 1, not /);
  });

  it('are those by which so many came, when all are done', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.25, 0.5, 0.75, 0.9, 1),
        (days, share) => {
          const sorted = days.toSorted((one, other) => one - other);
          assert.equal(
            daysUntilDone(
              days.map((one) => done(one)),
              share,
            ),
            sorted[Math.ceil(share * days.length - 1e-9) - 1],
          );
        },
      ),
    );
  });

  it('are never fewer when somebody who was done is still waited for', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 20 }), fc.boolean()), { minLength: 1, maxLength: 30 }), (each) => {
        const all = each.map(([days]) => done(days));
        const some = each.map(([days, ended]) => ({ days, count: 1, ended }));
        const known = daysUntilDone(some, 0.5);
        assert.ok(known === null || known >= (daysUntilDone(all, 0.5) ?? Infinity));
      }),
    );
  });

  it('do not depend on how equal ones are put together', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 5 }), fc.boolean()), { maxLength: 20 }), (groups) => {
        const together = groups.map(([days, count, ended]) => ({ days, count, ended }));
        const apart = together.flatMap(({ days, count, ended }) => Array.from({ length: count }, () => ({ days, count: 1, ended })));
        assert.equal(daysUntilDone(together, 0.5), daysUntilDone(apart.toReversed(), 0.5));
      }),
    );
  });
});

describe('the share that is still waited for', () => {
  const followed = [done(2), open(3), done(4), open(9)];

  it('falls on each day on which something was done, and stays as it is between them', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 8, 99].map((days) => shareStillOpen(followed, days)),
      [1, 1, 0.75, 0.75, 0.375, 0.375, 0.375],
    );
    assert.equal(shareStillOpen([], 5), 1);
  });

  it('is asked of those who have waited longer than so many days', () => {
    assert.deepEqual(waitedLonger(followed, 3), [done(4), open(9)]);
    assert.deepEqual(waitedLonger(followed, 9), []);
  });
});
