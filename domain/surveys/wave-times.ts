import { sendingStartMs } from '../chasing/sending-time.ts';
import type { Calendar } from '../time/calendar.ts';
import { isOpen } from '../time/days.ts';
import type { BeyondHorizon } from '../time/days.ts';
import { londonDate, londonMinute } from '../time/london.ts';
import { addDays } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';

/**
 * When the letters of a wave go. The source says that the survey ran in April 2022 and no more: these times are ours, and every screen
 * that shows them says so.
 */
const WAVE_LADDER = { remindAfter: [5, 9], lastBeforeClosing: 1, closesAfter: 15 } as const;

/** 8am to 6pm in London: the sending hours of the programmes. */
export const WAVE_HOURS = { fromMinute: 480, toMinute: 1_080 } as const;

export type WaveLetterKind = 'invitation' | 'reminder-1' | 'reminder-2' | 'last-reminder';

/** One letter of a member, and the day for which it is planned. */
export type PlannedLetter = { readonly kind: WaveLetterKind; readonly on: PlainDate };

/** Whose days are counted: working days, and on top of them the school days of each of these calendars; days away are left out. */
export type OwnDays = {
  /** Any of them for bank holidays; school days are asked of all where `school` is set. */
  readonly calendars: readonly [Calendar, ...Calendar[]];
  /** Whether school days count (school and trust leaders) or working days (system leaders). */
  readonly school: boolean;
  /** When they said that they are away. */
  readonly away: { readonly from: PlainDate; readonly until: PlainDate } | null;
};

/** The longest that is looked ahead for fifteen days of somebody: summer holidays and a half term together are shorter. */
const LOOK_AHEAD_DAYS = 120;

/**
 * Somebody's own days from a date on, that date included, until there are so many or a date is passed. Refused where a calendar does not
 * reach.
 */
function ownDays(
  { calendars, school, away }: OwnDays,
  from: PlainDate,
  until: { readonly count: number } | { readonly to: PlainDate },
): Result<readonly PlainDate[], BeyondHorizon> {
  const days: PlainDate[] = [];
  for (let at = 0; at < LOOK_AHEAD_DAYS; at += 1) {
    const day = addDays(from, at);
    if ('to' in until ? day > until.to : days.length === until.count) break;
    let open = away === null || day < away.from || day > away.until;
    for (const calendar of calendars) {
      const its = isOpen(calendar, school ? 'school' : 'working', day);
      if (!its.ok) return its;
      open &&= its.value;
    }
    if (open) days.push(day);
  }
  return ok(days);
}

/**
 * The day on which a wave closes for somebody alone: the fifteenth of their own days after the day on which it opens. Opened on Monday
 * 25 April 2022, that is Tuesday 17 May in working days, for 2 May is a bank holiday. The wave closes on the latest of these days.
 */
export function closingDayFor(own: OwnDays, opensOn: PlainDate): Result<PlainDate, BeyondHorizon> {
  const days = ownDays(own, addDays(opensOn, 1), { count: WAVE_LADDER.closesAfter });
  return days.ok ? ok(days.value.at(-1) ?? opensOn) : days;
}

/** What somebody is sent, and on which days they may be written to at all. */
export type MemberPlan = { readonly letters: readonly PlannedLetter[]; readonly openDays: readonly PlainDate[] };

/**
 * The letters of one member of a wave: the invitation on the day on which it opens or the first own day after it, reminders on the fifth
 * and ninth own day after the invitation, and the last one on the last own day before the wave closes. Two never fall on one day: what
 * the last reminder would follow within a day is left out. Nobody is planned for who has no own day before the wave closes.
 *
 * Opened on Monday 25 April 2022 and closing on Tuesday 17 May, a system leader is invited on 25 April and reminded on 3 May, 9 May and
 * 16 May.
 */
