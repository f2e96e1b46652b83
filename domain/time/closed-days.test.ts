import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { inventedCalendar } from '../../tests/kit/programmes.ts';
import { closedDayFaults, runsOf, schoolYearOf, whyNotClosedDay } from './closed-days.ts';
import { plainDate } from './plain-date.ts';

const KNOWN = inventedCalendar({
  version: 'closed-days',
  years: [2040, 2042],
  holidays: [
    ['2040-12-25', 'Christmas Day'],
    ['2040-12-26', 'Boxing Day'],
  ],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
    ['summer', 2041, '2041-04-23', '2041-07-23', '2041-05-27', '2041-05-31'],
  ],
});
const TODAY = plainDate('2040-10-08');
const why = (day: string, today = TODAY) => whyNotClosedDay(KNOWN, plainDate(day), today);
const faults = (days: readonly string[], known: readonly string[] = []) =>
  closedDayFaults(KNOWN, days.map(plainDate), TODAY, known.map(plainDate)).map(({ at, text }) => `${at} ${text}`);

describe('a day on which a school says it is closed', () => {
  it('may be any school day that is still to come', () => {
    assert.equal(why('2040-10-09'), null);
    assert.equal(why('2040-12-03'), null);
  });

  it('is refused in words when it is today or past, a weekend, a bank holiday or in the holidays', () => {
    assert.match(why('2040-10-08') ?? '', /^Monday 8 October 2040 is today\./);
    assert.match(why('2040-10-05') ?? '', /is in the past/);
    assert.match(why('2040-10-13') ?? '', /^Saturday 13 October 2040 is not a school day: it is a Saturday$/);
    assert.match(why('2040-12-25') ?? '', /is not a school day: Christmas Day/);
    assert.match(why('2040-12-27') ?? '', /is not a school day: Christmas holiday/);
  });

  it('is refused beyond the next school year, and where no dates are known', () => {
    assert.match(
      why('2042-09-01') ?? '',
      /is in the school year 2042 to 2043\. Enter days of this school year or the next, to 31 August 2042/,
    );
    assert.match(why('2043-03-02', plainDate('2042-10-01')) ?? '', /are not known yet/);
  });

  it('is not refused for a holiday that only stands in for the dates of an authority that is not known', () => {
    const terms = KNOWN.terms.terms.map((term) => ({ ...term, assumed: 'Elsewhere' }));
    const assumed = { ...KNOWN, version: 'assumed', terms: { ...KNOWN.terms, terms } };
    assert.equal(whyNotClosedDay(assumed, plainDate('2040-12-27'), TODAY), null);
    assert.match(whyNotClosedDay(assumed, plainDate('2040-12-26'), TODAY) ?? '', /Boxing Day/);
  });

  it('is named once, and is not known already', () => {
    assert.deepEqual(faults(['2040-10-09', '2040-10-09']), ['1 You entered 9 October 2040 twice']);
    assert.deepEqual(faults(['2040-10-09'], ['2040-10-09']), ['0 We know of 9 October 2040 already']);
  });

  it('is one of five in a school year, with those that are known', () => {
    const five = ['2040-10-09', '2040-10-10', '2040-10-11', '2040-10-12', '2040-10-15'];
    assert.deepEqual(faults(five), []);
    assert.match(
      faults([...five, '2040-10-16']).join(),
      /^0 A school has up to 5 INSET days in a school year\. Enter fewer days for 2040 to 2041/,
    );
    assert.match(faults(['2040-10-16'], five).join(), /and 5 are known already/);
  });
});

describe('days in a row', () => {
  it('are one closure, and a school year begins in September', () => {
    assert.deepEqual(runsOf(['2040-09-04', '2040-09-03', '2040-09-07'].map(plainDate)), [
      { from: '2040-09-03', to: '2040-09-04' },
      { from: '2040-09-07', to: '2040-09-07' },
    ]);
    assert.deepEqual([schoolYearOf(plainDate('2041-08-31')), schoolYearOf(plainDate('2041-09-01'))], [2040, 2041]);
  });
});
