import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CALENDAR, inventedCalendar } from '../../tests/kit/programmes.ts';
import type { Calendar } from './calendar.ts';
import {
  closedBecause,
  closedRuns,
  countDays,
  followingTerm,
  isOpen,
  lastSchoolDay,
  nthDay,
  onOrAfter,
  onOrBefore,
  numberedDays,
  openDays,
  termName,
  termOf,
  termsReaching,
} from './days.ts';
import { addDays, plainDate } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';

/** A calendar whose days are not indexed yet. */
const fresh = (over: Partial<Calendar['terms']> = {}): Calendar => ({
  version: 'fresh',
  bankHolidays: { ...CALENDAR.bankHolidays },
  terms: { ...CALENDAR.terms, ...over },
});
const upTo = (name: string) => ({
  terms: CALENDAR.terms.terms.slice(0, CALENDAR.terms.terms.findIndex((each) => termName(each) === name) + 1),
});

const none: Calendar = { ...CALENDAR, version: 'no-terms', terms: { ...CALENDAR.terms, terms: [] } };

describe('counting days', () => {
  it('throws for the 0th day and for half a day: nobody can have meant them', () => {
    for (const n of [0, 1.5, Number.NaN]) {
      assert.throws(
        () => nthDay(CALENDAR, 'working', plainDate('2022-11-25'), n),
        new RangeError(`The nth day needs a whole number other than 0, not ${n}.`),
      );
    }
  });

  it('is refused from a day before the calendar, and up to a day after it', () => {
    assert.ok(!countDays(CALENDAR, 'working', plainDate('1999-01-01'), plainDate('2022-11-28')).ok);
    assert.ok(!countDays(CALENDAR, 'working', plainDate('2022-11-28'), plainDate('2999-01-01')).ok);
  });

  it('up to the same or an earlier day gives 0, wherever the two lie', () => {
    for (const [after, to] of [
      ['2022-11-28', '2022-11-25'],
      ['2022-11-28', '1999-01-01'],
      ['1999-01-01', '1999-01-01'],
    ] as const) {
      assert.deepEqual(countDays(CALENDAR, 'working', plainDate(after), plainDate(to)), { ok: true, value: 0 }, `${after} to ${to}`);
    }
  });

  it('reaches the last day of the calendar and not the day after it', () => {
    const { knownTo } = CALENDAR.bankHolidays;
    assert.deepEqual(countDays(CALENDAR, 'working', addDays(knownTo, -1), knownTo), { ok: true, value: 1 });
    assert.ok(!countDays(CALENDAR, 'working', knownTo, addDays(knownTo, 1)).ok);
  });

  it('from the day before the calendar is refused, though the first day counted is known', () => {
    assert.ok(!nthDay(CALENDAR, 'working', addDays(CALENDAR.bankHolidays.knownFrom, -1), 1).ok);
  });

  it('is refused in school days where no term is known, and the message says that none is', () => {
    const days = nthDay(none, 'school', plainDate('2022-11-25'), 1);
    assert.ok(!days.ok);
    assert.match(days.reason.message, /The term dates of .+ are not known/);
    assert.ok(!termOf(none, plainDate('2022-11-25')).ok);
  });
});

