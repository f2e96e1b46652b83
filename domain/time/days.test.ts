import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CALENDAR, inventedCalendar } from '../../tests/kit/programmes.ts';
import type { Calendar } from './calendar.ts';
import { closedBecause, closedRuns, countDays, followingTerm, lastSchoolDay, nthDay, openDays, termOf } from './days.ts';
import { addDays, plainDate } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';

const none: Calendar = { ...CALENDAR, version: 'no-terms', terms: { ...CALENDAR.terms, terms: [] } };

describe('counting days', () => {
  it('throws for the 0th day and for half a day: nobody can have meant them', () => {
    for (const n of [0, 1.5, Number.NaN]) assert.throws(() => nthDay(CALENDAR, 'working', plainDate('2022-11-25'), n), RangeError);
  });

  it('is refused from a day before the calendar, and up to a day after it', () => {
    assert.ok(!countDays(CALENDAR, 'working', plainDate('1999-01-01'), plainDate('2022-11-28')).ok);
    assert.ok(!countDays(CALENDAR, 'working', plainDate('2022-11-28'), plainDate('2999-01-01')).ok);
  });

  it('up to an earlier day gives 0, wherever the two lie', () => {
    assert.deepEqual(countDays(CALENDAR, 'working', plainDate('2022-11-28'), plainDate('2022-11-25')), { ok: true, value: 0 });
  });

  it('is refused in school days where no term is known, and the message says that none is', () => {
    const days = nthDay(none, 'school', plainDate('2022-11-25'), 1);
    assert.ok(!days.ok);
    assert.match(days.reason.message, /The term dates of .+ are not known/);
    assert.ok(!termOf(none, plainDate('2022-11-25')).ok);
  });
});

describe('the open days after one date', () => {
  it('leave out the date itself and what is closed, and reach up to the other date', () => {
    const days = openDays(CALENDAR, 'working', plainDate('2022-12-23'), plainDate('2022-12-28'));
    assert.deepEqual(days, { ok: true, value: ['2022-12-28'] });
  });

  it('are none up to the same or an earlier day, wherever the two lie', () => {
    for (const to of ['2022-11-25', '1999-01-01']) {
      assert.deepEqual(openDays(CALENDAR, 'working', plainDate('2022-11-25'), plainDate(to)), { ok: true, value: [] });
    }
  });

  it('are refused for the first day that the calendar does not cover, before it and after it', () => {
    const { knownFrom, knownTo } = CALENDAR.bankHolidays;
    const refusedFor = (from: PlainDate, to: PlainDate) => {
      const days = openDays(CALENDAR, 'working', from, to);
      return days.ok ? null : days.reason.missingYear;
    };
    assert.equal(refusedFor(addDays(knownFrom, -2), addDays(knownFrom, 2)), Number(knownFrom.slice(0, 4)) - 1);
    assert.equal(refusedFor(addDays(knownFrom, -1), addDays(knownFrom, 2)), null);
    assert.equal(refusedFor(addDays(knownTo, -2), knownTo), null);
    assert.equal(refusedFor(addDays(knownTo, -2), plainDate('2999-01-01')), Number(addDays(knownTo, 1).slice(0, 4)));
  });
});

describe('closed days in runs', () => {
  it('are those between two dates, a weekend as one run for each of its days’ names', () => {
    const runs = closedRuns(CALENDAR, 'working', plainDate('2022-11-25'), plainDate('2022-11-29'));
    assert.deepEqual(
      runs.map(({ name, on, to }) => [name, on, to]),
      [
        ['Saturday', '2022-11-26', '2022-11-26'],
        ['Sunday', '2022-11-27', '2022-11-27'],
      ],
    );
  });

  it('begin and end with the calendar where the dates lie outside it', () => {
    const [first] = closedRuns(CALENDAR, 'working', plainDate('1999-01-01'), plainDate('2999-01-01'));
    assert.ok(first !== undefined && first.on >= CALENDAR.bankHolidays.knownFrom);
    assert.equal(closedBecause(CALENDAR, 'working', plainDate('1999-01-01')), undefined);
  });
});

