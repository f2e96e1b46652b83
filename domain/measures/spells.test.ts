import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { began, corrected, ended, moved, opened, rematched, reopened, resumed, said, stopped } from '../../tests/kit/measured-events.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { plainDate } from '../time/plain-date.ts';
import { knownLife } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { addWait, addWaits, countsOf, noWaits, quartersOf, shareWithin, spellsOf } from './spells.ts';
import type { CountedWaits, Spell, Timed } from './spells.ts';

const BEGAN = began('2022-09-05');
const DECISION: Timed = { from: 'decision-asked', to: 'decided', each: 'every', endsWithRematch: false };
const CONTACT: Timed = { from: 'matched', to: 'contacted', each: 'every', endsWithRematch: true };
const VISIT: Timed = { from: 'engaged', to: 'visited', each: 'first', endsWithRematch: false };

function spells(timed: Timed, log: readonly MeasuredEvent[], asOf = '2023-01-31', first: MeasuredEvent = BEGAN): readonly Spell[] {
  const day = plainDate(asOf);
  return spellsOf(knownLife([first, ...log], { asOf: day, knownAt: day }) ?? assert.fail(), timed, day, CALENDAR);
}
/** What is counted of these waits, of the first half and of the others apart and then together. */
function waitsOf(all: readonly Spell[]): CountedWaits {
  const [first, others] = [noWaits(), noWaits()];
  for (const [at, spell] of all.entries()) addWait(at * 2 < all.length ? first : others, spell);
  addWaits(first, others);
  return first;
}
const spans = (...given: Parameters<typeof spells>) => spells(...given).map(({ outcome, from, until }) => `${outcome} ${from} ${until}`);
const lates = (...given: Parameters<typeof spells>) => spells(...given).map(({ late }) => late);

const engages = said('engage', 'engages', '2022-09-12');
const agrees = (on: string, round = 1) => said('agree-match', 'agrees', on, {}, round);
const contacted = (on: string, round = 1) => said('make-contact', 'contacted', on, { contactedOn: on }, round);
const visited = (on: string, visitedOn = on) => said('visit-school', 'visited', on, { visitedOn });

