import { stepOf } from './chronology.ts';
import type { Chronology, StepRecord, Stop } from './chronology.ts';
import { countDays, isOpen } from './days.ts';
import type { BeyondHorizon } from './days.ts';
import { londonDate } from './london.ts';
import { addDays } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import type { RoleId } from './programme.ts';
import { ok } from './result.ts';
import type { Result } from './result.ts';
import { sameStep } from './step-refs.ts';

/** Working days that a step lay with its owner: those that count against them, and those on which its clock stood still. */
export type CourtDays = { readonly counted: number; readonly stopped: number };

/**
 * The working days for which an opened step has lain with its owner, up to and with a day, or the day on which it closed. The
 * day of opening is not counted. Opened on Friday 30 September, stopped from Monday 3 to Friday 7 October: on Tuesday 11
 * October 2 days are counted and 5 were stopped. Refused beyond the calendar.
 */
export function daysAgainst(chronology: Chronology, record: StepRecord, until: PlainDate): Result<CourtDays, BeyondHorizon> {
  const { calendar, stops } = chronology;
  const { openedOn } = record;
  const last = lastDay(record, until);
  const all = countDays(calendar, 'working', openedOn, last);
  if (!all.ok) return all;
  let stopped = 0;
  for (const { scope, from, resumed } of stops) {
    if (scope !== null && !sameStep(scope, record)) continue;
    const lastStood = resumed === null || addDays(resumed.on, -1) > last ? last : addDays(resumed.on, -1);
    const before = addDays(from, -1) > openedOn ? addDays(from, -1) : openedOn;
    const stood = countDays(calendar, 'working', before, lastStood);
    if (!stood.ok) return stood;
    stopped += stood.value;
  }
  return ok({ counted: all.value - stopped, stopped });
}

/**
 * The same for each party that has had a step which must be done, in the order in which they came to have one. A day on which
 * a party had two such steps is one day; it counts while the clock of either ran. Refused beyond the calendar.
 */
export function daysAgainstEach(chronology: Chronology, until: PlainDate): Result<ReadonlyMap<RoleId, CourtDays>, BeyondHorizon> {
  const { calendar, programme, steps } = chronology;
  const parties = new Map<RoleId, CourtDays>();
  const required = steps.filter(({ step }) => !stepOf(programme, step).optional);
  for (const [owner, records] of Map.groupBy(required, ({ step }) => stepOf(programme, step).owner)) {
    const first = records.map(({ openedOn }) => openedOn).reduce((one, other) => (one < other ? one : other));
    let [counted, stopped] = [0, 0];
    for (let day = addDays(first, 1); day <= until; day = addDays(day, 1)) {
      const working = isOpen(calendar, 'working', day);
      if (!working.ok) return working;
      const had = working.value ? records.filter((record) => record.openedOn < day && day <= lastDay(record, until)) : [];
      if (had.some((record) => !chronology.stops.some((stop) => stands(stop, record, day)))) counted += 1;
      else if (had.length > 0) stopped += 1;
    }
    parties.set(owner, { counted, stopped });
  }
  return ok(parties);
}

/** The day on which a step closed, or the last that is looked at. */
function lastDay({ state }: StepRecord, until: PlainDate): PlainDate {
  const closedOn = state.kind === 'open' ? until : londonDate(Date.parse(state.at));
  return closedOn < until ? closedOn : until;
}

/** Whether the clock of a step stood still on a day. */
function stands({ scope, from, resumed }: Stop, record: StepRecord, day: PlainDate): boolean {
  return (scope === null || sameStep(scope, record)) && from <= day && (resumed === null || day < resumed.on);
}
