import type { Calendar } from './calendar.ts';
import { closedBecause, isOpen, termOf } from './days.ts';
import { addDays, longDate, longDateWithWeekday } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';

/**
 * INSET days are teachers' days without pupils. Teachers work 195 days a year, pupils come on 190 of them: five are left (School teachers'
 * pay and conditions document; Education (School Day and School Year) (England) Regulations 1999). More is taken for a mistake.
 */
export const MOST_IN_A_YEAR = 5;

/** The school year that holds a day, by the calendar year in which it begins: 31 August 2027 is in 2026, 1 September 2027 in 2027. */
export function schoolYearOf(date: PlainDate): number {
  const year = Number(date.slice(0, 4));
  return date.slice(5, 7) >= '09' ? year : year - 1;
}

/**
 * Why a day cannot be one of a school's own closed days, as a sentence for whoever entered it; null when it can.
 *
 * The day must lie ahead, in this school year or the next, and must be a school day by the school's calendar: Saturday 5 December 2026 is
 * closed anyhow. Where the terms of the authority are not known and others stand in, holidays are not held against it.
 */
export function whyNotClosedDay(calendar: Calendar, day: PlainDate, today: PlainDate): string | null {
  const on = longDateWithWeekday(day);
  if (day <= today) return `${on} is ${day === today ? 'today' : 'in the past'}. Enter a day that is still to come`;
  const year = schoolYearOf(today);
  if (schoolYearOf(day) > year + 1) {
    return `${on} is in the school year ${schoolYearOf(day)} to ${schoolYearOf(day) + 1}. Enter days of this school year or the next, to 31 August ${year + 2}`;
  }
  if (!isOpen(calendar, 'school', day).ok) return `The term dates for ${on} are not known yet. Tell us when they are published`;
  const anyhow = closedBecause(calendar, 'working', day);
  if (anyhow !== undefined) return `${on} is not a school day: ${closedWords(anyhow)}`;
  const term = termOf(calendar, day);
  if (term.ok && term.value.assumed !== undefined && !calendar.terms.closures.some((known) => known.on === day)) return null;
  const closed = closedBecause(calendar, 'school', day);
  return closed === undefined ? null : `${on} is not a school day: ${closedWords(closed)}`;
}

/** "a Saturday" for a day of the week; everything else as it is called. */
function closedWords(name: string): string {
  return name === 'Saturday' || name === 'Sunday' ? `it is a ${name}` : name;
}

/**
 * What is wrong with days that somebody at a school entered together; empty when nothing is. `known` are the days of the same kind that
 * are known or proposed already.
 */
export function closedDayFaults(
  calendar: Calendar,
  days: readonly PlainDate[],
  today: PlainDate,
  known: readonly PlainDate[],
): readonly { readonly at: number; readonly text: string }[] {
  const faults: { readonly at: number; readonly text: string }[] = [];
  for (const [at, day] of days.entries()) {
    const text =
      days.indexOf(day) < at
        ? `You entered ${longDate(day)} twice`
        : known.includes(day)
          ? `We know of ${longDate(day)} already`
          : whyNotClosedDay(calendar, day, today);
    if (text !== null) faults.push({ at, text });
  }
  for (const year of new Set(days.map(schoolYearOf))) {
    const ofYear = new Set([...known, ...days].filter((day) => schoolYearOf(day) === year));
    const at = days.findIndex((day) => schoolYearOf(day) === year);
    if (ofYear.size > MOST_IN_A_YEAR) {
      const before = known.filter((day) => schoolYearOf(day) === year).length;
      const already = before === 0 ? '' : `, and ${before} ${before === 1 ? 'is' : 'are'} known already`;
      faults.push({
        at,
        text: `A school has up to ${MOST_IN_A_YEAR} INSET days in a school year${already}. Enter fewer days for ${year} to ${year + 1}, or telephone your coordinator`,
      });
    }
  }
  return faults;
}

/** Days in runs without a gap, in their order: 1, 2 and 5 September are 1 to 2 September, and 5 September. */
export function runsOf(days: readonly PlainDate[]): readonly { readonly from: PlainDate; readonly to: PlainDate }[] {
  const runs: { from: PlainDate; to: PlainDate }[] = [];
  for (const day of [...new Set(days)].toSorted()) {
    const last = runs.at(-1);
    if (last !== undefined && addDays(last.to, 1) === day) last.to = day;
    else runs.push({ from: day, to: day });
  }
  return runs;
}
