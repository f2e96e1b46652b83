/**
 * When a deployment will be over if those who take part answer as they have answered before. The programme is played on from where the
 * deployment stands, by the rules themselves; only the days until each answer come from the record.
 */
import { daysUntilDone, shareStillOpen, waitedLonger } from '../domain/measures/survival.ts';
import type { Followed } from '../domain/measures/survival.ts';
import { SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import type { Forecast, ForecastPart, ForecastStep } from '../domain/chasing/forecast.ts';
import { openSteps, stepOf, stopOf } from '../domain/chronology/chronology.ts';
import type { StepRef } from '../domain/chronology/events.ts';
import type { Chronology, StepRecord } from '../domain/chronology/state.ts';
import type { StepId } from '../domain/programme.ts';
import { countDays, nthDay } from '../domain/time/days.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays, daysBetween } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { playOn } from './play.ts';
import type { Moment, Play } from './play.ts';
import type { Scenario, ScenarioAnswer, ScenarioChange, When } from './scenario.ts';

/** Fewer requests than this say nothing of the next one: the time of the programme is taken instead. An assumption of ours. */
export const FEWEST_REQUESTS = 10;

/** How long requests of a step took: working days until a person answered, or for which nobody has. */
export type RecordOf = (step: StepId) => readonly Followed[];

/** The share of requests that were answered as fast or faster: a quarter, half, three quarters. */
const PARTS: Readonly<Record<ForecastPart, number>> = { fast: 0.25, usual: 0.5, slow: 0.75 };
/** Which share of the requests of a step was answered as fast or faster: more than 0 and less than 1. */
type ShareOf = (step: StepId) => number;

/**
 * What may be expected of a running deployment. Every answer is taken to be the first of its step, which leads on; a pause ends on the day
 * that was expected, or tomorrow where that has passed. A step that has been open for a while is compared with those that were open as long.
 */
export function forecastOf(moment: Moment, record: RecordOf): Forecast {
  const plays = {
    fast: playShares(moment, record, () => PARTS.fast),
    usual: playShares(moment, record, () => PARTS.usual),
    slow: playShares(moment, record, () => PARTS.slow),
  };
  const ends = { fast: endOf(plays.fast), usual: endOf(plays.usual), slow: endOf(plays.slow) };
  const today = londonDate(moment.nowMs);
  const before = new Set(moment.chronology.steps.filter(({ state }) => state.kind !== 'open').map(keyOf));
  const steps = plays.usual.chronology.steps
    .filter((one) => !before.has(keyOf(one)) && stepOf(moment.chronology.programme, one.step).automatic === null)
    .map((one): ForecastStep => {
      const now = openSteps(moment.chronology).find((other) => keyOf(other) === keyOf(one));
      const waited = now === undefined ? 0 : waitedDays(moment.chronology, now, today);
      const known = enough(record(one.step), waited);
      return {
        step: one.step,
        round: one.round,
        title: stepOf(moment.chronology.programme, one.step).title,
        open: now !== undefined,
        dueOn: one.dueOn,
        usualOn: answeredOn(plays.usual, one),
        slowOn: answeredOn(plays.slow, one),
        from: known === null ? 'programme' : 'record',
        silence:
          now === undefined || known === null || waited === null || stopOf(moment.chronology, now) !== undefined
            ? null
            : shareStillOpen(known, waited + SILENCE_DAYS),
        gain: now === undefined ? null : gainOf(moment, record, now, ends.usual),
      };
    });
  return { ends, steps };
}

/** How many days earlier it ends when one open step is answered tomorrow. */
function gainOf(moment: Moment, record: RecordOf, { step, round }: StepRef, end: PlainDate | null): number | null {
  const earlier = endOf(playShares(moment, record, () => PARTS.usual, answeredTomorrow(moment, { step, round })));
  if (end === null || earlier === null) return null;
  return Math.max(0, daysBetween(earlier, end));
}

/** The answer of an open step that comes on the day after the moment. */
export function answeredTomorrow({ nowMs }: Moment, { step, round }: StepRef): ScenarioAnswer {
  return { ...entry(step, round), when: { kind: 'on', on: addDays(londonDate(nowMs), 1) } };
}

/**
 * Plays a deployment on in which each step takes as long as a share of its requests did, or the time of the programme where the record says too
 * little. One answer may be given at another time `instead`.
 */
export function playShares(moment: Moment, record: RecordOf, shareOf: ShareOf, instead?: ScenarioAnswer): Play {
  const { chronology, nowMs } = moment;
  const today = londonDate(nowMs);
  const resumes = resumptions(chronology, today);
  const open = openSteps(chronology).map((one) => openEntry(chronology, one, record, shareOf(one.step), today, resumes));
  const later = Object.keys(chronology.programme.steps).flatMap((step): readonly ScenarioAnswer[] => {
    const known = enough(record(step), 0);
    if (known === null || stepOf(chronology.programme, step).automatic !== null) return [];
    return [{ ...entry(step, null), when: afterDays(daysOfShare(known, shareOf(step))) }];
  });
  const scenario: Scenario = {
    title: 'A forecast',
    everyone: 'on-time',
    roles: {},
    answers: [...open.filter((one) => instead?.step !== one.step || instead.round !== one.round), ...(instead ? [instead] : []), ...later],
    changes: resumes,
  };
  return playOn(moment, scenario);
}

const NEVER: When = { kind: 'conduct', conduct: 'silent' };

/** When an open step is answered: on a day that is not past, and not while its clock is paused. */
function openEntry(
  chronology: Chronology,
  one: StepRecord,
  record: RecordOf,
  share: number,
  today: PlainDate,
  resumes: readonly ScenarioChange[],
): ScenarioAnswer {
  const waited = waitedDays(chronology, one, today);
  const known = enough(record(one.step), waited);
  const usual: When = { kind: 'conduct', conduct: one.dueOn > today ? 'on-time' : 'late' };
  if (known === null || waited === null) return { ...entry(one.step, one.round), when: usual };
  const left = Math.max(1, daysOfShare(known, share) - waited);
  // While it is paused nobody is expected to answer: what is left begins when the pause ends.
  const from = stopOf(chronology, one) === undefined ? today : (resumes.at(-1)?.on ?? today);
  // Beyond the days that the calendar knows: later than any date that can be told, and surely not on time.
  const on = nthDay(chronology.calendar, 'working', from, left);
  return { ...entry(one.step, one.round), when: on.ok ? { kind: 'on', on: on.value } : NEVER };
}

function entry(step: StepId, round: number | null): Omit<ScenarioAnswer, 'when'> {
  return { step, round, answer: null, by: null, toldTo: null, fields: {} };
}

function afterDays(count: number): When {
  return { kind: 'after', allowed: { unit: 'working-days', count } };
}

/** The working days until that share was answered, at least 1; where so many never were, as long as the longest was followed. */
function daysOfShare(known: readonly Followed[], share: number): number {
  return Math.max(1, daysUntilDone(known, share) ?? Math.max(...known.map(({ days }) => days)));
}

/** Those with which a request may be compared that has waited so long; null where they are too few. */
export function enough(known: readonly Followed[], waited: number | null): readonly Followed[] | null {
  const alike = waitedLonger(known, waited === null || waited === 0 ? -1 : waited);
  return alike.reduce((sum, { count }) => sum + count, 0) >= FEWEST_REQUESTS && alike.some(({ ended }) => ended) ? alike : null;
}

/** The working days since a step opened; null where its calendar does not reach to today. */
export function waitedDays({ calendar }: Chronology, { openedOn }: StepRecord, today: PlainDate): number | null {
  const waited = countDays(calendar, 'working', openedOn, today);
  return waited.ok ? waited.value : null;
}

/** Each pause ends on the day that was expected, in the order of these days, or tomorrow. */
function resumptions({ stops }: Chronology, today: PlainDate): readonly ScenarioChange[] {
  const tomorrow = addDays(today, 1);
  return stops
    .filter(({ resumed }) => resumed === null)
    .map(({ expectedEnd }) => (expectedEnd > today ? expectedEnd : tomorrow))
    .toSorted()
    .map((on) => ({ on, change: { kind: 'resume', because: 'The pause was expected to end.', by: null } }));
}

function endOf({ rests, events }: Play): PlainDate | null {
  const last = events.at(-1);
  return rests.kind === 'ended' && last !== undefined ? londonDate(Date.parse(last.at)) : null;
}

function answeredOn({ chronology }: Play, one: StepRef): PlainDate | null {
  const record = chronology.steps.find((other) => keyOf(other) === keyOf(one));
  return record === undefined || record.state.kind === 'open' ? null : londonDate(Date.parse(record.state.at));
}

/** The name of one opening of a step. */
export function keyOf({ step, round }: StepRef): string {
  return `${step}/${round}`;
}
