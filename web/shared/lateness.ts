import type { Calendar } from '../../domain/time/calendar.ts';
import { countDays } from '../../domain/time/days.ts';
import { daysBetween } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { daysOf } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';

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
