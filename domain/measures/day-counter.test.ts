import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import type { Calendar } from '../time/calendar.ts';
import { plainDate } from '../time/plain-date.ts';
import { daysAfter, stoppedDays } from './day-counter.ts';
import type { KnownStop } from './known-life.ts';
import type { CountedDays } from './timeliness.ts';

const after = (kind: CountedDays, from: string, upTo: string) => daysAfter(CALENDAR, kind, plainDate(from), plainDate(upTo));
const stop = (from: string, until: string | null): KnownStop => ({
  from: plainDate(from),
  until: until === null ? null : plainDate(until),
  scope: null,
});
const stopped = (kind: CountedDays, from: string, upTo: string, ...stops: readonly KnownStop[]) =>
  stoppedDays(CALENDAR, kind, plainDate(from), plainDate(upTo), stops);

describe('days from one to another', () => {
  it('leave out the first and count the last', () => {
    // Friday to Monday.
    assert.deepEqual([after('calendar', '2022-09-16', '2022-09-19'), after('working', '2022-09-16', '2022-09-19')], [3, 1]);
    assert.deepEqual([after('working', '2022-10-21', '2022-10-31'), after('school', '2022-10-21', '2022-10-31')], [6, 1], 'half term');
    assert.equal(after('working', '2022-12-23', '2022-12-28'), 1, 'two bank holidays');
  });

  it('are none where the second is not later, also beyond the calendar', () => {
    for (const kind of ['calendar', 'working', 'school'] as const) {
      assert.equal(after(kind, '2022-09-16', '2022-09-16'), 0, kind);
      assert.equal(after(kind, '2022-09-19', '2022-09-16'), 0, kind);
      assert.equal(after(kind, '2030-09-16', '2030-09-16'), 0, kind);
    }
  });

  it('are not known beyond either end of the calendar, but those of the calendar are', () => {
    assert.deepEqual([after('working', '2021-12-30', '2022-01-04'), after('working', '2024-12-30', '2025-01-02')], [null, null]);
    assert.equal(after('calendar', '2024-12-30', '2025-01-02'), 3);
    assert.equal(after('school', '2022-09-16', '2024-12-30'), null);
  });

  it('are those of the calendar that is asked, whichever was asked before', () => {
    const closed: Calendar = {
      ...CALENDAR,
      terms: { ...CALENDAR.terms, closures: [{ on: plainDate('2022-09-19'), name: 'INSET' }] },
    };
    const [from, upTo] = [plainDate('2022-09-16'), plainDate('2022-09-20')];
    assert.deepEqual([daysAfter(CALENDAR, 'school', from, upTo), daysAfter(closed, 'school', from, upTo)], [2, 1]);
    assert.deepEqual([daysAfter(closed, 'working', from, upTo), daysAfter(closed, 'school', from, upTo)], [2, 1]);
  });
});

describe('days on which the clock stood', () => {
  it('begin with the first of a stop and end before it is resumed', () => {
    // Tuesday 13 to Thursday 15 September stand.
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-30', stop('2022-09-13', '2022-09-16')), 3);
    assert.equal(stopped('working', '2022-09-12', '2022-09-30', stop('2022-09-16', '2022-09-20')), 2, 'over a weekend');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-30', stop('2022-09-13', '2022-09-13')), 0, 'resumed on the day itself');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-30'), 0);
  });

  it('are only those that are counted at all', () => {
    assert.equal(stopped('calendar', '2022-09-14', '2022-09-30', stop('2022-09-12', '2022-09-17')), 2, 'it stood before the wait began');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-14', stop('2022-09-13', '2022-09-20')), 2, 'it stands after the wait ended');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-14', stop('2022-09-13', null)), 2, 'it stands');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-14', stop('2022-09-13', '2022-09-15')), 2, 'resumed on the day after');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-14', stop('2022-09-20', '2022-09-22')), 0, 'it stood after the wait');
    assert.equal(stopped('calendar', '2022-09-12', '2022-09-14', stop('2022-09-05', '2022-09-07')), 0, 'it stood before the wait');
  });

  it('are counted once, however many stops they lie in and in whatever order these come', () => {
    const stops = [stop('2022-09-13', '2022-09-16'), stop('2022-09-15', '2022-09-19'), stop('2022-09-14', '2022-09-15')];
    for (const given of [stops, stops.toReversed()]) assert.equal(stopped('calendar', '2022-09-12', '2022-09-30', ...given), 6);
    const apart = [stop('2022-09-20', '2022-09-22'), stop('2022-09-13', '2022-09-14')];
    for (const given of [apart, apart.toReversed()]) assert.equal(stopped('calendar', '2022-09-12', '2022-09-30', ...given), 3);
  });

  it('are not known where the calendar does not reach so far', () => {
    assert.equal(stopped('working', '2024-12-02', '2025-01-31', stop('2024-12-03', '2024-12-04'), stop('2025-01-02', null)), null);
    assert.equal(stopped('calendar', '2024-12-02', '2025-01-31', stop('2025-01-30', null)), 2);
  });
});
