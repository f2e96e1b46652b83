import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { compareCalls, isForToday } from './call-order.ts';
import type { CallStanding } from './call-order.ts';
import { fromEpochDay, plainDate } from '../time/plain-date.ts';

const call = (key: string, over: Partial<CallStanding> = {}): CallStanding => ({
  key,
  daysLate: 3,
  chasesUnanswered: 3,
  schoolDaysLeft: 20,
  silentBefore: 0,
  callAgainOn: null,
  triedToday: false,
  ...over,
});

const inOrder = (...calls: readonly CallStanding[]): readonly string[] => calls.toSorted(compareCalls).map(({ key }) => key);

describe('the order of calls', () => {
  for (const [what, first] of [
    ['the later step', { daysLate: 4 }],
    ['among equally late ones, whom more e-mails did not move', { chasesUnanswered: 4 }],
    ['then the one whose term ends sooner', { schoolDaysLeft: 2 }],
    ['then the one who was silent more often before', { silentBefore: 1 }],
    ['the one who was promised a call', { callAgainOn: plainDate('2022-11-25'), daysLate: 1 }],
  ] as const) {
    it(`puts first ${what}`, () => {
      assert.deepEqual(inOrder(call('a'), call('b', first)), ['b', 'a']);
    });
  }

  it('puts last what was tried without success today, however late it is', () => {
    assert.deepEqual(inOrder(call('a', { triedToday: true, daysLate: 30 }), call('b')), ['b', 'a']);
  });

  it('ranks lateness above the end of the term', () => {
    assert.deepEqual(inOrder(call('a', { schoolDaysLeft: 1 }), call('b', { daysLate: 5 })), ['b', 'a']);
  });

  it('puts unknown terms after known ones', () => {
    assert.deepEqual(inOrder(call('a', { schoolDaysLeft: null }), call('b', { schoolDaysLeft: 60 })), ['b', 'a']);
  });

  it('puts a call promised for Thursday before one promised for Friday', () => {
    const promised = (key: string, on: string) => call(key, { callAgainOn: plainDate(on) });
    assert.deepEqual(inOrder(promised('a', '2022-11-25'), promised('b', '2022-11-24')), ['b', 'a']);
  });
});

describe('whichever of two calls is looked at first', () => {
  it('an agreed day comes before none, and known terms before unknown ones', () => {
    const agreed = [call('a', { callAgainOn: plainDate('2022-11-25') }), call('a')] as const;
    const known = [call('a', { schoolDaysLeft: 20 }), call('a', { schoolDaysLeft: null })] as const;
    for (const [sooner, later] of [agreed, known]) {
      assert.ok(compareCalls(sooner, later) < 0);
      assert.ok(compareCalls(later, sooner) > 0);
      assert.equal(compareCalls(later, later), 0);
    }
  });
});

describe('a call that was put off', () => {
  it('waits for its day and is shown on it and after it', () => {
    const callAgainOn = plainDate('2022-11-25');
    assert.equal(isForToday({ callAgainOn }, plainDate('2022-11-24')), false);
    assert.equal(isForToday({ callAgainOn }, plainDate('2022-11-25')), true);
    assert.equal(isForToday({ callAgainOn }, plainDate('2022-11-28')), true);
  });

  it('is for today when no day was agreed', () => {
    assert.equal(isForToday({ callAgainOn: null }, plainDate('2022-11-24')), true);
  });
});

const standing = fc.record<CallStanding>(
  {
    key: fc.string({ maxLength: 2 }),
    daysLate: fc.nat(4),
    chasesUnanswered: fc.nat(3),
    schoolDaysLeft: fc.option(fc.nat(3)),
    silentBefore: fc.nat(2),
    callAgainOn: fc.option(fc.integer({ min: 19_300, max: 19_302 }).map(fromEpochDay)),
    triedToday: fc.boolean(),
  },
  // Objects without a prototype would never compare equal to those with one.
  { noNullPrototype: true },
);

describe('the order of any calls', () => {
  it('is total: two calls are equal only when they are alike in everything', () => {
    fc.assert(
      fc.property(standing, standing, (a, b) => {
        assert.equal(Math.sign(compareCalls(a, b)), -Math.sign(compareCalls(b, a)) + 0);
        if (compareCalls(a, b) === 0) assert.deepEqual(a, b);
      }),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(standing, standing, standing, (a, b, c) => {
        if (compareCalls(a, b) <= 0 && compareCalls(b, c) <= 0) assert.ok(compareCalls(a, c) <= 0);
      }),
    );
  });

  it('does not depend on the order of the input', () => {
    fc.assert(
      fc.property(fc.array(standing), (calls) => {
        assert.deepEqual(calls.toSorted(compareCalls), calls.toReversed().toSorted(compareCalls));
      }),
    );
  });

  it('never ranks a call whose step is later below one that is less late, all else being equal', () => {
    fc.assert(
      fc.property(standing, fc.integer({ min: 1, max: 50 }), (less, more) => {
        assert.ok(compareCalls({ ...less, daysLate: less.daysLate + more }, less) < 0);
      }),
    );
  });

  it('never ranks a call lower for more chases, fewer days of term or more silence, all else being equal', () => {
    fc.assert(
      fc.property(standing, fc.integer({ min: 1, max: 50 }), (less, more) => {
        assert.ok(compareCalls({ ...less, chasesUnanswered: less.chasesUnanswered + more }, less) < 0);
        assert.ok(compareCalls({ ...less, silentBefore: less.silentBefore + more }, less) < 0);
        const days = less.schoolDaysLeft ?? 0;
        assert.ok(compareCalls({ ...less, schoolDaysLeft: days }, { ...less, schoolDaysLeft: days + more }) < 0);
      }),
    );
  });
});
