import type { Calendar } from '../time/calendar.ts';
import { numberedDays } from '../time/days.ts';
import { addDays, daysBetween, epochDay, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { KnownStop } from './known-life.ts';
import type { CountedDays } from './timeliness.ts';

/**
 * How many days lie after one, up to and including another, of this kind; 0 when the second is not later, null where the calendar does not
 * reach so far. Friday to Monday: 3 calendar days, 1 working day.
 */
export function daysAfter(calendar: Calendar, kind: CountedDays, after: PlainDate, upTo: PlainDate): number | null {
  if (upTo <= after) return 0;
  if (kind === 'calendar') return daysBetween(after, upTo);
  const { first, numbers } = numbered(calendar, kind);
  const begun = numbers[epochDay(after) - first];
  const ended = numbers[epochDay(upTo) - first];
  return begun === undefined || ended === undefined ? null : ended - begun;
}

/**
 * Those of the days on which a clock stood, each counted once however many stops it lies in. A stop's first day stands, the day on which
 * it is resumed does not.
 */
export function stoppedDays(
  calendar: Calendar,
  kind: CountedDays,
  after: PlainDate,
  upTo: PlainDate,
  stops: readonly KnownStop[],
): number | null {
  if (stops.length === 0) return 0;
  let stopped = 0;
  let counted = after;
  for (const { from, until } of stops.toSorted((one, other) => (one.from < other.from ? -1 : 1))) {
    const start = later(counted, addDays(from, -1));
    const end = until === null || until > upTo ? upTo : addDays(until, -1);
    if (end <= start) continue;
    const days = daysAfter(calendar, kind, start, end);
    if (days === null) return null;
    stopped += days;
    counted = end;
  }
  return stopped;
}

function later(one: PlainDate, other: PlainDate): PlainDate {
  return one > other ? one : other;
}

type Numbered = { readonly first: number; readonly numbers: readonly number[] };
const remembered = new WeakMap<Calendar, Partial<Record<'working' | 'school', Numbered>>>();

function numbered(calendar: Calendar, kind: 'working' | 'school'): Numbered {
  const known = remembered.get(calendar) ?? {};
  const found = known[kind];
  if (found !== undefined) return found;
  const { first, numbers } = numberedDays(calendar, kind, plainDate('1900-01-01'), calendar.bankHolidays.knownTo);
  const made = { first: epochDay(first), numbers };
  remembered.set(calendar, { ...known, [kind]: made });
  return made;
}
