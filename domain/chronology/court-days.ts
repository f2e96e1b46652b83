import { stepOf } from './chronology.ts';
import type { Chronology, StepRecord, Stop } from './state.ts';
import { openDays } from '../time/days.ts';
import type { BeyondHorizon } from '../time/days.ts';
import { londonDate } from '../time/london.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { RoleId } from '../programme.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';
import { sameStep } from './step-refs.ts';

/**
 * The working days that a step spent with its owner: those that count against them, and those on which its clock was
 * stopped.
 */
export type CourtDays = { readonly counted: number; readonly stopped: number };

/**
 * The working days that an opened step has spent with its owner, up to and including a day, or the day it closed. The
 * day of opening is not counted. Opened on Friday 30 September, stopped from Monday 3 to Friday 7 October: on Tuesday
 * 11 October 2 days are counted and 5 were stopped. Refused beyond the calendar.
 */
export function daysAgainst(chronology: Chronology, record: StepRecord, until: PlainDate): Result<CourtDays, BeyondHorizon> {
  return courtDays(chronology, [record], until);
}

/**
 * The same for each party that has had a step which must be done, in the order in which they first had one. A day on
 * which a party had two such steps is one day; it counts while the clock of either ran. Refused beyond the calendar.
 */
export function daysAgainstEach(chronology: Chronology, until: PlainDate): Result<ReadonlyMap<RoleId, CourtDays>, BeyondHorizon> {
  const { programme, steps } = chronology;
  const parties = new Map<RoleId, CourtDays>();
  const required = steps.filter(({ step }) => !stepOf(programme, step).optional);
  for (const [owner, records] of Map.groupBy(required, ({ step }) => stepOf(programme, step).owner)) {
    const days = courtDays(chronology, records, until);
    if (!days.ok) return days;
    parties.set(owner, days.value);
  }
  return ok(parties);
}

function courtDays({ calendar, stops }: Chronology, records: readonly StepRecord[], until: PlainDate): Result<CourtDays, BeyondHorizon> {
  const spells = records.map((record) => ({
    openedOn: record.openedOn,
    last: lastDay(record, until),
    stops: stops.filter(({ scope }) => scope === null || sameStep(scope, record)),
  }));
  const first = spells.map(({ openedOn }) => openedOn).reduce((one, other) => (one < other ? one : other));
  const last = spells.map((spell) => spell.last).reduce((one, other) => (one > other ? one : other));
  let [counted, stopped] = [0, 0];
  const working = openDays(calendar, 'working', first, last);
  if (!working.ok) return working;
  for (const day of working.value) {
    const had = spells.filter((spell) => spell.openedOn < day && day <= spell.last);
    if (had.some((spell) => !spell.stops.some((stop) => stands(stop, day)))) counted += 1;
    else if (had.length > 0) stopped += 1;
  }
  return ok({ counted, stopped });
}

/** The day on which a step closed, or else the last day asked about. */
function lastDay({ state }: StepRecord, until: PlainDate): PlainDate {
  const closedOn = state.kind === 'open' ? until : londonDate(Date.parse(state.at));
  return closedOn < until ? closedOn : until;
}

/** Whether a stop holds on a day: from its first day, and until the day on which it is resumed. */
function stands({ from, resumed }: Stop, day: PlainDate): boolean {
  return from <= day && (resumed === null || day < resumed.on);
}
