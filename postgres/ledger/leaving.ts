import { daysToLeave, msToNextSendingDay, msToWait } from '../../domain/chasing/letter-hours.ts';
import { gatheredAtMs } from '../../domain/chasing/timing.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { LetterRow } from './letters.ts';

/** How long a letter waits whose recipient has had as many e-mails of the day as one may get. */
export function msToAnotherDay(row: LetterRow): number {
  return msToNextSendingDay(row.programme, row.calendar, {
    ...row,
    days: daysToLeave(row.programme, row.step, row),
    writtenMs: Date.parse(row.writtenAt),
  });
}

/**
 * How long a letter waits for the moment at which its recipient gets together what can wait; 0 when it does not. What was perhaps sent goes
 * again as it was, whatever its recipient has chosen since.
 */
export function msToGathering({ programme, calendar, kind, timing, writtenAt, waitedMs, standing }: LetterRow): number {
  const writtenMs = Date.parse(writtenAt);
  const atMs = standing.perhapsSent ? null : gatheredAtMs(programme, calendar, { kind, timing, writtenMs });
  return atMs === null ? 0 : Math.max(0, atMs - (writtenMs + waitedMs));
}

/** How long a letter waits for the next hour at which it may leave; 0 when it may leave now. */
export function msToSendingHour(row: LetterRow): number {
  return msToWait(row.programme, row.calendar, {
    ...row,
    days: daysToLeave(row.programme, row.step, row),
    writtenMs: Date.parse(row.writtenAt),
  });
}

/**
 * A letter says what is true on the day it leaves, by the clock of its deployment. One that was written on 1 December and
 * could not leave before the 9th says on the 9th that the 8th has passed.
 */
export function asItLeaves(row: LetterRow): LetterRow {
  const now = Date.parse(row.writtenAt) + row.waitedMs;
  if (londonDate(now) === londonDate(Date.parse(row.writtenAt))) return row;
  return { ...row, writtenAt: new Date(now).toISOString() };
}
