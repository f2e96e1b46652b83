import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BankHolidays, Calendar, NamedDay, TermCalendar } from '../domain/time/calendar.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { readBankHolidays } from './bank-holidays.ts';
import { canonicalJson } from './canonical-json.ts';
import { checkTerms } from './check-terms.ts';
import { standInTerms } from './stand-in-terms.ts';
import { readTermDates } from './term-dates.ts';
import type { AuthorityTerms } from './term-dates.ts';

/** All the dates that are known: the bank holidays, the terms of each authority that published them, and schools’ own closures. */
export type CalendarBook = {
  readonly bankHolidays: BankHolidays;
  readonly authorities: readonly AuthorityTerms[];
  readonly closures: readonly OwnClosure[];
};

/** Days on which one school, or every school of a trust, is closed besides its authority’s: snow, an INSET day of its own. */
export type OwnClosure = {
  /** The version of the book that brought it. */
  readonly number: number;
  readonly subject: Subject;
  readonly from: PlainDate;
  /** The last day, itself closed. */
  readonly to: PlainDate;
  readonly name: string;
};

export type CalendarRefusal = Reason & { readonly kind: 'no-calendar' | 'unknown-calendar' };

let shipped: CalendarBook | undefined;

/** The dates that come with Chaser, read once. Throws only when those files are broken, naming every fault. */
export function loadCalendarBook(): CalendarBook {
  return (shipped ??= {
    bankHolidays: mustRead('bank-holidays.json', readBankHolidays),
    authorities: withEarlier(mustRead('term-dates.yaml', readTermDates), mustRead('term-dates-2018-to-2022.yaml', readTermDates)),
    closures: [],
  });
}

/**
 * The authorities of the first file, each with the earlier terms of the second. Throws when the two tell one term apart, or
 * when the second holds an authority that the first has not: calendars that may stand in are named after the first.
 */
function withEarlier(authorities: readonly AuthorityTerms[], earlier: readonly AuthorityTerms[]): readonly AuthorityTerms[] {
  const stray = earlier.find(({ laCode }) => !authorities.some((known) => known.laCode === laCode));
  if (stray !== undefined) throw new Error(`${stray.calendar.name} has earlier terms and no later ones.`);
  return authorities.map((known) => {
    const before = earlier.find(({ laCode }) => laCode === known.laCode);
    if (before === undefined) return known;
    const terms = [...before.calendar.terms, ...known.calendar.terms];
    checkTerms(terms, (_, what) => {
      throw new Error(`${known.calendar.name}: ${what}, where its earlier terms meet its later ones.`);
    });
    return { ...known, calendar: { ...known.calendar, source: `${known.calendar.source}; ${before.calendar.source}`, terms } };
  });
}

function mustRead<T>(name: string, read: (text: string, file: string) => Result<T, Reason>): T {
  const file = fileURLToPath(new URL(`data/${name}`, import.meta.url));
  const dates = read(readFileSync(file, 'utf8'), `calendars/data/${name}`);
  if (!dates.ok) throw new Error(`${dates.reason.message}\n${dates.reason.remedy}`);
  return dates.value;
}

export type CalendarQuestion = {
  /** The three-digit code of the local authority; left out when it is not known which one it is. */
  readonly authority?: string;
  /** Its name in words for people, where there is one. */
  readonly authorityName?: string;
  /** The calendar of the school or trust itself, when it has one. */
  readonly own?: TermCalendar;
  /** Days on which the school or trust itself is closed, besides those of its calendar. */
  readonly closures?: readonly NamedDay[];
  /** Ids of the calendars that stand in where terms are not known, the preferred one first. */
  readonly assumed: readonly string[];
};

/**
 * The calendar a deployment is counted on: a school's or trust's own, else the one its authority published. Where its
 * terms end, or it has none, others stand in term by term, and each of those terms says whose it is: Lancashire's are
 * known up to Summer 2023, from Autumn 2023 another's stand in. For a school with a calendar of its own, its authority's
 * stands in first. Refused when an assumed calendar is not in the book, or nobody knows any term.
 */
