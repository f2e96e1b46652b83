import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { isOpen } from '../time/days.ts';
import { msToWait } from './letter-hours.ts';
import { londonDate, londonMinute } from '../time/london.ts';
import { SMALL } from '../../tests/kit/changes.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';

const GRACE_MS = 900_000;
const FROM_MS = Date.parse('2022-09-05T00:00:00.000Z');
const TO_MS = Date.parse('2023-06-30T00:00:00.000Z');
const letters = fc.record({
  kind: fc.constantFrom('request', 'reminder', 'overdue', 'escalation', 'news'),
  person: fc.string(),
  days: fc.constantFrom('working', 'school'),
  // Changes are made at any hour, so a letter that somebody asked for may be written at night.
  writtenMs: fc.integer({ min: FROM_MS, max: TO_MS }),
  waitedMs: fc.oneof(fc.nat(GRACE_MS), fc.nat(5 * 86_400_000)),
  sentThatDay: fc.nat(8),
} as const);

function inSendingHours(atMs: number, days: 'working' | 'school'): boolean {
  const open = isOpen(CALENDAR, days, londonDate(atMs));
  const minute = londonMinute(atMs);
  return open.ok && open.value && minute >= 8 * 60 && minute < 18 * 60;
}

describe('a letter that waits', () => {
  it('leaves in sending hours on a permitted day, or a little after when it was written within them', () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const waitMs = msToWait(SMALL, CALENDAR, letter);
        const leavesMs = letter.writtenMs + letter.waitedMs + waitMs;
        const atOnce = waitMs === 0 && letter.waitedMs <= GRACE_MS && inSendingHours(letter.writtenMs, letter.days);
        assert.ok(atOnce || inSendingHours(leavesMs, letter.days), `it would leave at ${new Date(leavesMs).toISOString()}`);
      }),
      { numRuns: 5_000 },
    );
  });

  it("waits until the next sending day once its recipient has had the day's limit", () => {
    fc.assert(
      fc.property(letters, (letter) => {
        const capped = { ...letter, kind: 'reminder', sentThatDay: SMALL.dailyCap } as const;
        const nowMs = capped.writtenMs + capped.waitedMs;
        assert.ok(londonDate(nowMs + msToWait(SMALL, CALENDAR, capped)) > londonDate(nowMs));
      }),
      { numRuns: 2_000 },
    );
  });
});
