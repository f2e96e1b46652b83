import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { addDays, daysBetween, fromEpochDay, parsePlainDate, plainDate, weekday } from './plain-date.ts';

describe('a plain date', () => {
  it('is written with four digits of the year and two of the month and the day, as ISO 8601 has it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -800_000, max: 3_000_000 }), (day) => {
        assert.equal(fromEpochDay(day), new Date(day * 86_400_000).toISOString().slice(0, 10));
      }),
    );
    for (const text of ['1000-01-01', '1970-01-01', '2024-02-29', '9999-12-31']) assert.equal(plainDate(text), text);
  });

  it('is not what no calendar holds, nor a moment, nor a day written another way', () => {
    const texts = ['2023-02-29', '2022-13-01', '2022-00-10', '2022-11-00', '2022-1-1', '25/11/2022', '2022-11-25T08:00', ' 2022-11-25', ''];
    for (const text of texts) {
      assert.equal(parsePlainDate(text), undefined, text);
    }
    assert.throws(() => plainDate('2023-02-29'), /"2023-02-29" is not a date: write it as YYYY-MM-DD, for example 2022-11-25\./);
  });

  it('counts calendar days over the ends of months and years, both ways', () => {
    assert.equal(addDays(plainDate('2022-02-28'), 1), '2022-03-01');
    assert.equal(addDays(plainDate('2023-01-01'), -1), '2022-12-31');
    assert.equal(daysBetween(plainDate('2022-12-30'), plainDate('2023-01-02')), 3);
    assert.equal(daysBetween(plainDate('2023-01-02'), plainDate('2022-12-30')), -3);
  });

  it('has a weekday from Monday, 1, to Sunday, 7, before 1970 too', () => {
    assert.equal(weekday(plainDate('2022-11-25')), 5);
    assert.equal(weekday(plainDate('2022-11-27')), 7);
    assert.equal(weekday(plainDate('1969-12-29')), 1);
    assert.equal(weekday(plainDate('1969-12-28')), 7);
  });
});
