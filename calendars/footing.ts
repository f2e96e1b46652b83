import type { Calendar } from '../domain/time/calendar.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { WARNING_DAYS } from './horizon.ts';

/** What the dates of one deployment rest on, on a day. */
export type Footing = {
  /** Whose terms are wanted, in words for people. */
  readonly whose: string;
  /** The last day that the calendar knows: of its terms, or of the bank holidays where those end before. */
  readonly knownTo: PlainDate;
  /** Whether that is past, within a year, or further ahead. */
  readonly state: 'ended' | 'ending' | 'well';
  /** The id of the calendar that is the authority's own, where a date rests on it. */
  readonly own: string | null;
  /** The calendars of other authorities on which a date rests, in their order. */
  readonly standIns: readonly { readonly id: string; readonly name: string }[];
};

/**
 * What a calendar gives a deployment from a day on: the terms that hold it and every day up to the last open due date, `dueBy`. A day in
 * a holiday counts to the term that follows. Later terms are not looked at: nobody's date rests on them yet.
 */
export function footingOf({ bankHolidays, terms }: Calendar, today: PlainDate, dueBy: PlainDate | null): Footing {
  const lastDay = dueBy !== null && dueBy > today ? dueBy : today;
  const inUse = terms.terms.filter(
    ({ endsOn }, index) => endsOn >= today && (index === 0 || (terms.terms[index - 1]?.endsOn ?? '') < lastDay),
  );
  // `calendarFor` writes both lists in one order.
  const names = terms.name.split('; then ');
  const used = terms.id.split('+').map((id, index) => ({ id, name: names[index] ?? id }));
  const everStandsIn = new Set(terms.terms.flatMap(({ assumed }) => assumed ?? []));
  const standInNow = new Set(inUse.flatMap(({ assumed }) => assumed ?? []));
  const lastTermEnds = terms.terms.at(-1)?.endsOn ?? bankHolidays.knownTo;
  const knownTo = lastTermEnds < bankHolidays.knownTo ? lastTermEnds : bankHolidays.knownTo;
  const ownNow = inUse.some(({ assumed }) => assumed === undefined);
  return {
    whose: terms.assumedFor ?? terms.name,
    knownTo,
    state: knownTo < today ? 'ended' : knownTo < addDays(today, WARNING_DAYS) ? 'ending' : 'well',
    own: ownNow ? (used.find(({ name }) => !everStandsIn.has(name))?.id ?? null) : null,
    standIns: used.filter(({ name }) => standInNow.has(name)),
  };
}
