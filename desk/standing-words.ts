import type { Chronology, Stop } from '../domain/chronology/state.ts';
import { daysAgainstEach } from '../domain/chronology/court-days.ts';
import type { StepRef } from '../domain/chronology/events.ts';
import { STOP_WORDS } from '../letters/kind-words.ts';
import { longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/**
 * How a deployment stands, in the words that pages and the command line share.
 */

/** Confirm participation, with the round from the second one on. */
export function stepTitle({ programme }: Pick<Chronology, 'programme'>, { step, round }: StepRef): string {
  return `${programme.steps[step]?.title ?? step}${round > 1 ? `, round ${round}` : ''}`;
}

/** The running stops, of the whole deployment or of one step; none once it has ended. */
export function runningStops({ stops, status }: Pick<Chronology, 'stops' | 'status'>): readonly Stop[] {
  return status.kind === 'running' ? stops.filter(({ resumed }) => resumed === null) : [];
}

/** “Paused since Monday 3 October 2022: illness. The head is ill.”, and when the pause should end. */
export function stopWords(chronology: Chronology, stop: Stop, today: PlainDate): { readonly text: string; readonly expected: string } {
  const { scope, from, category, because, expectedEnd } = stop;
  return {
    text: `${scope === null ? 'Paused' : `“${stepTitle(chronology, scope)}” is paused`} since ${longDateWithWeekday(from)}: ${STOP_WORDS[category]}. ${because}`,
    expected: hasPassed(stop, today)
      ? `The pause should have ended on ${longDateWithWeekday(expectedEnd)}.`
      : `It should end on ${longDateWithWeekday(expectedEnd)}.`,
  };
}

/** Whether the day on which a clock was expected to run again has passed. */
export function hasPassed({ expectedEnd }: Stop, today: PlainDate): boolean {
  return today > expectedEnd;
}

/**
 * How many working days each party has taken: "Working days spent waiting so far: school or trust 16, RDP coordinator 1." Null
 * where nobody was waited for on any, or the calendar does not reach.
 */
export function waitedWords(chronology: Chronology, today: PlainDate): string | null {
  const days = daysAgainstEach(chronology, today);
  if (!days.ok) return null;
  const parties = [...days.value].filter(([, { counted, stopped }]) => counted + stopped > 0);
  if (parties.length === 0) return null;
  const counted = parties.map(([role, { counted: n }]) => `${chronology.programme.roles[role]?.title ?? role} ${n}`).join(', ');
  const stood = parties.some(([, { stopped }]) => stopped > 0) ? ' Paused days are left out.' : '';
  return `Working days spent waiting ${chronology.status.kind === 'running' ? 'so far' : 'in all'}: ${counted}.${stood}`;
}
