import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { CallHelp } from '../../domain/chasing/call-help.ts';
import { addDays, plainDate } from '../../domain/time/plain-date.ts';
import { callsForToday, whereItIs } from './today-view.ts';

const OPENED = '2026-12-10T08:11:00.000Z';

describe('an escalation on Today', () => {
  it('says since when whoever has it now has had it, not that it was escalated to them on the first day', () => {
    assert.equal(
      whereItIs({ to: 'Rafael Winterbourne', openedAt: OPENED, since: '2026-12-15T08:33:00.000Z' }),
      'Escalated on Thursday 10 December 2026, and with Rafael Winterbourne since Tuesday 15 December 2026.',
    );
  });

  it('says to whom it was escalated while it has not gone on', () => {
    assert.equal(
      whereItIs({ to: 'Hester Applegarth', openedAt: OPENED, since: OPENED }),
      'Escalated to Hester Applegarth on Thursday 10 December 2026.',
    );
    assert.equal(
      whereItIs({ to: null, openedAt: OPENED, since: OPENED }),
      'Escalated to nobody, because nobody holds the role, on Thursday 10 December 2026.',
    );
  });
});

describe('the calls for today', () => {
  const today = plainDate('2026-12-10');
  const day = fc.option(fc.integer({ min: -2, max: 2 }).map((days) => addDays(today, days)));
  const calls = fc.uniqueArray(
    fc.record({
      key: fc.string({ maxLength: 2 }),
      callAgainOn: day,
      promisedOn: day,
      triedToday: fc.boolean(),
      daysLate: fc.nat(3),
      silence: fc.option(fc.nat(2)),
    }),
    { selector: ({ key }) => key },
  );
  const helpOf = ({ silence }: { readonly silence: number | null }): CallHelp | null =>
    silence === null ? null : { silence: silence / 2, from: 'step', requests: 10, daysSooner: 9, term: null };

  it('are the same calls in either order, each once, and none of them was put off or promised for later', () => {
    fc.assert(
      fc.property(calls, (some) => {
        const open = some.map(({ silence, ...standing }) => ({
          today,
          silence,
          standing: { ...standing, chasesUnanswered: 1, schoolDaysLeft: null, silentBefore: 0 },
        }));
        const [byHelp, byLateness] = (['help', 'late'] as const).map((order) =>
          callsForToday(open, null, order, helpOf).map(({ standing }) => standing.key),
        );
        const expected = some
          .filter(({ callAgainOn, promisedOn }) => (callAgainOn ?? today) <= today && (promisedOn === null || promisedOn < today))
          .map(({ key }) => key);
        assert.deepEqual(byHelp?.toSorted(), expected.toSorted());
        assert.deepEqual(byLateness?.toSorted(), expected.toSorted());
      }),
    );
  });

  it('puts the call first that was agreed for today, whatever another would help', () => {
    const standing = (key: string, callAgainOn: typeof today | null) => ({
      ...{ key, callAgainOn, triedToday: false, daysLate: 1, chasesUnanswered: 1, schoolDaysLeft: null, silentBefore: 0 },
    });
    const open = [
      { today, silence: 2, standing: standing('helps', null) },
      { today, silence: null, standing: standing('agreed', today) },
    ];
    assert.deepEqual(
      callsForToday(open, null, 'help', helpOf).map((call) => call.standing.key),
      ['agreed', 'helps'],
    );
  });
});