describe('a wait', () => {
  it('is timed from the first beginning only, or from each anew', () => {
    const log = [engages, said('engage', 'engages', '2022-09-19', {}, 2), visited('2022-10-03')];
    assert.deepEqual(spans(VISIT, log), ['reached 2022-09-12 2022-10-03']);
    assert.deepEqual(spans({ ...VISIT, each: 'every' }, log), ['closed 2022-09-12 2022-09-19', 'reached 2022-09-19 2022-10-03']);
    assert.deepEqual(spans(VISIT, []), []);
  });

  it('is ended by what comes after its beginning in the log, and before the next beginning', () => {
    assert.deepEqual(spans(VISIT, [visited('2022-09-07'), engages]), ['open 2022-09-12 2023-01-31']);
    const log = [agrees('2022-09-20'), agrees('2022-10-03', 2), contacted('2022-10-10', 2)];
    assert.deepEqual(spans(CONTACT, log), ['closed 2022-09-20 2022-10-03', 'reached 2022-10-03 2022-10-10']);
    // What begins a wait does not end it, nor does what begins the next.
    const checks: Timed = { from: 'form-checked', to: 'form-returned', each: 'every', endsWithRematch: false };
    const returns = [said('check-raf', 'returns', '2022-10-03'), said('check-raf', 'returns', '2022-10-10', {}, 2)];
    assert.deepEqual(spans(checks, returns), ['closed 2022-10-03 2022-10-10', 'open 2022-10-10 2023-01-31']);
    assert.deepEqual(spans({ ...checks, each: 'first' }, returns), ['reached 2022-10-03 2022-10-10']);
  });

  it('lasts no time where its end is dated before its beginning, and says so', () => {
    const early = spells(VISIT, [engages, visited('2022-09-14', '2022-09-01')]);
    assert.deepEqual(
      early.map(({ until, beforeItBegan, days }) => [until, beforeItBegan, days.calendar.all]),
      [['2022-09-12', true, 0]],
    );
    const same = spells(VISIT, [engages, visited('2022-09-14', '2022-09-12')]);
    assert.deepEqual(
      same.map(({ until, beforeItBegan }) => [until, beforeItBegan]),
      [['2022-09-12', false]],
    );
    // The match was corrected to a day after the end of the deployment: nothing was reached, so nothing is dated too early.
    const closed = [said('agree-match', 'agrees', '2022-09-20'), ended('withdrawn', '2022-09-26')];
    const later = [...closed, corrected('matchedOn', '2022-09-20', '2022-10-03', '2022-11-01')];
    assert.deepEqual(
      spells(CONTACT, later).map(({ outcome, until, beforeItBegan }) => [outcome, until, beforeItBegan]),
      [['closed', '2022-10-03', false]],
    );
  });

  it('is closed on the first day on which it could not come about any more', () => {
    const log = [agrees('2022-09-20'), rematched('2022-10-03'), agrees('2022-10-20', 2), ended('withdrawn', '2022-11-01')];
    assert.deepEqual(spans(CONTACT, log), ['closed 2022-09-20 2022-10-03', 'closed 2022-10-20 2022-11-01']);
    assert.deepEqual(spans({ ...CONTACT, endsWithRematch: false }, log), ['closed 2022-09-20 2022-10-20', 'closed 2022-10-20 2022-11-01']);
    assert.deepEqual(spans(VISIT, [engages, ended('withdrawn', '2022-11-01'), reopened('2022-11-02')]), ['open 2022-09-12 2023-01-31']);
    const back = [agrees('2022-09-20'), ended('withdrawn', '2022-09-26'), corrected('matchedOn', '2022-09-20', '2022-09-21', '2022-09-27')];
    assert.deepEqual(spans(CONTACT, back), ['closed 2022-09-21 2022-09-26']);
  });

  it('is closed by the next match where that is dated before the rematch that led to it', () => {
    const log = [
      agrees('2022-09-20'),
      rematched('2022-10-10'),
      agrees('2022-10-17', 2),
      corrected('matchedOn', '2022-10-17', '2022-10-05', '2022-10-18'),
    ];
    assert.equal(spans(CONTACT, log)[0], 'closed 2022-09-20 2022-10-05');
  });

  it('is not closed by a rematch before it began, nor by one after the next began', () => {
    assert.deepEqual(spans(CONTACT, [rematched('2022-09-19'), agrees('2022-09-20')]), ['open 2022-09-20 2023-01-31']);
    const log = [
      agrees('2022-09-20'),
      agrees('2022-10-03', 2),
      rematched('2022-10-10'),
      corrected('matchedOn', '2022-10-03', '2022-10-20', '2022-10-21'),
    ];
    assert.equal(spans(CONTACT, log)[0], 'closed 2022-09-20 2022-10-20', 'the second match is dated after the rematch');
  });

  it('keeps the end that was reached, whatever came before it', () => {
    const log = [agrees('2022-09-20'), rematched('2022-10-03'), contacted('2022-10-10'), ended('withdrawn', '2022-10-05')];
    assert.deepEqual(spans(CONTACT, log), ['reached 2022-09-20 2022-10-10']);
  });
});

