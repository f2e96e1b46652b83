import type { Calendar } from '../time/calendar.ts';
import { countDays } from '../time/days.ts';
import { daysBetween } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { daysOf } from '../programme.ts';
import type { Programme } from '../programme.ts';

import type { Chronology } from './state.ts';

export type Lateness = {
  readonly days: number;
  readonly unit: 'working days' | 'school days' | 'days';
  /** "3 working days late", "1 school day late"; "late" when no such day has passed since. */
  readonly words: string;
};

/**
 * How late a step is on a day after its due date, in the days that it is counted in, as in its letters. Beyond the end
 * of the calendar, calendar days are counted.
 */
export function latenessOf(programme: Programme, calendar: Calendar, step: string, dueOn: PlainDate, today: PlainDate): Lateness {
  const known = programme.steps[step];
  const kind = known === undefined ? 'working' : daysOf(programme, known);
  const counted = countDays(calendar, kind, dueOn, today);
  const days = counted.ok ? counted.value : daysBetween(dueOn, today);
  const unit = counted.ok ? (`${kind} days` as const) : 'days';
  if (days <= 0) return { days: 0, unit, words: 'late' };
  return { days, unit, words: `${days} ${days === 1 ? unit.slice(0, -1) : unit} late` };
}

/**
 * How late a step would still be on a day when it is due before that: after a stopped clock runs again, say, which gives back the days
 * that it stood still and not those that were late before. Null where it would not be late.
 */
export function staysLate(
  { programme, calendar }: Pick<Chronology, 'programme' | 'calendar'>,
  step: string,
  dueOn: PlainDate,
  on: PlainDate,
): Lateness | null {
  return dueOn < on ? latenessOf(programme, calendar, step, dueOn, on) : null;
}
