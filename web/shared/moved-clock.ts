import { londonDate } from '../../domain/time/london.ts';
import { daysBetween, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { Instant } from '../../domain/chronology/events.ts';

/**
 * What a page says of a deployment whose clock was moved on to try something out: `now` is the time on its clock, `wallMs` that on the
 * wall. Null for a clock that nobody moved.
 */
export function movedClockWords(now: Instant, wallMs: number): string | null {
  const [itsToday, today] = [londonDate(Date.parse(now)), londonDate(wallMs)];
  const days = daysBetween(today, itsToday);
  if (days <= 0) return null;
  const ahead = `${days} ${days === 1 ? 'day' : 'days'} ahead`;
  return `Time was moved on for this deployment, to try things out. Its date is ${longDateWithWeekday(itsToday)}, ${ahead} of the real one. Every date on this page goes by that.`;
}
