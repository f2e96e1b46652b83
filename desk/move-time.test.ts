import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { londonInstant } from '../domain/time/london.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { inventedCalendar } from '../tests/kit/programmes.ts';
import { nextMondayMs, twoTermsOn } from './move-time.ts';
import { momentWords, trainingWords } from './moved-time-words.ts';

const CALENDAR = inventedCalendar({
  version: 'two-terms-on',
  years: [2040, 2042],
  holidays: [['2041-04-22', 'Easter Monday']],
  terms: [
    ['autumn', 2040, '2040-09-03', '2040-12-20', '2040-10-22', '2040-10-26'],
    ['spring', 2041, '2041-01-07', '2041-04-05', '2041-02-18', '2041-02-22'],
    // The first day of this term is a bank holiday.
    ['summer', 2041, '2041-04-22', '2041-07-23', '2041-05-27', '2041-05-31'],
    ['autumn', 2041, '2041-09-02', '2041-12-20', '2041-10-28', '2041-11-01'],
    ['spring', 2042, '2042-01-06', '2042-03-28', '2042-02-17', '2042-02-21'],
    ['summer', 2042, '2042-04-14', '2042-07-22', '2042-05-26', '2042-05-30'],
  ],
});

const at = (date: string, hour = 0, minute = 0) => londonInstant(plainDate(date), hour * 60 + minute);

describe('where time is moved', () => {
  it('goes to a Monday that is later, also on a Monday and over a change of the clocks', () => {
    for (const [from, to] of [
      [at('2027-01-10', 23, 59), 'Monday 11 January 2027, 8am'],
      [at('2027-01-11', 7, 59), 'Monday 11 January 2027, 8am'],
      [at('2027-01-11', 8), 'Monday 18 January 2027, 8am'],
      [at('2027-03-27', 12), 'Monday 29 March 2027, 8am'],
    ] as const) {
      assert.equal(momentWords(nextMondayMs(from)), to);
    }
  });

  it('goes to the first school day of the term after next, and a holiday counts to the term that follows', () => {
    for (const [from, to] of [
      ['2040-10-08', 'Tuesday 23 April 2041, 8am'],
      ['2040-12-28', 'Monday 2 September 2041, 8am'],
      ['2041-07-24', 'Monday 14 April 2042, 8am'],
    ] as const) {
      const moved = twoTermsOn(CALENDAR, at(from, 12));
      assert.equal(moved.ok && momentWords(moved.value), to);
    }
  });

  it('does not go into terms that nobody knows', () => {
    const moved = twoTermsOn(CALENDAR, at('2042-05-01', 12));
    assert.ok(!moved.ok && moved.reason.kind === 'no-terms');
    assert.match(moved.reason.message, /2042|2043/);
  });

  it('says on every page what time it is, once it is moved', () => {
    const now = at('2027-01-11', 8);
    assert.equal(trainingWords(now, 1), 'Time is moved: it is Monday 11 January 2027, 8am in this training copy.');
    assert.match(trainingWords(now, 0), /^This is a training copy/);
  });
});