describe('the days of a wait', () => {
  // Friday 14 October 2022 to Monday 31 October: half term is from the 24th to the 28th.
  const log = (...more: readonly MeasuredEvent[]) => [said('engage', 'engages', '2022-10-14'), ...more, visited('2022-10-31')];
  const days = (...more: readonly MeasuredEvent[]) => spells(VISIT, log(...more))[0]?.days;

  it('are counted by the calendar, as working days and as school days', () => {
    const { calendar, working, school } = days() ?? assert.fail();
    assert.deepEqual([calendar.all, working.all, school.all], [17, 11, 6]);
    assert.deepEqual([calendar.net, working.net, school.net], [17, 11, 6]);
  });

  it('leave out those on which the clock stood, by the days of each kind', () => {
    // Thursday 20 October to Tuesday 25 October stand: six days, four of them working days, two school days.
    const { calendar, working, school } = days(stopped(1, '2022-10-20'), resumed(1, '2022-10-26')) ?? assert.fail();
    assert.deepEqual([calendar.all, calendar.net, working.net, school.net], [17, 11, 7, 4]);
  });

  it('leave out a stop of the round that is waited for, and not that of another step or round', () => {
    const net = (step: string, round: number, ...more: readonly MeasuredEvent[]) =>
      days(...more, stopped(1, '2022-10-20', { step, round }), resumed(1, '2022-10-26'))?.calendar.net;
    const visit = opened('visit-school', '2022-10-14');
    assert.equal(net('visit-school', 1, visit), 11);
    assert.equal(net('visit-school', 2, visit), 17, 'another round');
    assert.equal(net('agree-date', 1, visit), 17, 'another step');
    assert.equal(net('visit-school', 1), 17, 'it was never asked for');
  });

  it('are not known beyond the calendar, but those of the calendar are', () => {
    const [beyond] = spells(VISIT, [engages], '2025-01-01');
    assert.equal(beyond?.days.calendar.all, 842);
    assert.deepEqual(beyond.days.working, { all: null, net: null });
    const stands = spells(VISIT, [engages, stopped(1, '2022-09-19'), resumed(1, '2022-09-21')], '2025-01-01')[0];
    assert.deepEqual([stands?.days.working, stands?.days.calendar.net], [{ all: null, net: null }, 840]);
    const counted = quartersOf(waitsOf([...spells(VISIT, [engages], '2025-01-01'), ...spells(VISIT, log())]), 'working', 'all');
    assert.deepEqual(counted.half, { value: 11, base: 1 }, 'only those that can be counted are');
  });
});

describe('a wait is late', () => {
  const asked = (on: string, dueOn: string, round = 1) => opened('decide-raf', on, dueOn, round);
  const decides = (on: string, round = 1) => said('decide-raf', 'approves', on, {}, round);
  const late = (current: boolean, original = current) => ({ current, original });

  it('after the due date, and not on it', () => {
    const log = [asked('2022-10-03', '2022-10-17')];
    assert.deepEqual(lates(DECISION, log, '2022-10-17'), [late(false)]);
    assert.deepEqual(lates(DECISION, log, '2022-10-18'), [late(true)]);
    assert.deepEqual(lates(DECISION, [...log, decides('2022-10-17')]), [late(false)]);
    assert.deepEqual(lates(DECISION, [...log, decides('2022-10-18')]), [late(true)]);
    const extended = [...log, moved('decide-raf', '2022-10-10', '2022-10-31')];
    assert.deepEqual(lates(DECISION, extended, '2022-10-17'), [late(false)]);
    assert.deepEqual(lates(DECISION, extended, '2022-10-18'), [late(false, true)]);
  });

  it('against the round that was answered, else the last that was opened in its time', () => {
    const rounds = [
      asked('2022-10-03', '2022-10-07'),
      decides('2022-10-06'),
      asked('2022-11-01', '2022-11-03', 2),
      decides('2022-11-04', 2),
    ];
    assert.deepEqual(lates(DECISION, rounds), [late(false), late(true)]);
    const unanswered = [asked('2022-10-03', '2022-10-07'), asked('2022-11-01', '2023-02-28', 2)];
    assert.deepEqual(lates(DECISION, unanswered), [late(true), late(false)], 'the next round is not that of the wait before');
    const first = { ...VISIT, from: 'matched' } as const;
    const twice = [
      opened('visit-school', '2022-09-06', '2022-09-07'),
      agrees('2022-09-12'),
      opened('visit-school', '2022-09-13', '2022-12-20'),
      opened('agree-date', '2022-09-14', '2022-09-15'),
    ];
    assert.deepEqual(lates(first, twice, '2022-10-03'), [late(false)], 'what was asked before, and of another step, is not awaited');
    assert.deepEqual(lates(first, twice.slice(0, 2), '2022-10-03'), [null], 'it is not asked for yet');
    const answered = [
      agrees('2022-09-12'),
      opened('visit-school', '2022-09-13', '2022-12-20'),
      opened('visit-school', '2022-09-13', '2022-09-15', 2),
      opened('agree-date', '2022-09-14', '2022-09-15'),
      visited('2022-10-03'),
    ];
    assert.deepEqual(lates(first, answered), [late(false)]);
  });

  it('of what is opened, by the round that was opened', () => {
    const asking: Timed = { from: 'engaged', to: 'leader-asked', each: 'first', endsWithRematch: false };
    const log = [engages, opened('accept-deployment', '2022-10-03', '2022-10-02')];
    assert.deepEqual(lates(asking, log), [late(true)]);
    assert.deepEqual(lates(asking, [engages]), [null]);
  });

  it('of nothing that no step asks for: a fact, or what the programme does not record', () => {
    assert.deepEqual(lates({ ...VISIT, to: 'judged' }, [engages, opened('visit-school', '2022-09-13')]), [null]);
    const other = began('2022-09-05', {}, 'D1', { programme: { id: 'tsi-2021-22', version: 1 } });
    const accepts = said('take-up-offer', 'accepts', '2022-09-12');
    assert.deepEqual(lates(VISIT, [accepts], '2023-01-31', other), [null]);
  });
});

