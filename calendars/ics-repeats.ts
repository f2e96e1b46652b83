import ICAL from 'ical.js';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** More days than any school closes for one reason; a rule that goes on is refused. */
const MOST_TIMES = 200;

/**
 * The days on which an entry of iCalendar begins, its first one included, by its rule and its lists of days (RRULE, RDATE,
 * EXDATE). `lines` are those of one VEVENT, unfolded. Null when the rule has no end or cannot be read.
 *
 * Example: DTSTART 2 November 2026, RRULE:FREQ=MONTHLY;COUNT=3 → 2 November, 2 December, 2 January.
 */
export function repeatedDays(lines: readonly string[]): readonly PlainDate[] | null {
  const days: PlainDate[] = [];
  try {
    const component = new ICAL.Component(ICAL.parse(['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n')) as unknown[]);
    const dates = new ICAL.Event(component).iterator();
    for (let next = dates.next() as ICAL.Time | undefined; next; next = dates.next() as ICAL.Time | undefined) {
      if (days.length === MOST_TIMES) return null;
      const day = parsePlainDate(
        `${String(next.year).padStart(4, '0')}-${String(next.month).padStart(2, '0')}-${String(next.day).padStart(2, '0')}`,
      );
      if (day === undefined) return null;
      days.push(day);
    }
  } catch {
    return null;
  }
  return days.length === 0 ? null : days;
}
