/** What a forecast of a deployment tells. It is worked out by playing the deployment on (rehearsal/forecast.ts and rehearsal/term-risk.ts). */
import type { StepRef } from '../chronology/events.ts';
import type { StepId } from '../programme.ts';
import type { PlainDate } from '../time/plain-date.ts';

/** How fast everybody answers: as fast as a quarter, half and three quarters of the requests of their step were answered. */
export type ForecastPart = 'fast' | 'usual' | 'slow';

export type ForecastStep = StepRef & {
  readonly title: string;
  readonly open: boolean;
  readonly dueOn: PlainDate;
  /** When it is answered if everybody takes as long as half of the requests of their step did, and as three quarters did. */
  readonly usualOn: PlainDate | null;
  readonly slowOn: PlainDate | null;
  /** From the record of enough requests, or else by the times of the programme. */
  readonly from: 'record' | 'programme';
  /** Of an open step: how likely it is that nobody answers in the next working days, 0 to 1. Null where the record says too little. */
  readonly silence: number | null;
  /** Of an open step: how many days earlier the deployment would be over if it were answered tomorrow. Null where the end is not known. */
  readonly gain: number | null;
};

export type Forecast = {
  /** The day on which the deployment is over; null where it does not come to an end by itself, or dates are not known so far ahead. */
  readonly ends: Readonly<Record<ForecastPart, PlainDate | null>>;
  /** Steps that are open or still to come, in the order of their opening. */
  readonly steps: readonly ForecastStep[];
};

/** A step that the programme allows until the end of a term. */
export type TermStep = {
  readonly step: StepId;
  readonly title: string;
  /** Its due date as it is, while it is open; otherwise the earliest of the plays. */
  readonly dueOn: PlainDate;
  /** Of the plays that came to it: how many there were, and in how many it was answered after its due date. */
  readonly plays: number;
  readonly missed: number;
};

export type TermRisk = {
  readonly plays: number;
  /** In how many plays at least one of the steps was answered after its due date. */
  readonly missed: number;
  /** In the order of their due dates. */
  readonly steps: readonly TermStep[];
};

/** All that the page of a deployment's forecast tells. */
export type WholeForecast = Forecast & {
  /** How likely the end of a term is missed; null where no step that is due then lies ahead. */
  readonly term: TermRisk | null;
};
