import { londonDate, londonMinute } from './london.ts';
import { longDate } from './plain-date.ts';

const MINUTE_MS = 60_000;

/** Minutes as they were written before: a file of all deployments writes the same few hundred five thousand times. */
const written = new Map<number, string>();
const MOST_MINUTES = 2_000;

/** An instant in London: "25 November 2022, 8:05am". */
export function dateAndTime(at: string): string {
  const minute = Math.floor(Date.parse(at) / MINUTE_MS);
  const known = written.get(minute);
  if (known !== undefined) return known;
  const ms = minute * MINUTE_MS;
  const words = `${longDate(londonDate(ms))}, ${clockTime(ms)}`;
  if (written.size >= MOST_MINUTES) written.clear();
  written.set(minute, words);
  return words;
}

/** The time of day in London of an instant in epoch milliseconds, as the GOV.UK style guide has it: "8:05am", "8am", "midday". */
export function clockTime(ms: number): string {
  const minute = londonMinute(ms);
  if (minute % (12 * 60) === 0) return minute === 0 ? 'midnight' : 'midday';
  const hour = Math.floor(minute / 60);
  const past = minute % 60 === 0 ? '' : `:${String(minute % 60).padStart(2, '0')}`;
  return `${hour % 12 || 12}${past}${hour < 12 ? 'am' : 'pm'}`;
}