describe('whether a day is open', () => {
  it('is known from the first day of the bank holidays to the last, and refused outside', () => {
    const calendar = fresh();
    const { knownFrom, knownTo } = calendar.bankHolidays;
    assert.deepEqual(isOpen(calendar, 'working', addDays(knownFrom, 2)), { ok: true, value: true });
    assert.deepEqual(isOpen(calendar, 'working', knownFrom), { ok: true, value: false });
    assert.deepEqual(isOpen(calendar, 'working', knownTo), { ok: true, value: true });
    assert.ok(!isOpen(calendar, 'working', addDays(knownFrom, -1)).ok);
    assert.deepEqual(isOpen(calendar, 'working', addDays(knownTo, 1)), {
      ok: false,
      reason: {
        kind: 'beyond-horizon',
        missingYear: 2025,
        message: 'Bank holidays are known for 2022 to 2024; the date needs 2025.',
        remedy: 'Import the bank holidays of 2025: chaser calendar import FILE.',
      },
    });
  });

  it('of a school is known from the first day of its first term to the last day of its last', () => {
    const calendar = fresh();
    for (const [day, known] of [
      ['2022-08-31', false],
      ['2022-09-01', true],
      ['2024-07-24', true],
      ['2024-07-25', false],
    ] as const) {
      assert.equal(isOpen(calendar, 'school', plainDate(day)).ok, known, day);
    }
  });

  it('of a school is not known before the bank holidays are, though its term has begun', () => {
    const calendar: Calendar = { ...fresh(), bankHolidays: { ...CALENDAR.bankHolidays, knownFrom: plainDate('2022-11-01') } };
    assert.ok(!isOpen(calendar, 'school', plainDate('2022-10-31')).ok);
    assert.deepEqual(isOpen(calendar, 'school', plainDate('2022-11-01')), { ok: true, value: true });
    assert.equal(closedBecause(calendar, 'school', plainDate('2022-12-20')), 'Christmas holiday');
  });

  it('is asked of the day itself first, and of its neighbours only when it is closed', () => {
    const christmas = plainDate('2022-12-25');
    assert.deepEqual(onOrAfter(CALENDAR, 'working', christmas), { ok: true, value: '2022-12-28' });
    assert.deepEqual(onOrBefore(CALENDAR, 'working', christmas), { ok: true, value: '2022-12-23' });
    assert.deepEqual(onOrBefore(CALENDAR, 'working', plainDate('2022-12-23')), { ok: true, value: '2022-12-23' });
    for (const near of [onOrAfter, onOrBefore]) assert.ok(!near(CALENDAR, 'working', plainDate('1999-01-01')).ok);
  });
});

