import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { londonDate, londonInstant, londonMinute } from './london.ts';
import { fromEpochDay, plainDate } from './plain-date.ts';

const at = (date: string, minute: number) => new Date(londonInstant(plainDate(date), minute)).toISOString();

describe('London', () => {
  it('is on UTC in winter and an hour ahead in summer', () => {
    assert.equal(at('2022-11-25', 8 * 60), '2022-11-25T08:00:00.000Z');
    assert.equal(at('2023-06-12', 8 * 60), '2023-06-12T07:00:00.000Z');
  });

  it('changes its clocks on 29 March 2026: 01:30 is skipped and counts as the hour after', () => {
    assert.equal(at('2026-03-29', 0), '2026-03-29T00:00:00.000Z');
    assert.equal(at('2026-03-29', 90), '2026-03-29T01:30:00.000Z');
    assert.equal(at('2026-03-29', 8 * 60), '2026-03-29T07:00:00.000Z');
  });

  it('changes them back on 25 October 2026: 01:30 comes twice and means the first', () => {
    assert.equal(at('2026-10-25', 90), '2026-10-25T00:30:00.000Z');
    assert.equal(at('2026-10-25', 8 * 60), '2026-10-25T08:00:00.000Z');
  });

  it('has its own midnight: 23:30 UTC on 30 June is 1 July', () => {
    assert.equal(londonDate(Date.parse('2023-06-30T23:30:00Z')), '2023-07-01');
    assert.equal(londonMinute(Date.parse('2023-06-30T23:30:00Z')), 30);
  });

  it('gives back the date and minute of every instant except the skipped hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 17_900, max: 21_900 }), fc.integer({ min: 120, max: 1439 }), (day, minute) => {
        const date = fromEpochDay(day);
        const ms = londonInstant(date, minute);
        assert.deepEqual([londonDate(ms), londonMinute(ms)], [date, minute]);
      }),
    );
  });
});
