import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { movedClockWords } from './moved-clock.ts';

const WALL = Date.parse('2026-11-28T10:00:00Z');

describe('a clock that was moved on', () => {
  it('is told with the day that it shows and how far ahead that is', () => {
    assert.equal(
      movedClockWords('2026-12-04T09:00:00.000Z', WALL),
      'Time was moved on for this deployment, to try things out. Its date is Friday 4 December 2026, 6 days ahead of the real one. Every date on this page goes by that.',
    );
    assert.match(movedClockWords('2026-11-29T00:00:00.000Z', WALL) ?? '', /Sunday 29 November 2026, 1 day ahead/);
  });

  it('is told by the day in London, and not of a clock that shows today', () => {
    assert.equal(movedClockWords('2026-11-28T10:00:00.000Z', WALL), null);
    assert.equal(movedClockWords('2026-11-28T23:59:00.000Z', WALL), null);
    assert.equal(movedClockWords('2026-11-20T10:00:00.000Z', WALL), null);
    // 23:30 in UTC is the next day in London in summer.
    assert.match(
      movedClockWords('2026-06-10T23:30:00.000Z', Date.parse('2026-06-10T10:00:00Z')) ?? '',
      /Thursday 11 June 2026, 1 day ahead/,
    );
  });
});
