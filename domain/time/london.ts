import { epochDay, fromEpochDay } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';

/** An instant, ISO 8601 in UTC: `2022-11-25T08:00:00.000Z`. */
export type Instant = string;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

// Built once, because constructing a formatter costs a thousand times more than using one.
const LONDON = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
});

/**
 * The instant (epoch milliseconds) of a minute of a day in London: 480 is 08:00. A minute that the clocks skip in March
 * counts as the hour after it; one that comes twice in October means the first.
 */
export function londonInstant(date: PlainDate, minuteOfDay: number): number {
  const asIfUtcMs = epochDay(date) * DAY_MS + minuteOfDay * MINUTE_MS;
  // The offset an hour earlier. It differs only on the two days a year when the clocks change, and is then the one
  // before the change.
  return asIfUtcMs - offsetMs(asIfUtcMs - HOUR_MS);
}

/** The date in London at an instant (epoch milliseconds): 23:30 UTC on 30 June is 1 July. */
export function londonDate(epochMs: number): PlainDate {
  return fromEpochDay(Math.floor((epochMs + offsetMs(epochMs)) / DAY_MS));
}

/** The minute of the day in London at an instant (epoch milliseconds): 0 to 1439. */
export function londonMinute(epochMs: number): number {
  const localMs = epochMs + offsetMs(epochMs);
  return Math.floor((localMs - Math.floor(localMs / DAY_MS) * DAY_MS) / MINUTE_MS);
}

/** London changes its clocks on the hour, so the formatter is asked only once for each hour. */
const offsetsByHour = new Map<number, number>();
const MOST_HOURS = 1_000;

/** How far London's clocks are ahead of UTC: nothing in winter, an hour in summer. */
function offsetMs(epochMs: number): number {
  const hour = Math.floor(epochMs / HOUR_MS);
  const known = offsetsByHour.get(hour);
  if (known !== undefined) return known;
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of LONDON.formatToParts(hour * HOUR_MS)) parts[type] = Number(value);
  const offset = Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour) - hour * HOUR_MS;
  if (offsetsByHour.size >= MOST_HOURS) offsetsByHour.clear();
  offsetsByHour.set(hour, offset);
  return offset;
}
