import { calendarFor, findAuthority } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { dueDate } from '../domain/time/due-date.ts';
import { parsePlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { parseTimeAllowed } from '../domain/time/time-allowed.ts';
import type { DayKind, TimeAllowed } from '../domain/time/time-allowed.ts';

/** A question as people write it: every value is still text. */
export type DueQuestion = {
  readonly from: string;
  readonly allow: string;
  readonly authority?: string | undefined;
  readonly owner?: string | undefined;
};

/** The due date, and how it came about in sentences. */
export type DueAnswer = { readonly due: string; readonly explanation: readonly string[] };

/** Who may own a step, and the kind of day that theirs are counted and moved on to. */
export const OWNERS = {
  school: 'school',
  'system-leader': 'working',
  rdp: 'working',
  'regional-team': 'working',
} as const satisfies Record<string, DayKind>;

/** The programme whose assumed calendars stand in where an authority's terms are not known. */
export const ASSUMES_AS = 'tsi-2022-23';

/** Longer text is neither a time nor a name, and is shortened in messages. */
const LONGEST_TEXT = 60;
const MOST_TIMES = 1_000;

/**
 * Answers questions about due dates from one book of calendars. What is asked again and again, an authority's
 * calendar and how a time is written, is worked out once.
 */
export function dueDates(book: CalendarBook, assumed: readonly string[]): (question: DueQuestion) => Result<DueAnswer, Reason> {
  const calendars = new Map<string | undefined, Result<Calendar, Reason>>();
  const times = new Map<string, Result<TimeAllowed, Reason>>();

  const calendarOf = (authority: string | undefined): Result<Calendar, Reason> => {
    const known = calendars.get(authority);
    if (known) return known;
    const named = authority === undefined ? ok({}) : findAuthority(book, shortened(authority));
    if (!named.ok) return named;
    const calendar = calendarFor(book, { ...named.value, assumed });
    // Only three-digit codes and ids in the book get this far, so no more than those are ever cached.
    calendars.set(authority, calendar);
    return calendar;
  };
  const timeOf = (allow: string): Result<TimeAllowed, Reason> => {
    const known = times.get(allow);
    if (known) return known;
    const time = readTime(shortened(allow.trim().replace(/\s+/g, ' ')));
    if (times.size === MOST_TIMES) times.clear();
    if (time.ok && allow.length <= LONGEST_TEXT) times.set(allow, time);
    return time;
  };

  return ({ from, allow, authority, owner }) => {
    const dayZero = parsePlainDate(from);
    if (dayZero === undefined) return refused(badDate(from));
    const allowed = timeOf(allow);
    if (!allowed.ok) return allowed;
    const days = owner === undefined ? 'working' : daysOf(owner);
    if (days === undefined) return refused(unknownOwner(owner ?? ''));
    const calendar = calendarOf(authority);
    if (!calendar.ok) return calendar;
    const due = dueDate(calendar.value, { dayZero, allowed: allowed.value, days });
    if (!due.ok) return due;
    return ok({ due: due.value.dueOn, explanation: due.value.explanation.map(({ text }) => text) });
  };
}

function daysOf(owner: string): DayKind | undefined {
  return Object.hasOwn(OWNERS, owner) ? OWNERS[owner as keyof typeof OWNERS] : undefined;
}

function readTime(allow: string): Result<TimeAllowed, Reason> {
  const days = /^(\d{1,3}) days?$/i.exec(allow)?.[1];
  if (days === undefined || Number(days) === 0) return parseTimeAllowed(allow);
  const n = Number(days);
  const [working, school, calendar] = ['working', 'school', 'calendar'].map((kind) => `"${n} ${kind} ${n === 1 ? 'day' : 'days'}"`);
  return refused({
    kind: 'bad-time-allowed',
    message: `"${allow}" does not say which days are counted.`,
    remedy: `Write ${working}, ${school} or ${calendar}.`,
  });
}

function badDate(from: string): Reason {
  return {
    kind: 'bad-date',
    message: /^\d{4}-\d{2}-\d{2}$/.test(from) ? `There is no day ${from} in the calendar.` : `"${shortened(from)}" is not a date.`,
    remedy: 'Write day zero as year-month-day, for example 2022-11-25.',
  };
}

function unknownOwner(owner: string): Reason {
  return {
    kind: 'unknown-owner',
    message: `There is no owner "${shortened(owner)}".`,
    remedy: `Use one of: ${Object.keys(OWNERS).join(', ')}.`,
  };
}

/** Text as a message repeats it. */
export function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}