describe('a number of waits', () => {
  const open = spells(VISIT, [engages], '2022-09-22');
  const reached = spells(VISIT, [engages, visited('2022-09-22')]);
  const asked = (dueOn: string) => spells(VISIT, [engages, opened('visit-school', '2022-09-12', dueOn)], '2022-09-22');

  it('is counted by what became of them, and as late only of those that were asked for', () => {
    const extended = spells(
      VISIT,
      [engages, opened('visit-school', '2022-09-12', '2022-09-16'), moved('visit-school', '2022-09-13', '2022-09-30')],
      '2022-09-22',
    );
    const early = spells(VISIT, [engages, visited('2022-09-14', '2022-09-01')]);
    const closed = spells(VISIT, [engages, ended('withdrawn', '2022-09-20')]);
    const all = [...open, ...reached, ...asked('2022-09-16'), ...asked('2022-09-30'), ...extended, ...early, ...closed];
    assert.deepEqual(countsOf(waitsOf(all)), {
      begun: { value: 7, base: 7 },
      reached: { value: 2, base: 7 },
      closed: { value: 1, base: 7 },
      open: { value: 4, base: 7 },
      'before-it-began': { value: 1, base: 7 },
      'late-by-current': { value: 1, base: 3 },
      'late-by-original': { value: 2, base: 3 },
    });
  });

  it('is reached by so many within a time that somebody was followed for, or when nobody is waited for any more', () => {
    assert.deepEqual(shareWithin(waitsOf([...open, ...reached]), 'calendar', 'all', 10), { value: 0.5, base: 2 });
    assert.deepEqual(shareWithin(waitsOf([...open, ...reached]), 'calendar', 'all', 11), { value: null, base: 2 });
    assert.deepEqual(shareWithin(waitsOf([...open, ...reached]), 'calendar', 'all', 9), { value: 0, base: 2 });
    assert.deepEqual(shareWithin(waitsOf(reached), 'calendar', 'all', 30), { value: 1, base: 1 });
    assert.deepEqual(shareWithin(waitsOf(open), 'calendar', 'all', 30), { value: null, base: 1 });
    assert.deepEqual(shareWithin(waitsOf([]), 'calendar', 'all', 30), { value: null, base: 0 });
  });

  it('has its quarters of all, each wait counted as often as it came', () => {
    const quick = spells(VISIT, [engages, visited('2022-09-13')]);
    assert.deepEqual(quartersOf(waitsOf([...quick, ...reached, ...reached, ...open]), 'calendar', 'all'), {
      quarter: { value: 1, base: 4 },
      half: { value: 10, base: 4 },
      'three-quarters': { value: 10, base: 4 },
    });
  });
});
