import type { BankHolidays, Calendar, Season, Term, TermCalendar } from './calendar.ts';
import { epochDay, fromEpochDay, weekdayOfEpochDay } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { ok, refused } from './result.ts';
import type { Reason, Result } from './result.ts';
import type { DayKind } from './time-allowed.ts';

/** A question outside what the calendar knows. It names the year whose dates are missing. */
export type BeyondHorizon = Reason & { readonly kind: 'beyond-horizon'; readonly missingYear: number };

/** Whether a day is a working day, or a day on which the school is open. */
export function isOpen(calendar: Calendar, kind: DayKind, date: PlainDate): Result<boolean, BeyondHorizon> {
  const days = indexOf(calendar, kind);
  const at = epochDay(date) - days.first;
  return at < 0 || at >= days.open.length ? refused(beyond(calendar, kind, date)) : ok(days.open[at] === 1);
}

/**
 * The name of what closes a day: "Saturday", "Boxing Day", "Christmas holiday", "autumn half term"; undefined when it
 * is open. A bank holiday is named before the school holiday it falls in, a weekend only when nothing else closes the day.
 */
export function closedBecause(calendar: Calendar, kind: DayKind, date: PlainDate): string | undefined {
  const bankHoliday = calendar.bankHolidays.days.find(({ on }) => on === date);
  if (bankHoliday) return bankHoliday.name;
  const school = kind === 'school' ? schoolClosure(calendar.terms, date) : undefined;
  if (school !== undefined) return school;
  const weekday = weekdayOfEpochDay(epochDay(date));
  return weekday === 6 ? 'Saturday' : weekday === 7 ? 'Sunday' : undefined;
}

/**
 * The nth open day after a date, or before it when n is negative; the date itself is not counted.
 * Friday 25 November 2022 + 1 working day = Monday 28 November.
 */
export function nthDay(calendar: Calendar, kind: DayKind, from: PlainDate, n: number): Result<PlainDate, BeyondHorizon> {
  if (!Number.isInteger(n) || n === 0) throw new RangeError(`The nth day needs a whole number other than 0, not ${n}.`);
  const { first, open } = indexOf(calendar, kind);
  const step = Math.sign(n);
  let at = epochDay(from) - first;
  if (at < 0 || at >= open.length) return refused(beyond(calendar, kind, from));
  for (let left = Math.abs(n); left > 0; ) {
    at += step;
    if (at < 0 || at >= open.length) return refused(beyond(calendar, kind, fromEpochDay(first + at)));
    if (open[at] === 1) left -= 1;
  }
  return ok(fromEpochDay(first + at));
}

/** The date itself when it is open, else the next open day. */
export function onOrAfter(calendar: Calendar, kind: DayKind, date: PlainDate): Result<PlainDate, BeyondHorizon> {
  const open = isOpen(calendar, kind, date);
  if (!open.ok) return open;
  return open.value ? ok(date) : nthDay(calendar, kind, date, 1);
}

/** The date itself when it is open, else the last open day before it. */
export function onOrBefore(calendar: Calendar, kind: DayKind, date: PlainDate): Result<PlainDate, BeyondHorizon> {
  const open = isOpen(calendar, kind, date);
  if (!open.ok) return open;
  return open.value ? ok(date) : nthDay(calendar, kind, date, -1);
}

/** How many open days there are after one date up to and with another; 0 when the second is not later. */
export function countDays(calendar: Calendar, kind: DayKind, after: PlainDate, upTo: PlainDate): Result<number, BeyondHorizon> {
  const { first, open } = indexOf(calendar, kind);
  const from = epochDay(after) - first;
  const to = epochDay(upTo) - first;
  if (to <= from) return ok(0);
  if (from < 0) return refused(beyond(calendar, kind, after));
  if (to >= open.length) return refused(beyond(calendar, kind, upTo));
  let count = 0;
  for (let at = from + 1; at <= to; at += 1) count += open[at] ?? 0;
  return ok(count);
}

/**
 * The term that holds a date. A day in a holiday, and a day after the term's last school day, count to the term that
 * follows; a half-term break does not end a term.
 */
export function termOf(calendar: Calendar, date: PlainDate): Result<Term, BeyondHorizon> {
  const { terms } = calendar.terms;
  const [first] = terms;
  const term = terms.find((candidate) => date <= lastSchoolDay(calendar, candidate));
  // Before the first known term there may be another: a day shortly before it is its holiday, no more.
  if (term === undefined || first === undefined || epochDay(date) < epochDay(first.startsOn) - LONGEST_HOLIDAY_DAYS[first.season]) {
    return refused(beyond(calendar, 'school', date));
  }
  return ok(term);
}

/** The term after a term. */
export function followingTerm(calendar: Calendar, term: Term): Result<Term, BeyondHorizon> {
  const { terms } = calendar.terms;
  const next = terms[terms.findIndex(({ startsOn }) => startsOn === term.startsOn) + 1];
  if (next) return ok(next);
  const season = FOLLOWING[term.season];
  return refused(missingTerm(calendar.terms, season, season === 'spring' ? term.year + 1 : term.year));
}