export function planFor(own: OwnDays, opensOn: PlainDate, closesOn: PlainDate): Result<MemberPlan, BeyondHorizon> {
  const found = ownDays(own, opensOn, { to: closesOn });
  if (!found.ok) return found;
  const openDays = found.value;
  const [invitedOn] = openDays;
  if (invitedOn === undefined) return ok({ letters: [], openDays });
  const letters: PlannedLetter[] = [{ kind: 'invitation', on: invitedOn }];
  const last = openDays.findLast((day) => day <= addDays(closesOn, -WAVE_LADDER.lastBeforeClosing));
  for (const [at, after] of WAVE_LADDER.remindAfter.entries()) {
    const on = openDays[after];
    if (on !== undefined && last !== undefined && on < last) letters.push({ kind: at === 0 ? 'reminder-1' : 'reminder-2', on });
  }
  if (last !== undefined && last > invitedOn) letters.push({ kind: 'last-reminder', on: last });
  return ok({ letters, openDays });
}

/**
 * When somebody is asked at the end of a deployment, in their own days. These times are ours: no source has such a survey. The survey of the
 * offer of 2021 to 2022 was one wave for everybody.
 */
const AT_END = { invitedAfter: 5, openFor: 20, remindBefore: 10, lastBefore: 3 } as const;

/**
 * The letters of one person after a deployment of theirs ended as completed: the invitation on the fifth of their own days after it, or today
 * where that has passed; twenty own days to answer; reminders ten and three own days before the last. Nothing after the survey itself
 * closes, and no letter for whom that is before the invitation. Two letters never fall on one day.
 *
 * Completed on Monday 25 April 2022, a system leader is invited on Tuesday 3 May, since 2 May is a bank holiday, reminded on 17 and 26 May and may
 * answer until 31 May.
 */
export function planAtEnd(
  own: OwnDays,
  { endedOn, today, closesOn }: { readonly endedOn: PlainDate; readonly today: PlainDate; readonly closesOn: PlainDate },
): Result<MemberPlan, BeyondHorizon> {
  const waited = ownDays(own, addDays(endedOn, 1), { count: AT_END.invitedAfter });
  if (!waited.ok) return waited;
  const fifth = waited.value.at(-1) ?? endedOn;
  const found = ownDays(own, fifth > today ? fifth : today, { count: AT_END.openFor + 1 });
  if (!found.ok) return found;
  const openDays = found.value.filter((day) => day <= closesOn);
  const [invitedOn] = openDays;
  if (invitedOn === undefined) return ok({ letters: [], openDays });
  const before = (days: number): PlainDate | undefined => openDays.at(-1 - days);
  const letters: PlannedLetter[] = [{ kind: 'invitation', on: invitedOn }];
  for (const [kind, on] of [
    ['reminder-1', before(AT_END.remindBefore)],
    ['last-reminder', before(AT_END.lastBefore)],
  ] as const) {
    if (on !== undefined && on > invitedOn) letters.push({ kind, on });
  }
  return ok({ letters, openDays });
}

/** The first moment of a day at which somebody is written to: from 8am in London, spread over an hour by the person. Epoch milliseconds. */
export function waveSendingMs(on: PlainDate, person: string): number {
  return sendingStartMs({ sendingHours: WAVE_HOURS }, on, person);
}

/**
 * When a letter that should have gone may go: at once in sending hours on one of the person's own days, else at the start of sending on
 * their next own day; null when none is left. Epoch milliseconds. Missed at 7pm on Friday, it goes on Monday from 8am.
 */
export function mayGoMs(openDays: readonly PlainDate[], person: string, fromMs: number): number | null {
  const today = londonDate(fromMs);
  const minute = londonMinute(fromMs);
  if (openDays.includes(today) && minute < WAVE_HOURS.toMinute) {
    return Math.max(fromMs, minute < WAVE_HOURS.fromMinute ? waveSendingMs(today, person) : fromMs);
  }
  const next = openDays.find((day) => day > today);
  return next === undefined ? null : waveSendingMs(next, person);
}
