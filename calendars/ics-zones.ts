import ICAL from 'ical.js';
import { londonInstant } from '../domain/time/london.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** How calendars of different makers call London's time. */
const LONDON = /(?:^|\/)Europe\/(?:London|Belfast)$|^GMT Standard Time$|^GB$/i;

/** A time on the clock of some place. */
export type WallTime = { readonly on: PlainDate; readonly minute: number; readonly second: number };

/** Answers the instant (epoch milliseconds) of a time on the clock of a zone; undefined for a zone that nobody knows. */
export type InZone = (zone: string | undefined, time: WallTime) => number | undefined;

/**
 * The zones of a feed: London's by any of its names, the zones of the IANA list by name, and those that the feed explains
 * itself (VTIMEZONE), as Outlook does with "W. Europe Standard Time". A time without a zone is London's.
 */
export function zonesOf(vtimezones: readonly string[]): InZone {
  const explained = new Map<string, ICAL.Timezone>();
  for (const text of vtimezones) {
    try {
      const component = new ICAL.Component(ICAL.parse(text) as unknown[]);
      const id = component.getFirstPropertyValue('tzid');
      if (typeof id === 'string') explained.set(id, new ICAL.Timezone(component));
    } catch {
      // A zone that cannot be read explains nothing; a time in it is then reported with its line.
    }
  }
  return (zone, { on, minute, second }) => {
    if (zone === undefined || LONDON.test(zone)) return londonInstant(on, minute) + second * 1_000;
    const asUtcMs = Date.parse(`${on}T00:00:00Z`) + minute * 60_000 + second * 1_000;
    const own = explained.get(zone);
    if (own !== undefined) {
      const [year = 0, month = 1, day = 1] = on.split('-').map(Number);
      const time = new ICAL.Time({ year, month, day, hour: Math.floor(minute / 60), minute: minute % 60, second, isDate: false }, own);
      return asUtcMs - own.utcOffset(time) * 1_000;
    }
    const offset = offsetMs(zone, asUtcMs);
    return offset === undefined ? undefined : asUtcMs - (offsetMs(zone, asUtcMs - offset) ?? offset);
  };
}

/** How far the clocks of a zone are ahead of UTC at an instant, in milliseconds; undefined for no zone of the IANA list. */
function offsetMs(zone: string, atMs: number): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /^GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  } catch {
    return undefined;
  }
}
