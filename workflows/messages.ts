import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Chronology } from '../domain/chronology/state.ts';
import type { ChangeCommand } from '../domain/changes/change.ts';
import type { Withdraw } from '../domain/changes/ends.ts';
import type { AnswerCommand, Beginning } from '../domain/chronology/decide.ts';
import type { Past } from '../domain/chronology/under-way.ts';
import type { EndId, Programme } from '../domain/programme.ts';
import { MAILROOM_PRIORITY, mailroomWorkflowId, MOVE_ON, SUMMARIES, TELL_MAILROOM } from './ids.ts';

/** The input of a deployment's workflow: everything it needs to know of the rules, for its whole life. */
export type DeploymentStart = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly beginning: Beginning;
  /** Set when it has been under way elsewhere: what happened so far. */
  readonly past?: Past;
  /** Set by continue-as-new only: the story so far. */
  readonly carried: CarriedOver | null;
  /** Continues as new after this many Temporal events; 4,000 by default. */
  readonly longHistory?: number;
};

export type CarriedOver = {
  readonly chronology: Omit<Chronology, 'programme' | 'calendar'>;
  /** How many events are stored. */
  readonly sequence: number;
};

export type DeploymentOutcome = { readonly reference: string; readonly end: EndId; readonly events: number };

/** What a person is told when their answer is accepted. */
export type Counted = {
  /** The sequence number of the last event that the answer caused. All of its events are stored by then. */
  readonly sequence: number;
  /** Steps that the answer opened. */
  readonly opened: readonly { readonly step: string; readonly round: number }[];
  /** The end that the answer brought the deployment to, if any. */
  readonly ended: EndId | null;
};

/** An answer to an open step. Refused answers fail with an `ApplicationFailure` of type `Refused` and the refusal as its detail. */
export const answerUpdate = defineUpdate<Counted, [Omit<AnswerCommand, 'kind'>]>('answer');

/** The same as the change `withdraw`, under the name it had in the first release. */
export const withdrawUpdate = defineUpdate<Counted, [Omit<Withdraw, 'kind'>]>('withdraw');

/** Any change of plan: stop, resume, extend, rematch, … (domain/changes/). Refused as answers are. */
export const changeUpdate = defineUpdate<Counted, [ChangeCommand]>('change');

/**
 * Answers how many events are stored, as soon as all that have happened so far are. Sent together with the start, so that whoever starts a
 * deployment is told when it is in the record. It changes nothing.
 */
export const storedUpdate = defineUpdate<number>('stored');

/** Where workers are versioned and another build is wanted: move there now, and not only at the next wake-up. Else nothing happens. */
export const moveOnSignal = defineSignal(MOVE_ON);

/** The deployment as the workflow itself sees it, for `chaser doctor` and tests. Pages read PostgreSQL. */
export const chronologyQuery = defineQuery<CarriedOver>('chronology');

export const REFUSED = 'Refused';

export type MailroomStart = {
  readonly mailroom: number;
  /** How long reminders wait to be gathered, in milliseconds. */
  readonly gatheringMs: number;
  /** Set by continue-as-new only. */
  readonly told?: Urgency | null;
};

export type Urgency = 'at-once' | 'gather';

/** Letters are queued. */
export const tellMailroom = defineSignal<[Urgency]>(TELL_MAILROOM);

/**
 * How a mailroom is told that letters are queued, and started where it does not run: what `signalWithStart` takes of it besides the task queue. One
 * that runs keeps the gathering time with which it was started.
 */
export function mailroomTold(told: { readonly mailroom: number; readonly urgency: Urgency; readonly gatheringMs: number }): {
  readonly workflowId: string;
  readonly args: [MailroomStart];
  readonly priority: { readonly priorityKey: number };
  readonly staticSummary: string;
  readonly signal: typeof tellMailroom;
  readonly signalArgs: [Urgency];
} {
  const { mailroom, urgency, gatheringMs } = told;
  return {
    workflowId: mailroomWorkflowId(mailroom),
    args: [{ mailroom, gatheringMs, told: urgency }],
    priority: MAILROOM_PRIORITY,
    staticSummary: SUMMARIES.mailroom,
    signal: tellMailroom,
    signalArgs: [urgency],
  };
}

export type WaveStart = { readonly wave: number };

/** A wave was called off. */
export const waveChanged = defineSignal('wave-changed');
