import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import type { Withdraw } from '../domain/changes/ends.ts';
import type { AnswerCommand, Beginning } from '../domain/chronology/decide.ts';
import type { EndId, Programme } from '../domain/programme.ts';

/** What a deployment's workflow is started with: everything it will ever need to know of the rules. */
export type DeploymentStart = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly beginning: Beginning;
  /** Set by continue-as-new only: the story so far. */
  readonly carried: CarriedOver | null;
  /** Begins a new history after so many events of Temporal's; 4,000 unless told. */
  readonly longHistory?: number;
};

export type CarriedOver = {
  readonly chronology: Omit<Chronology, 'programme' | 'calendar'>;
  /** How many events are stored. */
  readonly sequence: number;
};

export type DeploymentOutcome = { readonly reference: string; readonly end: EndId; readonly events: number };

/** What a person hears when their answer counted. */
export type Counted = {
  /** The number of the last event that the answer brought about; all of them are stored by then. */
  readonly sequence: number;
  /** Steps that opened through it. */
  readonly opened: readonly { readonly step: string; readonly round: number }[];
  /** The end the deployment came to through it. */
  readonly ended: EndId | null;
};

/** An answer to an open step. Refused answers fail with an `ApplicationFailure` of type `Refused` and the refusal as its detail. */
export const answerUpdate = defineUpdate<Counted, [Omit<AnswerCommand, 'kind'>]>('answer');

/** The same as the change `withdraw`, under the name that the first release gave it. */
export const withdrawUpdate = defineUpdate<Counted, [Omit<Withdraw, 'kind'>]>('withdraw');

/** Any change of plan: stop, resume, extend, rematch, … (domain/changes/). Refused as answers are. */
export const changeUpdate = defineUpdate<Counted, [ChangeCommand]>('change');

/** How the workflow itself sees the deployment; for `chaser doctor` and tests. Pages read PostgreSQL. */
export const chronologyQuery = defineQuery<CarriedOver>('chronology');

export const REFUSED = 'Refused';

export type MailroomStart = {
  readonly mailroom: number;
  /** How long reminders wait for more of them, in milliseconds. */
  readonly gatheringMs: number;
  /** Set by continue-as-new only. */
  readonly told?: Urgency | null;
};

export type Urgency = 'at-once' | 'gather';

/** Letters are queued. */
export const tellMailroom = defineSignal<[Urgency]>('letters-queued');
