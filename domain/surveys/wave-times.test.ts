import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CALENDAR_2040 } from '../../tests/kit/calendar-2040.ts';
import { londonDate, londonInstant, londonMinute } from '../time/london.ts';
import { isOpen } from '../time/days.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import { closingDayFor, mayGoMs, planAtEnd, planFor, WAVE_HOURS, waveSendingMs } from './wave-times.ts';
import type { OwnDays } from './wave-times.ts';

// Easter lies between the spring and the summer term of 2041.
const LEADER: OwnDays = { calendars: [CALENDAR_2040], school: false, away: null };
const HEAD: OwnDays = { calendars: [CALENDAR_2040], school: true, away: null };
const OPENS = plainDate('2041-04-01');

function planned(own: OwnDays, opens = OPENS, closes = plainDate('2041-05-08')) {
  const plan = planFor(own, opens, closes);
  assert.ok(plan.ok);
  return plan.value;
}
const asLines = (own: OwnDays) => planned(own).letters.map(({ kind, on }) => `${kind} ${on}`);

const atEnd = (own: OwnDays, of: { endedOn: string; today?: string; closesOn?: string }) => {
  const { endedOn, today = endedOn, closesOn = '2041-08-31' } = of;
  const plan = planAtEnd(own, { endedOn: plainDate(endedOn), today: plainDate(today), closesOn: plainDate(closesOn) });
  return plan.ok ? plan.value : assert.fail(plan.reason.message);
};
const lettersOf = (plan: ReturnType<typeof atEnd>) => plan.letters.map(({ kind, on }) => `${kind} ${on}`);

