import type { BankHolidays, Calendar, Season, Term, TermCalendar } from './calendar.ts';
import { epochDay, fromEpochDay, weekdayOfEpochDay } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import type { DayKind } from './time-allowed.ts';
import { capitalised } from '../words.ts';

/** A question about a day that the calendar does not cover. It names the year whose dates are missing. */
export type BeyondHorizon = Reason & { readonly kind: 'beyond-horizon'; readonly missingYear: number };

/** Whether a day is a working day, or a day on which the school is open. */
export function isOpen(calendar: Calendar, kind: DayKind, date: PlainDate): Result<boolean, BeyondHorizon> {
  const { first, closed } = indexOf(calendar, kind);
  const code = closed[epochDay(date) - first];
  return code === undefined ? refused(beyond(calendar, date)) : ok(code === OPEN);
}

/**
 * The name of what closes a day: "Saturday", "Boxing Day", "Christmas holiday", "autumn half term"; undefined when the
 * day is open or the calendar does not cover it. A bank holiday is named before the school holiday it falls in, a
 * weekend only when nothing else closes the day.
 */
export function closedBecause(calendar: Calendar, kind: DayKind, date: PlainDate): string | undefined {
  const { first, closed, names } = indexOf(calendar, kind);
  return names[closed[epochDay(date) - first] ?? OPEN];
}

/** A run of closed days with one name, from `on` to `to`, both inclusive. */
export type ClosedRun = { readonly name: string; readonly on: PlainDate; readonly to: PlainDate };

/**
 * Every closed day from one date up to but not including another, as far as the calendar knows, in runs of one name.
 */
export function closedRuns(calendar: Calendar, kind: DayKind, from: PlainDate, before: PlainDate): readonly ClosedRun[] {
  const { first, closed, names } = indexOf(calendar, kind);
  const end = Math.min(closed.length, epochDay(before) - first);
  const runs: ClosedRun[] = [];
  for (let at = Math.max(0, epochDay(from) - first); at < end; at += 1) {
    const code = closed[at];
    const name = names[code ?? OPEN];
    if (name === undefined) continue;
    const start = at;
    while (at + 1 < end && closed[at + 1] === code) at += 1;
    runs.push({ name, on: fromEpochDay(first + start), to: fromEpochDay(first + at) });
  }
  return runs;
}

/**
 * The nth open day after a date, or before it when n is negative; the date itself is not counted.
 * Friday 25 November 2022 + 1 working day = Monday 28 November.
 */
