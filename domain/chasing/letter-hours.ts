import type { Calendar } from '../time/calendar.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays } from '../time/plain-date.ts';
import type { PersonId, Programme, RoleId, RungId, Step } from '../programme.ts';
import { rungNamed } from './rung-names.ts';
import { nextSendingMs } from './sending-time.ts';
import type { DayKind } from '../time/time-allowed.ts';
import { travelsTogether } from './wanted.ts';
import type { LetterKind } from './wanted.ts';

/** A letter written in sending hours may still leave a little after they end. */
const GRACE_MS = 900_000;

/**
 * By which days a letter leaves. Letters of the ladder by those of their rung. Escalations by working days, as `planEscalation` passes them on:
 * whoever has one works while the school is closed. Whoever else is told of an escalation, or reads news, by the days of their own role. A
 * letter is written in hours of these days already; they matter where it waits, or where a change wrote it at another hour.
 *
 * An escalation of a rung in school days that is passed on on Tuesday 2 August leaves on that day, and not when the school returns.
 */
export function daysToLeave(
  programme: Programme,
  step: Step,
  { kind, rung, role }: { readonly kind: LetterKind; readonly rung: RungId; readonly role: RoleId },
): DayKind {
  const ofRole = programme.roles[role]?.days ?? 'working';
  switch (kind) {
    case 'escalation':
      return 'working';
    case 'escalation-notice':
    case 'news':
      return ofRole;
    case 'request':
    case 'notice':
    case 'reminder':
    case 'overdue':
    case 'call':
      return rungNamed(step, rung)?.days ?? ofRole;
    default:
      return kind satisfies never;
  }
}

export type WaitingLetter = {
  readonly kind: LetterKind;
  readonly person: PersonId;
  readonly days: DayKind;
  /** When the deployment wrote it, by its own clock. Epoch milliseconds. */
  readonly writtenMs: number;
  /** How long it has waited since, by the real clock. */
  readonly waitedMs: number;
  /** E-mails with reminders that this person got on the same day. */
  readonly sentThatDay: number;
};

/**
 * How long a letter waits, in milliseconds, for somebody who has had as many e-mails of the day as one may get: until sending begins on the next day
 * on which it may come, and where the calendar has ended until sending begins tomorrow.
 */
export function msToNextSendingDay(programme: Programme, calendar: Calendar, letter: Omit<WaitingLetter, 'kind' | 'sentThatDay'>): number {
  const nowMs = letter.writtenMs + letter.waitedMs;
  const tomorrow = addDays(londonDate(nowMs), 1);
  const atMs = nextSendingMs(programme, calendar, letter.days, letter.person, londonInstant(tomorrow, 0));
  return (atMs ?? londonInstant(tomorrow, programme.sendingHours.fromMinute)) - nowMs;
}

/**
 * How long a letter must still wait, in milliseconds; 0 when it may leave. It was written in sending hours. A letter
 * that was held up (no mail server, an address that answered "try later") does not leave at night, and a person who has
 * had the programme's limit for one day gets the next on the next sending morning. A letter's time is when it was
 * written, by the deployment's clock, plus how long it has waited.
 */
export function msToWait(programme: Programme, calendar: Calendar, letter: WaitingLetter): number {
  const nowMs = letter.writtenMs + letter.waitedMs;
  const next = (fromMs: number) => {
    const atMs = nextSendingMs(programme, calendar, letter.days, letter.person, fromMs);
    return atMs === undefined ? 0 : Math.max(0, atMs - nowMs);
  };
  if (travelsTogether(letter.kind) && letter.sentThatDay >= programme.dailyCap) {
    return next(londonInstant(addDays(londonDate(nowMs), 1), 0));
  }
  // A change may be made at any hour, but its letters to others still leave in sending hours.
  const writtenInHours = nextSendingMs(programme, calendar, letter.days, letter.person, letter.writtenMs) === letter.writtenMs;
  return letter.waitedMs <= GRACE_MS && writtenInHours ? 0 : next(nowMs);
}