/** The last day of a term on which the school is open. */
export function lastSchoolDay(calendar: Calendar, term: Term): PlainDate {
  const last = onOrBefore(calendar, 'school', term.endsOn);
  // A term lies within its own calendar; where bank holidays end before it, its last weekday stands.
  return last.ok ? last.value : term.endsOn;
}

/** "Spring 2023", as the calendars and the Department write it. */
export function termName({ season, year }: Pick<Term, 'season' | 'year'>): string {
  return `${season[0]?.toUpperCase()}${season.slice(1)} ${year}`;
}

const FOLLOWING = { autumn: 'spring', spring: 'summer', summer: 'autumn' } as const satisfies Record<Season, Season>;
const HOLIDAY_AFTER = { autumn: 'Christmas holiday', spring: 'Easter holiday', summer: 'summer holiday' } as const satisfies Record<Season, string>;
/** The longest holiday before a term of each season. */
const LONGEST_HOLIDAY_DAYS = { autumn: 56, spring: 24, summer: 24 } as const satisfies Record<Season, number>;

type DayIndex = { readonly first: number; readonly open: Uint8Array };

/** One array a calendar and kind of day: 1 where it is open. Asking a day is then one look. */
const indexes = new WeakMap<Calendar, Partial<Record<DayKind, DayIndex>>>();

function indexOf(calendar: Calendar, kind: DayKind): DayIndex {
  let known = indexes.get(calendar);
  if (known === undefined) indexes.set(calendar, (known = {}));
  return (known[kind] ??= kind === 'working' ? workingDays(calendar.bankHolidays) : schoolDays(calendar));
}

function workingDays({ knownFrom, knownTo, days }: BankHolidays): DayIndex {
  const first = epochDay(knownFrom);
  const open = new Uint8Array(epochDay(knownTo) - first + 1);
  for (let at = 0; at < open.length; at += 1) open[at] = weekdayOfEpochDay(first + at) <= 5 ? 1 : 0;
  for (const { on } of days) open[epochDay(on) - first] = 0;
  return { first, open };
}

/** School days are known from the first known term's first day to the last one's last, as far as bank holidays are. */
function schoolDays(calendar: Calendar): DayIndex {
  const working = indexOf(calendar, 'working');
  const { terms, closures } = calendar.terms;
  const first = Math.max(working.first, epochDay(terms[0]?.startsOn ?? calendar.bankHolidays.knownTo));
  const last = Math.min(working.first + working.open.length - 1, epochDay(terms.at(-1)?.endsOn ?? calendar.bankHolidays.knownFrom));
  const open = new Uint8Array(Math.max(0, last - first + 1));
  const fill = (startsOn: PlainDate, endsOn: PlainDate, isTerm: boolean) => {
    for (let day = Math.max(first, epochDay(startsOn)); day <= Math.min(last, epochDay(endsOn)); day += 1) {
      open[day - first] = isTerm ? (working.open[day - working.first] ?? 0) : 0;
    }
  };
  for (const term of terms) {
    fill(term.startsOn, term.endsOn, true);
    if (term.halfTerm) fill(term.halfTerm.startsOn, term.halfTerm.endsOn, false);
  }
  for (const { on } of closures) fill(on, on, false);
  return { first, open };
}

function schoolClosure({ terms, closures }: TermCalendar, date: PlainDate): string | undefined {
  const closure = closures.find(({ on }) => on === date);
  if (closure) return closure.name;
  const term = terms.findLast(({ startsOn }) => startsOn <= date);
  if (term === undefined) return undefined;
  if (date > term.endsOn) return HOLIDAY_AFTER[term.season];
  const { halfTerm } = term;
  return halfTerm && halfTerm.startsOn <= date && date <= halfTerm.endsOn ? `${term.season} half term` : undefined;
}

function beyond(calendar: Calendar, kind: DayKind, date: PlainDate): BeyondHorizon {
  const { knownFrom, knownTo } = calendar.bankHolidays;
  const year = Number(date.slice(0, 4));
  if (kind === 'working' || date < knownFrom || date > knownTo) {
    return {
      kind: 'beyond-horizon',
      missingYear: year,
      message: `Bank holidays are known for ${knownFrom.slice(0, 4)} to ${knownTo.slice(0, 4)}; the date needs ${year}.`,
      remedy: `Import the bank holidays of ${year}.`,
    };
  }
  const { terms } = calendar.terms;
  const last = terms.at(-1);
  if (last && date > last.endsOn) {
    const season = FOLLOWING[last.season];
    return missingTerm(calendar.terms, season, season === 'spring' ? last.year + 1 : last.year);
  }
  const season = date.slice(5) < '04' ? 'spring' : date.slice(5) < '08' ? 'summer' : 'autumn';
  return missingTerm(calendar.terms, season, year);
}

function missingTerm({ name, terms }: TermCalendar, season: Season, year: number): BeyondHorizon {
  const [first] = terms;
  const last = terms.at(-1);
  const known = first && last ? `known from ${termName(first)} to ${termName(last)}` : 'not known';
  const startsIn = season === 'autumn' ? year : year - 1;
  return {
    kind: 'beyond-horizon',
    missingYear: year,
    message: `The term dates of ${name} are ${known}; the date needs ${termName({ season, year })}.`,
    remedy: `Import its term dates for ${startsIn} to ${startsIn + 1}.`,
  };
}