export function calendarFor(book: CalendarBook, question: CalendarQuestion): Result<Calendar, CalendarRefusal> {
  const published = book.authorities.map(({ calendar }) => calendar);
  const unknown = question.assumed.find((id) => !published.some((calendar) => calendar.id === id));
  if (unknown !== undefined) {
    return refused({
      kind: 'unknown-calendar',
      message: `There is no term calendar "${unknown}" to stand in.`,
      remedy: `Use any of: ${published.map(({ id }) => id).join(', ')}.`,
    });
  }
  const ofAuthority = book.authorities.find(({ laCode }) => laCode === question.authority)?.calendar;
  const base = question.own ?? ofAuthority;
  const assumed = question.assumed.flatMap((id) => published.find((calendar) => calendar.id === id) ?? []);
  const standIns = [...(ofAuthority ? [ofAuthority] : []), ...assumed].filter((calendar) => calendar !== base);
  const run = standInTerms(base, standIns);
  const whose = question.own?.name ?? question.authorityName ?? ofAuthority?.name ?? nameless(question.authority);
  if (run.length === 0) {
    return refused({
      kind: 'no-calendar',
      message: `The term dates of ${whose} are not known, and no other calendar stands in.`,
      remedy: 'Import its term dates (chaser calendar import FILE), or name calendars that may stand in for it.',
    });
  }

  const stood = new Set(run.map(({ from }) => from));
  const used = [...(base !== undefined && stood.has(base) ? [base] : []), ...[...stood].filter((from) => from !== base)];
  const terms: TermCalendar = {
    id: used.map(({ id }) => id).join('+'),
    name: used.map(({ name }) => name).join('; then '),
    source: used.map(({ source }) => source).join('; then '),
    ...(used.every((calendar) => calendar === base) ? {} : { assumedFor: whose }),
    terms: run.map(({ term, from }) => (from === base ? term : { ...term, assumed: from.name })),
    closures: withOwn(base?.closures ?? [], question.closures ?? []),
  };
  return ok({ version: versionOf(book.bankHolidays, terms), bankHolidays: book.bankHolidays, terms });
}

/** Closed days of an authority with those of one school, whose own reason is the one that is told. */
function withOwn(closures: readonly NamedDay[], own: readonly NamedDay[]): readonly NamedDay[] {
  if (own.length === 0) return closures;
  const others = closures.filter(({ on }) => !own.some((day) => day.on === on));
  return [...others, ...own].toSorted((a, b) => (a.on < b.on ? -1 : 1));
}

function nameless(authority: string | undefined): string {
  return authority === undefined ? 'an authority that was not named' : 'this authority';
}

/** An authority whose terms are in the book. */
export type KnownAuthority = { readonly code: string; readonly name: string; readonly id: string };

/** An authority as `calendarFor` asks for it. */
export type NamedAuthority = { readonly authority: string; readonly authorityName: string };

/** The authorities whose terms are known, in the order of the book. */
export function authoritiesOf(book: CalendarBook): readonly KnownAuthority[] {
  return book.authorities.map(({ laCode, calendar: { id, name } }) => ({ code: laCode, name, id }));
}

/**
 * The authority that is meant by a three-digit code ("888") or the id of a calendar ("lancashire"). A code that is not
 * in the book is an authority whose terms are not known; an id that is not in it is refused.
 */
export function findAuthority(
  book: CalendarBook,
  codeOrId: string,
): Result<NamedAuthority, Reason & { readonly kind: 'unknown-authority' }> {
  const known = authoritiesOf(book);
  const found = known.find(({ code, id }) => code === codeOrId || id === codeOrId);
  if (found) return ok({ authority: found.code, authorityName: found.name });
  if (/^\d{3}$/.test(codeOrId)) return ok({ authority: codeOrId, authorityName: `local authority ${codeOrId}` });
  return refused({
    kind: 'unknown-authority',
    message: `There is no local authority "${codeOrId}".`,
    remedy: `Give a three-digit code, or one of: ${known.map(({ id, code }) => `${id} (${code})`).join(', ')}.`,
  });
}

/** Sixteen hexadecimal digits that are the same exactly when the content is. */
function versionOf(bankHolidays: BankHolidays, terms: TermCalendar): string {
  return createHash('sha256').update(canonicalJson({ bankHolidays, terms })).digest('hex').slice(0, 16);
}