describe('what closes a day', () => {
  it('is named: a weekend, a half term, a holiday, and a bank holiday before all of them', () => {
    const calendar = fresh();
    for (const [kind, day, name] of [
      ['working', '2022-11-26', 'Saturday'],
      ['working', '2022-11-27', 'Sunday'],
      ['working', '2022-11-28', undefined],
      ['school', '2022-10-24', 'autumn half term'],
      ['school', '2022-10-28', 'autumn half term'],
      ['school', '2022-10-31', undefined],
      ['school', '2022-12-17', 'Christmas holiday'],
      ['school', '2023-01-02', 'New Year’s Day (substitute day)'],
      ['school', '2023-04-05', 'Easter holiday'],
      ['school', '2023-08-01', 'summer holiday'],
    ] as const) {
      assert.equal(closedBecause(calendar, kind, plainDate(day)), name, day);
    }
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

describe('the numbers of days', () => {
  it('differ by the open days that lie between, for every two days that are known', () => {
    for (const kind of ['working', 'school'] as const) {
      const from = plainDate('2022-10-03');
      const { first, numbers } = numberedDays(CALENDAR, kind, from, plainDate('2023-04-28'));
      assert.equal(first, from);
      for (const [after, upTo] of [
        [0, 0],
        [4, 5],
        [0, 100],
        [18, 27],
        [80, 91],
        [3, numbers.length - 1],
      ] as const) {
        const counted = countDays(CALENDAR, kind, addDays(first, after), addDays(first, upTo));
        assert.deepEqual(
          counted,
          { ok: true, value: (numbers[upTo] ?? Number.NaN) - (numbers[after] ?? Number.NaN) },
          `${kind} ${after} ${upTo}`,
        );
      }
    }
  });

  it('leave out what the calendar does not know, before it and after it', () => {
    const { knownFrom, knownTo } = CALENDAR.bankHolidays;
    const early = numberedDays(CALENDAR, 'working', plainDate('1999-01-01'), addDays(knownFrom, 2));
    assert.deepEqual([early.first, early.numbers.length], [knownFrom, 3]);
    assert.equal(numberedDays(CALENDAR, 'working', knownTo, plainDate('2999-01-01')).numbers.length, 1);
    assert.deepEqual(numberedDays(CALENDAR, 'working', plainDate('2999-01-01'), plainDate('2999-02-01')).numbers, []);
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

  it('end before the second date, though the days after it are closed for the same reason', () => {
    assert.deepEqual(closedRuns(CALENDAR, 'working', plainDate('2022-11-25'), plainDate('2022-11-26')), []);
    assert.deepEqual(closedRuns(CALENDAR, 'school', plainDate('2022-12-16'), plainDate('2022-12-20')), [
      { name: 'Christmas holiday', on: '2022-12-17', to: '2022-12-19' },
    ]);
  });

  it('are one run where the same reason closes several days, each of them entered by itself', () => {
    const snow = ['2023-01-17', '2023-01-18'].map((day) => ({ on: plainDate(day), name: 'snow' }));
    assert.deepEqual(closedRuns(fresh({ closures: snow }), 'school', plainDate('2023-01-16'), plainDate('2023-01-20')), [
      { name: 'snow', on: '2023-01-17', to: '2023-01-18' },
    ]);
  });
});

describe('the terms that affect some days', () => {
  it('are both terms around a holiday, and one alone from its first day to its last but one', () => {
    const reached = (from: string, to: string) => termsReaching(CALENDAR, plainDate(from), plainDate(to)).map(termName);
    assert.deepEqual(reached('2022-12-20', '2022-12-20'), ['Autumn 2022', 'Spring 2023']);
    assert.deepEqual(reached('2023-01-02', '2023-01-02'), ['Autumn 2022', 'Spring 2023']);
    assert.deepEqual(reached('2023-01-03', '2023-01-03'), ['Spring 2023']);
    assert.deepEqual(reached('2023-03-31', '2023-03-31'), ['Spring 2023']);
    assert.deepEqual(reached('2023-04-01', '2023-04-01'), ['Spring 2023', 'Summer 2023']);
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

describe('a day outside the terms that are known', () => {
  const needed = (calendar: Calendar, day: string) => {
    const asked = isOpen(calendar, 'school', plainDate(day));
    assert.ok(!asked.ok, day);
    return asked.reason;
  };

  it('needs the term of its season and year, and the message says where to get it', () => {
    assert.deepEqual(needed(fresh(upTo('Spring 2023')), '2023-05-10'), {
      kind: 'beyond-horizon',
      missingYear: 2023,
      message: 'The term dates of Testshire are known from Autumn 2022 to Spring 2023; the date needs Summer 2023.',
      remedy:
        'Import its term dates for 2022 to 2023 (chaser calendar import FILE), or name a calendar that knows them in the programme’s assumedTermCalendars.',
    });
    assert.match(needed(fresh(upTo('Spring 2023')), '2023-10-10').message, /the date needs Autumn 2023\.$/);
    assert.match(needed(fresh(upTo('Spring 2023')), '2024-02-01').message, /the date needs Spring 2024\.$/);
    assert.match(needed(fresh(), '2024-10-10').message, /known from Autumn 2022 to Summer 2024; the date needs Autumn 2024\.$/);
    assert.match(needed(fresh(), '2024-10-10').remedy, /^Import its term dates for 2024 to 2025 /);
  });

  it('before the first of them needs that of its own season, not the one after it', () => {
    assert.match(needed(fresh(upTo('Autumn 2022')), '2022-08-20').message, /the date needs Autumn 2022\.$/);
  });

  it('within the bank holidays needs a term, and outside them needs the bank holidays first', () => {
    const { knownFrom, knownTo } = CALENDAR.bankHolidays;
    assert.match(needed(fresh(), knownFrom).message, /the date needs Spring 2022\.$/);
    assert.match(needed(fresh(), addDays(knownFrom, -1)).message, /^Bank holidays are known for 2022 to 2024; the date needs 2021\.$/);
    assert.match(needed(fresh(), knownTo).message, /the date needs Autumn 2024\.$/);
    assert.match(needed(fresh(), addDays(knownTo, 1)).message, /^Bank holidays are known for 2022 to 2024; the date needs 2025\.$/);
  });

  it('counts to the first of them for as long as the longest holiday before it, and no longer', () => {
    const days = [addDays(plainDate('2022-09-01'), -56), addDays(plainDate('2022-09-01'), -57)];
    assert.deepEqual(
      days.map((day) => termOf(CALENDAR, day).ok),
      [true, false],
    );
  });

  it('needs the following term when it is the last day of the last term and the school is closed on it', () => {
    const closures = [{ on: plainDate('2023-03-31'), name: 'INSET' }];
    const term = termOf(fresh({ ...upTo('Spring 2023'), closures }), plainDate('2023-03-31'));
    assert.ok(!term.ok);
    assert.match(term.reason.message, /to Spring 2023; the date needs Summer 2023\.$/);
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
    const reasons = [251, 252, 290].map((n) => closedBecause(calendar, 'working', addDays(plainDate('2022-03-01'), n)));
    assert.deepEqual(reasons, ['Reason 251', 'closed', 'closed']);
    const next = nthDay(calendar, 'working', plainDate('2022-03-02'), 1);
    assert.deepEqual(next, { ok: true, value: '2022-12-26' });
  });
});
