import { londonDate, londonMinute } from './london.ts';
import { longDate } from './plain-date.ts';

/** An instant in London: "25 November 2022, 8:05am". */
export function dateAndTime(at: string): string {
  return `${longDate(londonDate(Date.parse(at)))}, ${clockTime(Date.parse(at))}`;
}

/** The time of day in London of an instant in epoch milliseconds: "8:05am". */
export function clockTime(ms: number): string {
  const minute = londonMinute(ms);
  const hour = Math.floor(minute / 60);
  return `${hour % 12 || 12}:${String(minute % 60).padStart(2, '0')}${hour < 12 ? 'am' : 'pm'}`;
}
