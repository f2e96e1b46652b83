import type { Programme } from '../programme.ts';
import type { Calendar } from '../time/calendar.ts';
import { isOpen } from '../time/days.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays, weekday } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { LetterKind } from './wanted.ts';

/** When a member of the staff wants the e-mails that can wait: each at once, or together once a day or once a week. */
export const TIMINGS = ['at-once', 'daily', 'weekly'] as const;
export type Timing = (typeof TIMINGS)[number];

/** The minute of the day, in London, at which what was gathered leaves: 4pm. */
const GATHERED_AT_MINUTE = 16 * 60;
/** A week without a working day is passed over; two together do not come. */
const LONGEST_WAIT_DAYS = 21;

/**
 * How far a letter can wait for others: not at all, until the end of its day, or until its reader wants it. An escalation and a call ask for
 * something today, and a reminder comes on the day for which it was planned. A request and a notice begin days that are counted, so they
 * never leave later than on their own day. News and word of an escalation ask for nothing. A choice of ours: no guidance speaks of it.
 */
function canWait(kind: LetterKind): 'never' | 'within-its-day' | 'as-chosen' {
  switch (kind) {
    case 'call':
    case 'escalation':
    case 'reminder':
    case 'overdue':
      return 'never';
    case 'request':
    case 'notice':
      return 'within-its-day';
    case 'news':
    case 'escalation-notice':
      return 'as-chosen';
    default:
      return kind satisfies never;
  }
}

/**
 * The moment at which a letter to a member of the staff leaves together with others, in epoch milliseconds; null for one that does not wait.
 * Daily: 4pm in London on the next working day on which that is still to come. Weekly: 4pm on the last working day of a week. Where
 * sending hours end before 5pm, an hour before they end. Nothing waits past the days that the calendar knows.
 *
 * Worked example: news of Thursday 18 October 2040, 5pm, leaves on Friday 19 October at 4pm, daily as well as weekly; a request of that
 * moment leaves at once, and one of Thursday 10am at 4pm on Thursday.
 */
export function gatheredAtMs(
  programme: Pick<Programme, 'sendingHours'>,
  calendar: Calendar,
  { kind, timing, writtenMs }: { readonly kind: LetterKind; readonly timing: Timing; readonly writtenMs: number },
): number | null {
  const waits = canWait(kind);
  if (timing === 'at-once' || waits === 'never') return null;
  const { fromMinute, toMinute } = programme.sendingHours;
  const minute = Math.max(fromMinute, Math.min(GATHERED_AT_MINUTE, toMinute - 60));
  const writtenOn = londonDate(writtenMs);
  const most = waits === 'within-its-day' ? 0 : LONGEST_WAIT_DAYS;
  for (let days = 0; days <= most; days += 1) {
    const on = addDays(writtenOn, days);
    const open = isOpen(calendar, 'working', on);
    if (!open.ok) return null;
    const atMs = londonInstant(on, minute);
    if (!open.value || atMs <= writtenMs) continue;
    if (waits === 'within-its-day' || timing === 'daily' || isLastOfItsWeek(calendar, on)) return atMs;
  }
  return null;
}

/** No working day follows in the same week. */
function isLastOfItsWeek(calendar: Calendar, on: PlainDate): boolean {
  for (let day = weekday(on) + 1; day <= 5; day += 1) {
    const open = isOpen(calendar, 'working', addDays(on, day - weekday(on)));
    if (open.ok && open.value) return false;
  }
  return true;
}
