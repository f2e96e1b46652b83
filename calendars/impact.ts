import type { Calendar, NamedDay } from '../domain/time/calendar.ts';
import { countDays } from '../domain/time/days.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { daysBetween } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Reason, Result } from '../domain/result.ts';
import { ownClosures } from './book-change.ts';
import { calendarFor } from './calendar-book.ts';
import type { CalendarBook, CalendarRefusal } from './calendar-book.ts';

/** The deployment whose calendar is asked for, when it starts and when a new book is looked at. */
export type Counted = {
  readonly subject: Subject;
  /** The trust that a school belongs to: a closure of the trust also closes the school. */
  readonly trust: string | null;
  readonly authority: { readonly code: string; readonly name: string } | null;
  readonly programme: Pick<Programme, 'assumedTermCalendars'>;
};

/** Answers the calendar that a deployment would get from a book. The same question has the same calendar as its answer. */
export function calendarsFrom(book: CalendarBook): (counted: Counted) => Result<Calendar, CalendarRefusal> {
  const known = new Map<string, Result<Calendar, CalendarRefusal>>();
  return ({ subject, trust, authority, programme }) => {
    const closures: readonly NamedDay[] =
      book.closures.length === 0 ? [] : ownClosures(book, [...(trust === null ? [] : [{ kind: 'trust' as const, trust }]), subject]);
    const key = JSON.stringify([authority, programme.assumedTermCalendars, closures]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const calendar = calendarFor(book, {
      ...(authority === null ? {} : { authority: authority.code, authorityName: authority.name }),
      ...(closures.length === 0 ? {} : { closures }),
      assumed: programme.assumedTermCalendars,
    });
    known.set(key, calendar);
    return calendar;
  };
}

/** The due date of an open step before and after. */
export type Move = { readonly step: string; readonly round: number; readonly from: PlainDate; readonly to: PlainDate };

/** What a book means for one deployment. */
export type Impact<D> = {
  readonly deployment: D;
  /** The calendar it would be counted on. */
  readonly calendar: Calendar;
  /** The open steps whose due date would move, with the working days between: later counts up, earlier down. */
  readonly moves: readonly (Move & { readonly workingDays: number })[];
};

export type NoImpact<D> = { readonly deployment: D; readonly reason: Reason };

export type Impacts<D> = {
  /** Deployments that the book would give another calendar, with or without a date that moves. */
  readonly changed: readonly Impact<D>[];
  /** Deployments that cannot be counted on the book, and why. */
  readonly impossible: readonly NoImpact<D>[];
  /** How many have the calendar that the book would give them. */
  readonly unchanged: number;
};

/** What counting a deployment on another calendar does to the due dates of its open steps. */
export type PreviewMove<D> = (deployment: D, calendar: Calendar) => Result<readonly Move[], Reason>;

/** Deployments that a book would give another calendar, each with that calendar, before anything is said of dates. */
export function recalendared<D extends Counted & { readonly calendar: Calendar }>(
  book: CalendarBook,
  deployments: readonly D[],
): { readonly changed: readonly { readonly deployment: D; readonly calendar: Calendar }[]; readonly impossible: readonly NoImpact<D>[] } {
  const calendarOf = calendarsFrom(book);
  const changed: { readonly deployment: D; readonly calendar: Calendar }[] = [];
  const impossible: NoImpact<D>[] = [];
  for (const deployment of deployments) {
    const calendar = calendarOf(deployment);
    if (!calendar.ok) impossible.push({ deployment, reason: calendar.reason });
    else if (calendar.value.version !== deployment.calendar.version) changed.push({ deployment, calendar: calendar.value });
  }
  return { changed, impossible };
}

/** What a book means for running deployments: whose due dates would move, and by how much. Nothing is moved. */
export function impactOf<D extends Counted & { readonly calendar: Calendar }>(
  book: CalendarBook,
  deployments: readonly D[],
  previewMove: PreviewMove<D>,
): Impacts<D> {
  const { changed, impossible } = recalendared(book, deployments);
  const refusals: NoImpact<D>[] = [...impossible];
  const impacts: Impact<D>[] = [];
  for (const { deployment, calendar } of changed) {
    const moves = previewMove(deployment, calendar);
    if (!moves.ok) refusals.push({ deployment, reason: moves.reason });
    else impacts.push({ deployment, calendar, moves: moves.value.map((move) => ({ ...move, workingDays: workingDays(calendar, move) })) });
  }
  return { changed: impacts, impossible: refusals, unchanged: deployments.length - changed.length - impossible.length };
}

/** Working days from the old date to the new one, negative when it is earlier; beyond the calendar, days of the week. */
function workingDays(calendar: Calendar, { from, to }: Move): number {
  const [earlier, later, sign] = from <= to ? [from, to, 1] : [to, from, -1];
  const counted = countDays(calendar, 'working', earlier, later);
  return sign * (counted.ok ? counted.value : daysBetween(earlier, later));
}
