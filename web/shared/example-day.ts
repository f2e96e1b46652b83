import { loadCalendarBook } from '../../calendars/calendar-book.ts';
import { addDays, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/**
 * A day near another one, as it is typed into three inputs: “7 12 2026”. It is a working day: so many days ahead, or the next working day
 * after that; for a day in the past, or the working day before it. Saturday 5 December 2026 with 0 gives “7 12 2026”.
 */
export function exampleDay(today: PlainDate, daysAhead = 0): string {
  const onward = daysAhead < 0 ? -1 : 1;
  let day = addDays(today, daysAhead);
  while (isFree(day)) day = addDays(day, onward);
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${Number(month)} ${year}`;
}

/** Whether a day is a Saturday, a Sunday, or a bank holiday that is known. */
function isFree(day: PlainDate): boolean {
  return weekday(day) > 5 || loadCalendarBook().bankHolidays.days.some(({ on }) => on === day);
}
