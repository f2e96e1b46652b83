import type { BankHolidays } from '../time/calendar.ts';
import { addDays, weekday } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';

/**
 * The week, by its Monday, whose summaries may go on a day; null on a Saturday, a Sunday and a bank holiday of England and Wales. They go on
 * the first working day of the week, which is Monday unless that is a bank holiday; whoever has none by a later day of the week gets it
 * then. Where bank holidays are not known, every weekday counts as a working day.
 *
 * Worked example: Monday 25 May 2026 is a bank holiday, so the summaries of that week go on Tuesday 26 May.
 */
export function digestWeek({ days }: Pick<BankHolidays, 'days'>, on: PlainDate): PlainDate | null {
  const day = weekday(on);
  if (day > 5 || days.some((holiday) => holiday.on === on)) return null;
  return addDays(on, 1 - day);
}
