import type { BankHolidays, NamedDay, TermCalendar } from '../domain/time/calendar.ts';
import { termName } from '../domain/time/days.ts';
import type { Subject } from '../domain/chronology/events.ts';
import { addDays, daysBetween, epochDay, fromEpochDay, longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { CalendarBook, OwnClosure } from './calendar-book.ts';
import { canonicalJson } from './canonical-json.ts';
import { checkTerms, termNumber } from './check-terms.ts';
import type { AuthorityTerms } from './term-dates.ts';

/** One addition to the calendar book, as it is kept. The book is what comes with Chaser and every change since. */
export type BookChange =
  | { readonly kind: 'bank-holidays'; readonly bankHolidays: BankHolidays }
  | { readonly kind: 'term-dates'; readonly authorities: readonly AuthorityTerms[] }
  | ({ readonly kind: 'closure' } & Omit<OwnClosure, 'number'>)
  /** A closure that was wrong: its number, and the school or trust it belongs to. */
  | { readonly kind: 'closure-withdrawn'; readonly number: number }
  | { readonly kind: 'authority-retired'; readonly laCode: string };

export type ChangeRefusal = Reason & {
  readonly kind:
    'missing-year' | 'terms-overlap' | 'calendar-taken' | 'unknown-authority' | 'unknown-closure' | 'closed-already' | 'bad-closure';
};

/** A longer closure is more often a typing mistake than snow. */
const LONGEST_CLOSURE_DAYS = 60;

/**
 * The book after a change, which takes the number `version`. New dates stand beside the old ones: a term that is told
 * again is replaced, one that is not told stays; so do the bank holidays of years outside the new file. Refused when the
 * two together would contradict each other or leave a year out.
 */
export function applyChange(book: CalendarBook, change: BookChange, version: number): Result<CalendarBook, ChangeRefusal> {
  switch (change.kind) {
    case 'bank-holidays': {
      const merged = mergeBankHolidays(book.bankHolidays, change.bankHolidays);
      return merged.ok ? ok({ ...book, bankHolidays: merged.value }) : merged;
    }
    case 'term-dates': {
      let authorities = book.authorities;
      for (const told of change.authorities) {
        const merged = mergeAuthority(authorities, told);
        if (!merged.ok) return merged;
        authorities = merged.value;
      }
      return ok({ ...book, authorities });
    }
    case 'closure': {
      const { subject, from, to, name } = change;
      const checked = checkClosure(book, change);
      return checked.ok ? ok({ ...book, closures: [...book.closures, { number: version, subject, from, to, name }] }) : checked;
    }
    case 'closure-withdrawn':
      return book.closures.some(({ number }) => number === change.number)
        ? ok({ ...book, closures: book.closures.filter(({ number }) => number !== change.number) })
        : refused({
            kind: 'unknown-closure',
            message: `There is no closure ${change.number}.`,
            remedy: 'Look up its number with: chaser calendar list',
          });
    case 'authority-retired':
      return book.authorities.some(({ laCode }) => laCode === change.laCode)
        ? ok({ ...book, authorities: book.authorities.filter(({ laCode }) => laCode !== change.laCode) })
        : refused({
            kind: 'unknown-authority',
            message: `The term dates of local authority ${change.laCode} are not in the book.`,
            remedy: 'See which are with: chaser calendar list',
          });
    default:
      return change satisfies never;
  }
}

function mergeBankHolidays(old: BankHolidays, told: BankHolidays): Result<BankHolidays, ChangeRefusal> {
  const missing =
    told.knownFrom > addDays(old.knownTo, 1)
      ? [old.knownTo, told.knownFrom]
      : old.knownFrom > addDays(told.knownTo, 1)
        ? [told.knownTo, old.knownFrom]
        : null;
  if (missing !== null) {
    const [before = '', after = ''] = missing;
    return refused({
      kind: 'missing-year',
      message: `Bank holidays are known to ${before.slice(0, 4)}, and then from ${after.slice(0, 4)}: the years between are missing.`,
      remedy: 'Import a file that holds these years too.',
    });
  }
  const outside = old.days.filter(({ on }) => on < told.knownFrom || told.knownTo < on);
  return ok({
    knownFrom: old.knownFrom < told.knownFrom ? old.knownFrom : told.knownFrom,
    knownTo: old.knownTo > told.knownTo ? old.knownTo : told.knownTo,
    days: [...outside, ...told.days].toSorted(byDay),
  });
}

function mergeAuthority(authorities: readonly AuthorityTerms[], told: AuthorityTerms): Result<readonly AuthorityTerms[], ChangeRefusal> {
  const known = authorities.find(({ laCode }) => laCode === told.laCode);
  const taken = authorities.find(({ laCode, calendar }) => laCode !== told.laCode && calendar.id === told.calendar.id);
  if (taken !== undefined) {
    return refused({
      kind: 'calendar-taken',
      message: `The calendar "${told.calendar.id}" is that of local authority ${taken.laCode}, not of ${told.laCode}.`,
      remedy: 'Give the calendar an id of its own, or correct the code of the authority.',
    });
  }
  if (known === undefined) return ok([...authorities, told]);
  const merged = mergeTerms(known.calendar, told.calendar);
  if (!merged.ok) return merged;
  // Programmes name the calendars that may stand in by their id, so it never changes.
  const calendar = { ...merged.value, id: known.calendar.id };
  return ok(authorities.map((one) => (one === known ? { ...told, calendar } : one)));
}

function mergeTerms(old: TermCalendar, told: TermCalendar): Result<TermCalendar, ChangeRefusal> {
  const numbers = new Set(told.terms.map(termNumber));
  const kept = old.terms.filter((term) => !numbers.has(termNumber(term)));
  const terms = [...kept, ...told.terms].toSorted((a, b) => termNumber(a) - termNumber(b));
  const faults: string[] = [];
  checkTerms(terms, (_, what) => void faults.push(what));
  if (faults.length > 0) {
    return refused({
      kind: 'terms-overlap',
      message: `${told.name}: the new terms do not go with those that are known. ${faults.join('. ')}.`,
      remedy: 'Correct the file,  or put the right dates of the other term into it too.',
    });
  }
  const inTold = (on: PlainDate) => told.terms.some((term) => term.startsOn <= on && on <= term.endsOn);
  const inKept = (on: PlainDate) => kept.some((term) => term.startsOn <= on && on <= term.endsOn);
  const closures = [...old.closures.filter(({ on }) => inKept(on) && !inTold(on)), ...told.closures].toSorted(byDay);
  const same = canonicalJson([terms, closures]) === canonicalJson([old.terms, old.closures]);
  // A source is part of a calendar's version, so unchanged dates keep their source.
  const source = same || old.source === told.source ? old.source : kept.length === 0 ? told.source : `${old.source}; ${told.source}`;
  return ok({ ...told, source, terms, closures });
}

function checkClosure(book: CalendarBook, { subject, from, to }: Omit<OwnClosure, 'number'>): Result<null, ChangeRefusal> {
  const bad = (message: string, remedy: string) => refused<ChangeRefusal>({ kind: 'bad-closure', message, remedy });
  if (to < from) return bad(`The closure ends on ${longDate(to)}, before it begins on ${longDate(from)}.`, 'Correct one of the two dates.');
  if (daysBetween(from, to) >= LONGEST_CLOSURE_DAYS) {
    return bad(
      `From ${longDate(from)} to ${longDate(to)} is longer than ${LONGEST_CLOSURE_DAYS} days.`,
      'Correct the dates, or write it as several closures.',
    );
  }
  const { knownFrom, knownTo } = book.bankHolidays;
  if (from < knownFrom || knownTo < to) {
    return bad(
      `Dates are known from ${longDate(knownFrom)} to ${longDate(knownTo)}, and the closure lies outside.`,
      'Correct the dates, or import the bank holidays of that year first.',
    );
  }
  const other = book.closures.find((one) => sameSubject(one.subject, subject) && one.from <= to && from <= one.to);
  if (other === undefined) return ok(null);
  return refused({
    kind: 'closed-already',
    message: `It is closed already from ${longDate(other.from)} to ${longDate(other.to)}: ${other.name} (closure ${other.number}).`,
    remedy: `Leave those days out, or take the other one back first: chaser calendar reopen ${other.number}`,
  });
}

/** Whether two are the same school or trust. */
function sameSubject(one: Subject, other: Subject): boolean {
  return idOf(one) === idOf(other);
}

function idOf(subject: Subject): string {
  return subject.kind === 'school' ? `school:${subject.urn}` : `trust:${subject.trust}`;
}

function byDay(a: NamedDay, b: NamedDay): number {
  return a.on < b.on ? -1 : 1;
}

/** The difference between two books in sentences, in the order of their dates; empty when there is none. */
export function describeChange(before: CalendarBook, after: CalendarBook): readonly string[] {
  return [
    ...bankHolidayChanges(before.bankHolidays, after.bankHolidays),
    ...authorityChanges(before, after),
    ...closureChanges(before, after),
  ];
}

function bankHolidayChanges(before: BankHolidays, after: BankHolidays): readonly string[] {
  if (before === after) return [];
  const told: string[] = [];
  if (after.knownTo > before.knownTo)
    told.push(`Bank holidays are known to ${longDate(after.knownTo)} instead of ${longDate(before.knownTo)}.`);
  if (after.knownFrom < before.knownFrom)
    told.push(`Bank holidays are known from ${longDate(after.knownFrom)} instead of ${longDate(before.knownFrom)}.`);
  const within = ({ on }: NamedDay) => before.knownFrom <= on && on <= before.knownTo;
  const old = new Map(before.days.map((day) => [day.on, day.name]));
  const now = new Map(after.days.map((day) => [day.on, day.name]));
  for (const { on, name } of after.days.filter(within)) {
    const known = old.get(on);
    if (known === undefined) told.push(`New bank holiday: ${longDate(on)}, ${name}.`);
    else if (known !== name) told.push(`${longDate(on)} is called ${name} instead of ${known}.`);
  }
  for (const { on, name } of before.days) if (!now.has(on)) told.push(`No bank holiday any more: ${longDate(on)}, ${name}.`);
  return told;
}

function authorityChanges(before: CalendarBook, after: CalendarBook): readonly string[] {
  const told: string[] = [];
  for (const { laCode, calendar, region } of after.authorities) {
    const old = before.authorities.find((one) => one.laCode === laCode);
    if (old === undefined) told.push(`New authority: ${calendar.name} (${laCode})${region === '' ? '' : `, ${region}`}.`);
    else if (old.calendar.name !== calendar.name) told.push(`${old.calendar.name} is called ${calendar.name}.`);
    const known = new Map((old?.calendar.terms ?? []).map((term) => [termNumber(term), term]));
    for (const term of calendar.terms) {
      const was = known.get(termNumber(term));
      const now = `${longDate(term.startsOn)} to ${longDate(term.endsOn)}, ${term.halfTerm ? `half term ${longDate(term.halfTerm.startsOn)} to ${longDate(term.halfTerm.endsOn)}` : 'no half term'}`;
      if (was === undefined) told.push(`${calendar.name}: new term ${termName(term)}, ${now}.`);
      else if (canonicalJson(was) !== canonicalJson(term)) told.push(`${calendar.name}: ${termName(term)} is now ${now}.`);
    }
    const closed = new Map((old?.calendar.closures ?? []).map(({ on, name }) => [on, name]));
    for (const { on, name } of calendar.closures)
      if (closed.get(on) !== name) told.push(`${calendar.name}: closed on ${longDate(on)}, ${name}.`);
    for (const { on, name } of old?.calendar.closures ?? []) {
      if (!calendar.closures.some((day) => day.on === on)) told.push(`${calendar.name}: not closed any more on ${longDate(on)}, ${name}.`);
    }
  }
  for (const { laCode, calendar } of before.authorities) {
    if (!after.authorities.some((one) => one.laCode === laCode)) told.push(`The term dates of ${calendar.name} (${laCode}) are retired.`);
  }
  return told;
}

function closureChanges(before: CalendarBook, after: CalendarBook): readonly string[] {
  const words = ({ subject, from, to, name }: OwnClosure) =>
    `${subject.kind === 'school' ? `School ${subject.urn}` : `Trust ${subject.trust}`} is %closed ${from === to ? `on ${longDate(from)}` : `from ${longDate(from)} to ${longDate(to)}`}: ${name}.`;
  const added = after.closures.filter((one) => !before.closures.some(({ number }) => number === one.number));
  const gone = before.closures.filter((one) => !after.closures.some(({ number }) => number === one.number));
  return [...added.map((one) => words(one).replace('%', '')), ...gone.map((one) => words(one).replace('%', 'not '))];
}

/** The days on which a school or trust is closed by its own decision, each with its reason. */
export function ownClosures(book: CalendarBook, subjects: readonly Subject[]): readonly NamedDay[] {
  const days = new Map<PlainDate, string>();
  for (const { subject, from, to, name } of book.closures) {
    if (!subjects.some((one) => sameSubject(one, subject))) continue;
    for (let day = epochDay(from); day <= epochDay(to); day += 1) days.set(fromEpochDay(day), name);
  }
  return [...days].map(([on, name]) => ({ on, name })).toSorted(byDay);
}
