import { londonDate } from '../domain/time/london.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import { clockTime } from '../domain/time/time-words.ts';

/** What every page of a training copy says of its time. */
export function trainingWords(nowMs: number, aheadMs: number): string {
  return aheadMs > 0
    ? `Time is moved: it is ${momentWords(nowMs)} in this training copy.`
    : 'This is a training copy. Its time is the real time until somebody moves it on.';
}

/** An instant in London, with its weekday: "Monday 11 January 2027, 8am". */
export function momentWords(epochMs: number): string {
  return `${longDateWithWeekday(londonDate(epochMs))}, ${clockTime(epochMs)}`;
}
