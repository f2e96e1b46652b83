import { addDays } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/** A day near another one, as it is typed into three inputs: “5 12 2026”. */
export function exampleDay(today: PlainDate, daysAhead = 0): string {
  const [year = '', month = '', day = ''] = addDays(today, daysAhead).split('-');
  return `${Number(day)} ${Number(month)} ${year}`;
}
