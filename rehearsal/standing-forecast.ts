/**
 * A forecast of a deployment as it is stored for the list of deployments and for the order of calls: when it will be over, how likely the end of a term is
 * missed, and what a call about each open step would help.
 */
import { SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import type { CallHelp } from '../domain/chasing/call-help.ts';
import type { ForecastStep, TermRisk, WholeForecast } from '../domain/chasing/forecast.ts';
import { openSteps, stopOf } from '../domain/chronology/chronology.ts';
import type { Chronology, StepRecord } from '../domain/chronology/state.ts';
import { shareStillOpen } from '../domain/measures/survival.ts';
import type { Followed } from '../domain/measures/survival.ts';
import type { StepId } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import { answeredTomorrow, enough, forecastOf, keyOf, waitedDays } from './forecast.ts';
import type { RecordOf } from './forecast.ts';
import type { Moment } from './play.ts';
import { termRiskOf } from './term-risk.ts';

/** How long the requests of each step took, as plain data; `withoutCall`: followed only until somebody called about them. */
export type AnswerRecord = Readonly<Record<'all' | 'withoutCall', ReadonlyMap<StepId, readonly Followed[]>>>;

export type StandingForecast = {
  readonly whole: WholeForecast;
  /** For how many of its steps too few answers are known: they take the time of the programme. */
  readonly assumed: number;
  /** What a call helps about each open step whose clock runs, by "step/round". */
  readonly calls: Readonly<Record<string, CallHelp>>;
};

function recordOf(all: AnswerRecord['all']): RecordOf {
  return (step) => all.get(step) ?? [];
}

export type ForecastAsOf = {
  /** When it was worked out, by the clock of the deployment, in epoch milliseconds. */
  readonly asOfMs: number;
  readonly whole: WholeForecast;
};

/**
 * The forecast of a deployment at this moment, or the one that was worked out before on the same day from the same events and the same record. Throws where
 * it cannot be worked out.
 */
export function forecastToday(moment: Moment, all: AnswerRecord['all']): ForecastAsOf {
  const before = workedOut.get(moment.chronology);
  if (before !== undefined && before.all === all && londonDate(before.asOfMs) === londonDate(moment.nowMs)) return before;
  const forecast = { asOfMs: moment.nowMs, whole: wholeForecastOf(moment, all), all };
  workedOut.set(moment.chronology, forecast);
  return forecast;
}

/** What was worked out last for each chronology that is still kept somewhere: it never changes, nor does the record that it was worked out from. */
const workedOut = new WeakMap<Chronology, ForecastAsOf & { readonly all: AnswerRecord['all'] }>();

/** All that the page of a deployment's forecast tells. Throws where it cannot be worked out. */
export function wholeForecastOf(moment: Moment, all: AnswerRecord['all']): WholeForecast {
  const record = recordOf(all);
  return { ...forecastOf(moment, record), term: termRiskOf(moment, record) };
}

/** Works all of it out. What the forecast assumes is assumed here (docs/product.md, "Forecast"). */
export function standingForecastOf(moment: Moment, { all, withoutCall }: AnswerRecord): StandingForecast {
  const record = recordOf(all);
  const whole = wholeForecastOf(moment, all);
  const { steps, term } = whole;
  const calls = openSteps(moment.chronology).flatMap((one): readonly (readonly [string, CallHelp])[] => {
    const forecast = steps.find((step) => step.open && keyOf(step) === keyOf(one));
    if (forecast === undefined || stopOf(moment.chronology, one) !== undefined) return [];
    return [
      [keyOf(one), { ...silenceOf(moment, one, withoutCall), daysSooner: forecast.gain, term: termIf(moment, record, forecast, term) }],
    ];
  });
  const assumed = steps.filter(({ from }) => from === 'programme').length;
  return { whole, assumed, calls: Object.fromEntries(calls) };
}

/**
 * How likely it is that an open step is not answered in the next working days if nobody calls: of its own requests that waited as long; where they are too
 * few, of those of all steps of the programme; where these are too few as well, it is taken to be certain.
 */
export function silenceOf(
  { chronology, nowMs }: Moment,
  one: StepRecord,
  withoutCall: AnswerRecord['withoutCall'],
): Pick<CallHelp, 'silence' | 'from' | 'requests'> {
  const waited = waitedDays(chronology, one, londonDate(nowMs));
  if (waited !== null) {
    for (const [from, known] of [
      ['step', withoutCall.get(one.step) ?? []],
      ['programme', [...withoutCall.values()].flat()],
    ] as const) {
      const alike = enough(known, waited);
      if (alike === null) continue;
      return { silence: shareStillOpen(alike, waited + SILENCE_DAYS), from, requests: alike.reduce((sum, { count }) => sum + count, 0) };
    }
  }
  return { silence: 1, from: 'assumed', requests: 0 };
}

/** In how many plays the end of a term is missed, now and if this step were answered tomorrow. An answer never makes it likelier. */
function termIf(moment: Moment, record: RecordOf, step: ForecastStep, term: TermRisk | null): CallHelp['term'] {
  if (term === null) return null;
  const { plays, missed } = term;
  // What is missed in no play cannot be missed in fewer.
  const answered = missed === 0 ? 0 : (termRiskOf(moment, record, answeredTomorrow(moment, step))?.missed ?? 0);
  return { plays, missed, missedIfAnswered: Math.min(missed, answered) };
}
