/**
 * A forecast of a deployment as it is stored for the list of deployments and for the order of calls: when it will be over, how likely the end of a term is
 * missed, and what a call about each open step would help.
 */
import { SILENCE_DAYS } from '../domain/chasing/call-help.ts';
import type { CallHelp } from '../domain/chasing/call-help.ts';
import { openSteps, stopOf } from '../domain/chronology/chronology.ts';
import type { StepRecord } from '../domain/chronology/state.ts';
import { shareStillOpen } from '../domain/measures/survival.ts';
import type { Followed } from '../domain/measures/survival.ts';
import type { StepId } from '../domain/programme.ts';
import { londonDate } from '../domain/time/london.ts';
import { answeredTomorrow, enough, forecastOf, keyOf, waitedDays } from './forecast.ts';
import type { Forecast, ForecastStep, RecordOf } from './forecast.ts';
import type { Moment } from './play.ts';
import { termRiskOf } from './term-risk.ts';
import type { TermRisk } from './term-risk.ts';

/** How long the requests of each step took, as plain data; `withoutCall`: followed only until somebody called about them. */
export type AnswerRecord = Readonly<Record<'all' | 'withoutCall', ReadonlyMap<StepId, readonly Followed[]>>>;

export type StandingForecast = {
  readonly ends: Forecast['ends'];
  /** How many steps are open or still to come, and for how many of them too few answers are known: they take the time of the programme. */
  readonly steps: number;
  readonly assumed: number;
  /** How often a step that is due at the end of a term comes late; null where none lies ahead. */
  readonly term: { readonly plays: number; readonly missed: number } | null;
  /** What a call helps about each open step whose clock runs, by "step/round". */
  readonly calls: Readonly<Record<string, CallHelp>>;
};

/** Works all of it out. What the forecast assumes is assumed here (docs/product.md, "Forecast"). */
export function standingForecastOf(moment: Moment, { all, withoutCall }: AnswerRecord): StandingForecast {
  const record: RecordOf = (step) => all.get(step) ?? [];
  const { ends, steps } = forecastOf(moment, record);
  const term = termRiskOf(moment, record);
  const calls = openSteps(moment.chronology).flatMap((one): readonly (readonly [string, CallHelp])[] => {
    const forecast = steps.find((step) => step.open && keyOf(step) === keyOf(one));
    if (forecast === undefined || stopOf(moment.chronology, one) !== undefined) return [];
    return [
      [keyOf(one), { ...silenceOf(moment, one, withoutCall), daysSooner: forecast.gain, term: termIf(moment, record, forecast, term) }],
    ];
  });
  const assumed = steps.filter(({ from }) => from === 'programme').length;
  return {
    ends,
    steps: steps.length,
    assumed,
    term: term === null ? null : { plays: term.plays, missed: term.missed },
    calls: Object.fromEntries(calls),
  };
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
