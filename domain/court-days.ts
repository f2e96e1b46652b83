import type { Chronology, StepRecord } from './chronology.ts';
import { countDays } from './days.ts';
import type { BeyondHorizon } from './days.ts';
import { londonDate } from './london.ts';
import { addDays } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { ok } from './result.ts';
import type { Result } from './result.ts';

/** Working days that a step lay with its owner: those that count against them, and those on which its clock stood still. */
export type CourtDays = { readonly counted: number; readonly stopped: number };

/**
 * The working days for which an opened step has lain with its owner, up to and with a day, or the day on which it closed. The
 * day of opening is not counted. Opened on Friday 30 September, stopped from Monday 3 to Friday 7 October: on Tuesday 11
 * October 2 days are counted and 5 were stopped. Refused beyond the calendar.
 */
export function daysAgainst(chronology: Chronology, record: StepRecord, until: PlainDate): Result<CourtDays, BeyondHorizon> {
  const { calendar, stops } = chronology;
  const { openedOn, state } = record;
  const closedOn = state.kind === 'open' ? until : londonDate(Date.parse(state.at));
  const last = closedOn < until ? closedOn : until;
  const all = countDays(calendar, 'working', openedOn, last);
  if (!all.ok) return all;
  let stopped = 0;
  for (const { scope, from, resumed } of stops) {
    if (scope !== null && (scope.step !== record.step || scope.round !== record.round)) continue;
    const lastStood = resumed === null || addDays(resumed.on, -1) > last ? last : addDays(resumed.on, -1);
    const before = addDays(from, -1) > openedOn ? addDays(from, -1) : openedOn;
    const stood = countDays(calendar, 'working', before, lastStood);
    if (!stood.ok) return stood;
    stopped += stood.value;
  }
  return ok({ counted: all.value - stopped, stopped });
}
