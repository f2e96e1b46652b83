import { daysToLeave, msToWait } from '../../domain/chasing/letter-hours.ts';
import { londonDate } from '../../domain/time/london.ts';
import type { LetterRow } from './letters.ts';

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