describe('a term', () => {
  it('without a half term is open on every weekday', () => {
    const terms = CALENDAR.terms.terms.map(({ season, year, startsOn, endsOn }) => ({ season, year, startsOn, endsOn }));
    const calendar: Calendar = { ...CALENDAR, version: 'no-half-terms', terms: { ...CALENDAR.terms, terms } };
    const days = (of: Calendar) => countDays(of, 'school', plainDate('2022-10-21'), plainDate('2022-10-28'));
    assert.deepEqual(days(calendar), { ok: true, value: 5 });
    assert.deepEqual(days(CALENDAR), { ok: true, value: 0 });
  });

  it('that is missing beyond the terms that stand in is missing for the authority they stand in for', () => {
    const terms = { ...CALENDAR.terms, terms: CALENDAR.terms.terms.slice(0, 2), assumedFor: 'Exampleshire' };
    const asked = nthDay({ ...CALENDAR, version: 'stand-in', terms }, 'school', plainDate('2023-03-31'), 1);
    assert.ok(!asked.ok);
    assert.match(asked.reason.message, /^The term dates of Exampleshire, stand-ins included, are known from Autumn 2022 to Spring 2023;/);
  });
});

describe('the term after the last that is known', () => {
  const ending = (season: 'autumn' | 'spring' | 'summer') => {
    const calendar: Calendar = {
      ...CALENDAR,
      version: `to-${season}`,
      terms: {
        ...CALENDAR.terms,
        terms: CALENDAR.terms.terms.slice(0, CALENDAR.terms.terms.findLastIndex((term) => term.season === season) + 1),
      },
    };
    return { calendar, last: calendar.terms.terms.at(-1) };
  };

  for (const [season, next, later] of [
    ['autumn', 'Spring', 1],
    ['spring', 'Summer', 0],
    ['summer', 'Autumn', 0],
  ] as const) {
    it(`is ${next} after ${season}, with its year`, () => {
      const { calendar, last } = ending(season);
      assert.ok(last);
      const following = followingTerm(calendar, last);
      assert.ok(!following.ok);
      assert.match(following.reason.message, new RegExp(`the date needs ${next} ${last.year + later}\\.`));
      // A day in the holiday after it needs the same term.
      const after = termOf(calendar, addDays(last.endsOn, 3));
      assert.ok(!after.ok);
      assert.match(after.reason.message, new RegExp(`the date needs ${next} ${last.year + later}\\.`));
    });
  }
});

describe('a calendar of odd shape', () => {
  it('takes the last weekday of a term as its last school day where bank holidays end before it', () => {
    const term = CALENDAR.terms.terms.at(-1);
    assert.ok(term);
    const calendar: Calendar = {
      ...CALENDAR,
      version: 'short',
      bankHolidays: { ...CALENDAR.bankHolidays, knownTo: addDays(term.endsOn, -30) },
    };
    assert.equal(lastSchoolDay(calendar, term), term.endsOn);
  });

  it('with more reasons for closing than can be told apart still counts those days as closed', () => {
    const [term] = CALENDAR.terms.terms;
    assert.ok(term);
    const calendar = inventedCalendar({
      version: 'many-names',
      years: [2022, 2024],
      holidays: Array.from({ length: 300 }, (_, n) => [addDays(plainDate('2022-03-01'), n), `Reason ${n}`] as [string, string]),
      terms: [['autumn', 2022, '2022-09-01', '2022-12-16', '2022-10-24', '2022-10-28']],
    });
    assert.notEqual(closedBecause(calendar, 'working', addDays(plainDate('2022-03-01'), 290)), undefined);
    const next = nthDay(calendar, 'working', plainDate('2022-03-02'), 1);
    assert.deepEqual(next, { ok: true, value: '2022-12-26' });
  });
});
