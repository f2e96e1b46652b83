import { londonDate, londonMinute } from './london.ts';
import { longDate } from './plain-date.ts';

/** An instant in London: "25 November 2022, 8:05am". */
export function dateAndTime(at: string): string {
  const minute = londonMinute(Date.parse(at));
  const hour = Math.floor(minute / 60);
  return `${longDate(londonDate(Date.parse(at)))}, ${hour % 12 || 12}:${String(minute % 60).padStart(2, '0')}${hour < 12 ? 'am' : 'pm'}`;
}
