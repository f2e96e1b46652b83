import type { Calendar } from '../time/calendar.ts';
import { isOpen, nthDay } from '../time/days.ts';
import { londonDate, londonInstant, londonMinute } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { PersonId, Programme } from '../programme.ts';
import type { DayKind } from '../time/time-allowed.ts';

const LONGEST_SPREAD_MS = 3_600_000;

/**
 * The first moment of a day at which this person is written to: the start of sending hours (Europe/London) and up to
 * an hour more, by a hash of the person, so that a morning's letters do not leave in one second and one person's
 * letters leave together. Epoch milliseconds.
 */
export function sendingStartMs(programme: Pick<Programme, 'sendingHours'>, on: PlainDate, person: PersonId): number {
  const { fromMinute, toMinute } = programme.sendingHours;
  // When sending hours are shorter than the spread, people whose minute lies after them would never be written to.
  const spreadMs = Math.min(LONGEST_SPREAD_MS, (toMinute - fromMinute) * 60_000);
  return londonInstant(on, fromMinute) + (hash(person) % spreadMs);
}

/**
 * The first moment from `fromMs` on at which a letter may leave: now, when it is sending hours on a permitted day;
 * otherwise the start of sending on the next one. Undefined when the calendar ends before that. Friday 18:30 → Monday
 * from 08:00.
 */
export function nextSendingMs(
  programme: Programme,
  calendar: Calendar,
  days: DayKind,
  person: PersonId,
  fromMs: number,
): number | undefined {
  const today = londonDate(fromMs);
  const open = isOpen(calendar, days, today);
  if (!open.ok) return undefined;
  if (open.value) {
    const minute = londonMinute(fromMs);
    if (minute < programme.sendingHours.fromMinute) return sendingStartMs(programme, today, person);
    if (minute < programme.sendingHours.toMinute) return fromMs;
  }
  const next = nthDay(calendar, days, today, 1);
  return next.ok ? sendingStartMs(programme, next.value, person) : undefined;
}

/**
 * The moment for something planned for a day: the start of sending on that day or, when that has passed, the next
 * moment in sending hours on a working day. Null when the calendar ends before that.
 */
export function plannedSendingMs(programme: Programme, calendar: Calendar, on: PlainDate, person: PersonId, nowMs: number): number | null {
  const startMs = sendingStartMs(programme, on, person);
  return startMs > nowMs ? startMs : (nextSendingMs(programme, calendar, 'working', person, nowMs) ?? null);
}

/** FNV-1a, 32 bits: it gives the same result on every machine and in every replay. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193);
  }
  return value >>> 0;
}