describe('the times of a survey at the end of a deployment', () => {
  it('invite on the fifth own day after it, leave twenty to answer, and remind ten and three before the last', () => {
    const leader = atEnd(LEADER, { endedOn: '2041-04-29' });
    assert.deepEqual(lettersOf(leader), ['invitation 2041-05-07', 'reminder-1 2041-05-21', 'last-reminder 2041-05-31']);
    assert.equal(leader.openDays.at(-1), '2041-06-05');
    const head = atEnd(HEAD, { endedOn: '2041-04-29' });
    assert.deepEqual(lettersOf(head), ['invitation 2041-05-07', 'reminder-1 2041-05-21', 'last-reminder 2041-06-06']);
    assert.equal(head.openDays.at(-1), '2041-06-11');
  });

  it('begin today where that day has passed, and end with the survey', () => {
    assert.equal(lettersOf(atEnd(LEADER, { endedOn: '2041-04-29', today: '2041-06-10' }))[0], 'invitation 2041-06-10');
    const short = atEnd(LEADER, { endedOn: '2041-04-29', closesOn: '2041-05-09' });
    assert.deepEqual(lettersOf(short), ['invitation 2041-05-07']);
    assert.equal(short.openDays.at(-1), '2041-05-09');
    assert.deepEqual(atEnd(LEADER, { endedOn: '2041-04-29', closesOn: '2041-05-06' }), { letters: [], openDays: [] });
  });

  it('write on own days alone, once a day, in order, never before today nor after it closes', () => {
    const day = fc.integer({ min: 0, max: 200 }).map((days) => addDays(plainDate('2041-01-10'), days));
    fc.assert(
      fc.property(day, fc.nat(60), fc.nat(120), fc.boolean(), (endedOn, late, open, school) => {
        const today = addDays(endedOn, late);
        const closesOn = addDays(endedOn, open);
        const plan = planAtEnd(school ? HEAD : LEADER, { endedOn, today, closesOn });
        assert.ok(plan.ok);
        const { letters, openDays } = plan.value;
        assert.ok(openDays.every((on) => on > endedOn && on >= today && on <= closesOn));
        const days = letters.map(({ on }) => on);
        assert.deepEqual(days, [...new Set(days)].toSorted());
        for (const on of days) {
          const own = isOpen(CALENDAR_2040, school ? 'school' : 'working', on);
          assert.ok(own.ok && own.value && openDays.includes(on));
        }
      }),
    );
  });
});
describe('the times of a wave', () => {
  it('close on the fifteenth working day for a system leader, and on the fifteenth school day for a head', () => {
    assert.deepEqual(closingDayFor(LEADER, OPENS), { ok: true, value: '2041-04-24' });
    assert.deepEqual(closingDayFor(HEAD, OPENS), { ok: true, value: '2041-05-08' });
  });

  it('remind after five and nine own days, and last on the last own day before it closes', () => {
    assert.deepEqual(asLines(LEADER), [
      'invitation 2041-04-01',
      'reminder-1 2041-04-08',
      'reminder-2 2041-04-12',
      'last-reminder 2041-05-07',
    ]);
    assert.deepEqual(asLines(HEAD), [
      'invitation 2041-04-01',
      'reminder-1 2041-04-23',
      'reminder-2 2041-04-29',
      'last-reminder 2041-05-07',
    ]);
  });

  it('invite a head on the first school day where it opens in the holidays, and a leader once they are back', () => {
    assert.equal(planned(HEAD, plainDate('2041-04-09')).letters[0]?.on, '2041-04-23');
    const away = { from: plainDate('2041-03-28'), until: plainDate('2041-04-03') };
    assert.equal(planned({ ...LEADER, away }).letters[0]?.on, '2041-04-04');
  });

  it('plan nothing for somebody who has no day of their own before it closes', () => {
    assert.deepEqual(planned(HEAD, plainDate('2041-04-08'), plainDate('2041-04-22')), { letters: [], openDays: [] });
  });

  it('go on over the end of a year, past the Christmas holiday of whoever has one', () => {
    const lines = (own: OwnDays) =>
      planned(own, plainDate('2040-12-17'), plainDate('2041-01-25')).letters.map(({ kind, on }) => `${kind} ${on}`);
    const head = lines(HEAD);
    assert.equal(head[0], 'invitation 2040-12-17');
    assert.ok(
      head.slice(1).every((line) => / 2041-01-/.test(line)),
      head.join(', '),
    );
    assert.ok(
      lines(LEADER).some((line) => / 2040-12-2/.test(line)),
      'a system leader works on before Christmas',
    );
    const closes = closingDayFor(HEAD, plainDate('2040-12-17'));
    assert.ok(closes.ok && closes.value > '2041-01-01');
  });

  it('refuse with the year that the calendar lacks', () => {
    const refused = planFor(HEAD, plainDate('2042-07-20'), plainDate('2042-09-10'));
    assert.ok(!refused.ok && refused.reason.missingYear === 2042);
  });

  it('let what was missed at 7pm on Friday go on Monday from 8am', () => {
    const { openDays } = planned(LEADER);
    const missed = mayGoMs(openDays, 'x', londonInstant(plainDate('2041-04-05'), 1_140));
    assert.equal(missed, waveSendingMs(plainDate('2041-04-08'), 'x'));
    assert.equal(mayGoMs(openDays, 'x', londonInstant(plainDate('2041-05-08'), 1_140)), null);
  });

  it('let a letter go at once in sending hours of an own day, from 8am before them, and on the next own day from 6pm', () => {
    const { openDays } = planned(LEADER);
    const at = (minute: number) => mayGoMs(openDays, 'x', londonInstant(OPENS, minute));
    assert.equal(at(600), londonInstant(OPENS, 600));
    assert.equal(at(WAVE_HOURS.fromMinute), londonInstant(OPENS, WAVE_HOURS.fromMinute));
    assert.equal(at(420), waveSendingMs(OPENS, 'x'));
    assert.equal(at(WAVE_HOURS.toMinute - 1), londonInstant(OPENS, WAVE_HOURS.toMinute - 1));
    assert.equal(at(WAVE_HOURS.toMinute), waveSendingMs(plainDate('2041-04-02'), 'x'));
  });

  it('count the closing day among the days on which somebody may be written to, and those before they are away', () => {
    const away = { from: plainDate('2041-04-03'), until: plainDate('2041-04-04') };
    assert.deepEqual(planned({ ...LEADER, away }, OPENS, plainDate('2041-04-05')).openDays, ['2041-04-01', '2041-04-02', '2041-04-05']);
  });

  it('never write to anybody on a day that is not their own, outside sending hours, twice on a day or after it closes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        fc.option(fc.record({ after: fc.integer({ min: 0, max: 30 }), days: fc.integer({ min: 0, max: 20 }) }), { nil: null }),
        fc.string({ maxLength: 8 }),
        (at, lasts, school, gone, person) => {
          const opens = addDays(plainDate('2040-10-01'), at);
          const closes = addDays(opens, lasts);
          const away = gone === null ? null : { from: addDays(opens, gone.after), until: addDays(opens, gone.after + gone.days) };
          const { letters } = planned({ calendars: [CALENDAR_2040], school, away }, opens, closes);
          const days = letters.map(({ on }) => on);
          assert.equal(new Set(days).size, days.length);
          assert.deepEqual(days, days.toSorted());
          assert.equal(new Set(letters.map(({ kind }) => kind)).size, letters.length);
          for (const on of days) {
            assert.ok(on >= opens && on <= closes);
            assert.deepEqual(isOpen(CALENDAR_2040, school ? 'school' : 'working', on), { ok: true, value: true });
            assert.ok(away === null || on < away.from || on > away.until);
            const ms = waveSendingMs(on, person);
            assert.equal(londonDate(ms), on);
            assert.ok(londonMinute(ms) >= WAVE_HOURS.fromMinute && londonMinute(ms) < WAVE_HOURS.fromMinute + 60);
          }
          if (letters.length > 1)
            assert.ok(
              letters.slice(1).every(({ on }) => on < closes),
              'a reminder on the last day',
            );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
