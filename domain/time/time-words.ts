import { londonDate, londonMinute } from './london.ts';
import { longDate } from './plain-date.ts';

/** An instant in London: "25 November 2022, 8:05am". */
export function dateAndTime(at: string): string {
  const ms = Date.parse(at);
  return `${longDate(londonDate(ms))}, ${clockTime(ms)}`;
}

/** The time of day in London of an instant in epoch milliseconds, as the GOV.UK style guide has it: "8:05am", "8am", "midday". */
export function clockTime(ms: number): string {
  const minute = londonMinute(ms);
  if (minute % (12 * 60) === 0) return minute === 0 ? 'midnight' : 'midday';
  const hour = Math.floor(minute / 60);
  const past = minute % 60 === 0 ? '' : `:${String(minute % 60).padStart(2, '0')}`;
  return `${hour % 12 || 12}${past}${hour < 12 ? 'am' : 'pm'}`;
}