export function nthDay(calendar: Calendar, kind: DayKind, from: PlainDate, n: number): Result<PlainDate, BeyondHorizon> {
  if (!Number.isInteger(n) || n === 0) throw new RangeError(`The nth day needs a whole number other than 0, not ${n}.`);
  const { first, closed } = indexOf(calendar, kind);
  const step = Math.sign(n);
  let at = epochDay(from) - first;
  if (closed[at] === undefined) return refused(beyond(calendar, from));
  for (let left = Math.abs(n); left > 0;) {
    at += step;
    const code = closed[at];
    if (code === undefined) return refused(beyond(calendar, fromEpochDay(first + at)));
    if (code === OPEN) left -= 1;
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

/** How many open days there are after one date, up to and including another; 0 when the second is not later. */
export function countDays(calendar: Calendar, kind: DayKind, after: PlainDate, upTo: PlainDate): Result<number, BeyondHorizon> {
  const { first, closed } = indexOf(calendar, kind);
  const from = epochDay(after) - first;
  const to = epochDay(upTo) - first;
  if (to <= from) return ok(0);
  if (from < 0) return refused(beyond(calendar, after));
  if (to >= closed.length) return refused(beyond(calendar, upTo));
  let count = 0;
  for (let at = from + 1; at <= to; at += 1) if (closed[at] === OPEN) count += 1;
  return ok(count);
}

/**
 * The open days after one date, up to and including another; none when the second is not later.
 * After Friday 23 December 2022, up to Wednesday 28 December: one working day, the 28th.
 */
export function openDays(
  calendar: Calendar,
  kind: DayKind,
  after: PlainDate,
  upTo: PlainDate,
): Result<readonly PlainDate[], BeyondHorizon> {
  const { first, closed } = indexOf(calendar, kind);
  const days: PlainDate[] = [];
  const to = epochDay(upTo) - first;
  for (let at = epochDay(after) - first + 1; at <= to; at += 1) {
    const code = closed[at];
    if (code === undefined) return refused(beyond(calendar, fromEpochDay(first + at)));
    if (code === OPEN) days.push(fromEpochDay(first + at));
  }
  return ok(days);
}

/**
 * Each known day from one date up to another with its number: how many open days lie after the first known day, up to and including it.
 * The open days after one day, up to and including another, are the difference of their numbers. Days that the calendar does not know are
 * left out. Friday 23 December 2022 to Wednesday 28 December, in working days: 0, 0, 0, 0, 0, 1.
 */
export function numberedDays(
  calendar: Calendar,
  kind: DayKind,
  from: PlainDate,
  upTo: PlainDate,
): { readonly first: PlainDate; readonly numbers: readonly number[] } {
  const { first, closed } = indexOf(calendar, kind);
  const start = Math.max(0, epochDay(from) - first);
  const end = Math.min(closed.length - 1, epochDay(upTo) - first);
  const numbers: number[] = [];
  let number = 0;
  for (let at = start; at <= end; at += 1) {
    if (at > start && closed[at] === OPEN) number += 1;
    numbers.push(number);
  }
  return { first: fromEpochDay(first + start), numbers };
}

/**
 * The term that holds a date. A day in a holiday, or after the term's last school day, belongs to the term that
 * follows. A half-term break does not end a term.
 */
export function termOf(calendar: Calendar, date: PlainDate): Result<Term, BeyondHorizon> {
  const { terms } = calendar.terms;
  const [first] = terms;
  const term = terms.find((candidate) => date <= lastSchoolDay(calendar, candidate));
  // There may be an unknown term before the first known one. Only a day shortly before the first known term is surely
  // in its holiday.
  if (term === undefined || first === undefined || epochDay(date) < epochDay(first.startsOn) - LONGEST_HOLIDAY_DAYS[first.season]) {
    return refused(beyond(calendar, date));
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

/**
 * The terms that affect the days from one date to another, both inclusive. A term affects its own days and the holidays
 * on both sides of it, because a day is a holiday by the end of one term and the beginning of the next.
 */
export function termsReaching(calendar: Calendar, from: PlainDate, to: PlainDate): readonly Term[] {
  const { terms } = calendar.terms;
  return terms.filter((_, at) => {
    const [before, after] = [terms[at - 1], terms[at + 1]];
    return (before === undefined || before.endsOn < to) && (after === undefined || from < after.startsOn);
  });
}

/** The last day of a term on which the school is open. */
export function lastSchoolDay(calendar: Calendar, term: Term): PlainDate {
  const last = onOrBefore(calendar, 'school', term.endsOn);
  // A term lies within its own calendar. If bank holidays end before it, its last weekday is used.
  return last.ok ? last.value : term.endsOn;
}

/** "Spring 2023", as the calendars and the Department write it. */
export function termName({ season, year }: Pick<Term, 'season' | 'year'>): string {
  return `${capitalised(season)} ${year}`;
}

const FOLLOWING = { autumn: 'spring', spring: 'summer', summer: 'autumn' } as const satisfies Record<Season, Season>;
const HOLIDAY_AFTER = { autumn: 'Christmas holiday', spring: 'Easter holiday', summer: 'summer holiday' } as const satisfies Record<
  Season,
  string
>;
/** The longest holiday before a term of each season. */
const LONGEST_HOLIDAY_DAYS = { autumn: 56, spring: 24, summer: 24 } as const satisfies Record<Season, number>;

/**
 * One byte a day: 0 when it is open, else the index in `names` of what closes it. Asking about a day is then one
 * look-up, and the hundreds of calendars that a worker holds stay small.
 */
type DayIndex = { readonly first: number; readonly closed: Uint8Array; readonly names: (string | undefined)[] };

const OPEN = 0;
const SATURDAY = 1;
const SUNDAY = 2;
/** Used when there are more names than a byte can hold. */
const CLOSED = 3;

const workingIndexes = new WeakMap<BankHolidays, DayIndex>();
const schoolIndexes = new WeakMap<Calendar, DayIndex>();

function indexOf(calendar: Calendar, kind: DayKind): DayIndex {
  return kind === 'working'
    ? remembered(workingIndexes, calendar.bankHolidays, workingDays)
    : remembered(schoolIndexes, calendar, schoolDays);
}

function remembered<K extends object>(indexes: WeakMap<K, DayIndex>, key: K, build: (key: K) => DayIndex): DayIndex {
  let index = indexes.get(key);
  if (index === undefined) indexes.set(key, (index = build(key)));
  return index;
}

function workingDays({ knownFrom, knownTo, days }: BankHolidays): DayIndex {
  const first = epochDay(knownFrom);
  const closed = new Uint8Array(Math.max(0, epochDay(knownTo) - first + 1));
  const names = [undefined, 'Saturday', 'Sunday', 'closed'];
  for (let at = 0; at < closed.length; at += 1) {
    const weekday = weekdayOfEpochDay(first + at);
    closed[at] = weekday === 6 ? SATURDAY : weekday === 7 ? SUNDAY : OPEN;
  }
  for (const { on, name } of days) closed[epochDay(on) - first] = codeOf(names, name);
  return { first, closed, names };
}

/**
 * School days are known from the first day of the first known term to the last day of the last, as far as bank holidays
 * are known.
 */
function schoolDays(calendar: Calendar): DayIndex {
  const working = indexOf(calendar, 'working');
  const { terms, closures } = calendar.terms;
  const first = Math.max(working.first, epochDay(terms[0]?.startsOn ?? calendar.bankHolidays.knownTo));
  const last = epochDay(terms.at(-1)?.endsOn ?? calendar.bankHolidays.knownFrom);
  const closed = working.closed.slice(first - working.first, Math.max(first, last + 1) - working.first);
  const names = [...working.names];
  const close = (from: number, to: number, name: string) => {
    const code = codeOf(names, name);
    // A day that is not known has no byte, and setting it does nothing.
    for (let at = from - first; at <= to - first; at += 1) closed[at] = code;
  };
  for (const [at, term] of terms.entries()) {
    const { halfTerm, season, endsOn } = term;
    if (halfTerm) close(epochDay(halfTerm.startsOn), epochDay(halfTerm.endsOn), `${season} half term`);
    const next = terms[at + 1];
    if (next) close(epochDay(endsOn) + 1, epochDay(next.startsOn) - 1, HOLIDAY_AFTER[season]);
  }
  for (const { on, name } of closures) close(epochDay(on), epochDay(on), name);
  for (const { on, name } of calendar.bankHolidays.days) close(epochDay(on), epochDay(on), name);
  return { first, closed, names };
}

function codeOf(names: (string | undefined)[], name: string): number {
  const known = names.indexOf(name);
  if (known > 0) return known;
  return names.length > 255 ? CLOSED : names.push(name) - 1;
}

function beyond(calendar: Calendar, date: PlainDate): BeyondHorizon {
  const { knownFrom, knownTo } = calendar.bankHolidays;
  // Not a slice, because after 9999 the year has more digits.
  const year = Number.parseInt(date, 10);
  if (date < knownFrom || date > knownTo) {
    return {
      kind: 'beyond-horizon',
      missingYear: year,
      message: `Bank holidays are known for ${knownFrom.slice(0, 4)} to ${knownTo.slice(0, 4)}; the date needs ${year}.`,
      remedy: `Import the bank holidays of ${year}: chaser calendar import FILE.`,
    };
  }
  const last = calendar.terms.terms.at(-1);
  const season = date.slice(5) < '04' ? 'spring' : date.slice(5) < '08' ? 'summer' : 'autumn';
  // A day after the last school day of the last known term belongs to the term that follows, which is not known.
  if (last?.season === season && last.year === year && date > lastSchoolDay(calendar, last)) {
    const next = FOLLOWING[season];
    return missingTerm(calendar.terms, next, next === 'spring' ? year + 1 : year);
  }
  return missingTerm(calendar.terms, season, year);
}

function missingTerm({ name, assumedFor, terms }: TermCalendar, season: Season, year: number): BeyondHorizon {
  const [first] = terms;
  const last = terms.at(-1);
  const known = first && last ? `known from ${termName(first)} to ${termName(last)}` : 'not known';
  const whose = assumedFor === undefined ? name : `${assumedFor}, stand-ins included,`;
  const startsIn = season === 'autumn' ? year : year - 1;
  return {
    kind: 'beyond-horizon',
    missingYear: year,
    message: `The term dates of ${whose} are ${known}; the date needs ${termName({ season, year })}.`,
    remedy: `Import its term dates for ${startsIn} to ${startsIn + 1} (chaser calendar import FILE), or name a calendar that knows them in the programme’s assumedTermCalendars.`,
  };
}
