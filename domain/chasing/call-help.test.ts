import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { fromEpochDay, plainDate } from '../time/plain-date.ts';
import { compareByHelp, worthOf } from './call-help.ts';
import type { CallHelp, HelpedCall } from './call-help.ts';
import { compareCalls } from './call-order.ts';
import type { CallStanding } from './call-order.ts';

const help = (over: Partial<CallHelp> = {}): CallHelp => ({
  silence: 0.5,
  from: 'step',
  requests: 40,
  daysSooner: 10,
  term: { plays: 20, missed: 12, missedIfAnswered: 4 },
  ...over,
});
const call = (key: string, its: CallHelp | null = help(), over: Partial<CallStanding> = {}): HelpedCall => ({
  standing: { key, daysLate: 3, chasesUnanswered: 3, schoolDaysLeft: 20, silentBefore: 0, callAgainOn: null, triedToday: false, ...over },
  help: its,
});
const inOrder = (...calls: readonly HelpedCall[]) => calls.toSorted(compareByHelp).map(({ standing }) => standing.key);

describe('what a call is worth', () => {
  it('is what an answer would bring, times how likely it is that none comes without a call', () => {
    assert.deepEqual(worthOf(help()), { percent: 20, days: 5 });
    assert.deepEqual(worthOf(help({ silence: 0 })), { percent: 0, days: 0 }, 'whoever answers anyway need not be called');
  });

  it('is nothing where nothing is known or an answer would change nothing, and never less', () => {
    for (const nothing of [
      null,
      help({ daysSooner: null, term: null }),
      help({ daysSooner: -3, term: { plays: 20, missed: 4, missedIfAnswered: 5 } }),
    ]) {
      assert.deepEqual(worthOf(nothing), { percent: 0, days: 0 });
    }
  });
});

describe('the order in which calls help most', () => {
  it('puts first the call that saves the end of a term, before one that saves more days', () => {
    assert.deepEqual(inOrder(call('a', help({ daysSooner: 90, term: null })), call('b', help({ daysSooner: 0 }))), ['b', 'a']);
  });

  it('puts first whoever is likelier to stay silent, all else being equal', () => {
    assert.deepEqual(inOrder(call('a', help({ silence: 0.4 })), call('b', help({ silence: 0.9 }))), ['b', 'a']);
  });

  it('then puts first the call that saves more days, and then the later step', () => {
    assert.deepEqual(inOrder(call('a'), call('b', help({ daysSooner: 30 }))), ['b', 'a']);
    assert.deepEqual(inOrder(call('a'), call('b', help(), { daysLate: 9 })), ['b', 'a']);
  });

  it('keeps calls that were agreed for a day first, and what was tried today last, whatever they help', () => {
    const agreed = call('a', null, { callAgainOn: plainDate('2022-11-25') });
    assert.deepEqual(inOrder(call('b', help({ silence: 1 })), agreed), ['a', 'b']);
    assert.deepEqual(inOrder(call('a', help({ silence: 1 }), { triedToday: true }), call('b', null)), ['b', 'a']);
  });
});

const share = fc.integer({ min: 0, max: 4 }).map((quarters) => quarters / 4);
const anyHelp = fc.option(
  fc.record<CallHelp>(
    {
      silence: share,
      from: fc.constantFrom('step', 'programme', 'assumed'),
      requests: fc.nat(20),
      daysSooner: fc.option(fc.nat(3)),
      term: fc.option(fc.record({ plays: fc.constant(20), missed: fc.nat(20), missedIfAnswered: fc.nat(20) }, { noNullPrototype: true })),
    },
    { noNullPrototype: true },
  ),
);
const standing = fc.record<CallStanding>(
  {
    key: fc.string({ maxLength: 2 }),
    daysLate: fc.nat(2),
    chasesUnanswered: fc.nat(2),
    schoolDaysLeft: fc.option(fc.nat(2)),
    silentBefore: fc.nat(1),
    callAgainOn: fc.option(fc.integer({ min: 19_300, max: 19_301 }).map(fromEpochDay)),
    triedToday: fc.boolean(),
  },
  { noNullPrototype: true },
);
const anyCall = fc.record<HelpedCall>({ standing, help: anyHelp }, { noNullPrototype: true });

describe('the order in which any calls help most', () => {
  it('is total: two calls are equal only when their standing is alike, key and all', () => {
    fc.assert(
      fc.property(anyCall, anyCall, (a, b) => {
        assert.equal(Math.sign(compareByHelp(a, b)), -Math.sign(compareByHelp(b, a)) + 0);
        if (compareByHelp(a, b) === 0) assert.deepEqual(a.standing, b.standing);
      }),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(anyCall, anyCall, anyCall, (a, b, c) => {
        if (compareByHelp(a, b) <= 0 && compareByHelp(b, c) <= 0) assert.ok(compareByHelp(a, c) <= 0);
      }),
    );
  });

  it('does not depend on the order of the input, and has each call once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyCall, { selector: ({ standing: { key } }) => key }), (calls) => {
        const ordered = calls.toSorted(compareByHelp);
        assert.deepEqual(ordered, calls.toReversed().toSorted(compareByHelp));
        assert.deepEqual(new Set(ordered), new Set(calls));
        assert.equal(ordered.length, calls.length);
      }),
    );
  });

  it('is the order of lateness where nothing is known of any call', () => {
    fc.assert(
      fc.property(fc.array(standing), (standings) => {
        const calls = standings.map((one) => ({ standing: one, help: null }));
        assert.deepEqual(
          calls.toSorted(compareByHelp).map((one) => one.standing),
          standings.toSorted(compareCalls),
        );
      }),
    );
  });

  it('never ranks a call lower for a likelier silence, all else being equal', () => {
    fc.assert(
      fc.property(anyCall, share, (one, silence) => {
        if (one.help === null) return;
        const silent = { ...one, help: { ...one.help, silence: Math.max(silence, one.help.silence) } };
        assert.ok(compareByHelp(silent, one) <= 0);
      }),
    );
  });
});
