import type { Calendar } from '../time/calendar.ts';
import type { ExtensionAsked, Instant, Pace, Parties, Recipient, StepRef, StopCategory, Subject, Via } from './events.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { AnswerId, EndId, FactId, PersonId, Programme, RoleId, RungId } from '../programme.ts';

/**
 * One deployment going through a programme. It is an immutable value, made only of the events so far and of the
 * programme and calendar to which it was pinned when it began.
 */
export type Chronology = {
  readonly programme: Programme;
  readonly calendar: Calendar;
  readonly reference: string;
  readonly subject: Subject | null;
  readonly parties: Parties;
  readonly facts: Readonly<Record<FactId, string>>;
  /** Every opening of every step, in the order of opening. */
  readonly steps: readonly StepRecord[];
  readonly status: Status;
  /** How many changes of plan there have been. Each is numbered. */
  readonly changes: number;
  /** Every stop of the clock, of the whole deployment or of one step, running or over. */
  readonly stops: readonly Stop[];
  /** Who stands in for whom, and when. */
  readonly deputies: readonly Deputy[];
  /** The escalations that are open. */
  readonly escalations: readonly Escalation[];
  readonly pace: Pace;
  /** The day since which the deployment is chased at that pace; null: since it began. */
  readonly pacedOn: PlainDate | null;
  /** The pace before the last change of pace. */
  readonly pacedFrom: Pace;
  /** The values of facts and roles before answers set them, so that an answer can be taken back. */
  readonly before: readonly Before[];
  /** It was under way elsewhere before it came into Chaser. */
  readonly takenIn: boolean;
  /** The step that was answered last. The names and facts recorded next belong to its answer. */
  readonly answered: StepRef | null;
};

/** A stop: the clock of a deployment (`scope` null) or of one step is stopped from a day until it is resumed. */
export type Stop = {
  readonly stop: number;
  readonly scope: StepRef | null;
  readonly category: StopCategory;
  readonly because: string;
  /** What is told to nobody by e-mail. */
  readonly note?: string;
  /** The first day that is not counted. */
  readonly from: PlainDate;
  readonly expectedEnd: PlainDate;
  /** The first day that is counted again, and the change that resumed it; null while the clock is stopped. */
  readonly resumed: { readonly on: PlainDate; readonly change: number } | null;
  /** How often, and when last, somebody was asked whether the stop should go on. */
  readonly queried: { readonly times: number; readonly on: PlainDate } | null;
};

/** From the first day to the last, both inclusive, the deputy gets the person's letters and may answer for them. */
export type Deputy = { readonly person: PersonId; readonly deputy: PersonId; readonly from: PlainDate; readonly to: PlainDate };

/** An open escalation: who has it, since when, and what was promised. */
export type Escalation = StepRef & {
  readonly rung: RungId;
  /** How many letters have asked somebody to take it. */
  readonly turn: number;
  readonly holders: readonly Recipient[];
  readonly since: Instant;
  /** Everyone who was told of it. */
  readonly told: readonly Recipient[];
  /** The day by which something was promised; null until somebody acknowledges it. */
  readonly promisedOn: PlainDate | null;
  /** How often it was raised while nobody was above its holder. */
  readonly atTheTop: number;
};

export type Before = { readonly of: StepRef | null } & (
  { readonly fact: FactId; readonly value: string | null } | { readonly role: RoleId; readonly people: readonly PersonId[] }
);

export type Status =
  | { readonly kind: 'not-begun' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly end: EndId; readonly at: Instant; readonly because: string | null };

/** One opening of one step: its round, its dates, the rungs it has come past, and how it closed. */
export type StepRecord = StepRef & {
  readonly openedAt: Instant;
  readonly openedOn: PlainDate;
  readonly dayZero: PlainDate;
  readonly dueOn: PlainDate;
  /** When the owners were first asked; null until the request has gone. */
  readonly askedAt: Instant | null;
  /** Rungs reached or skipped, by name. None comes again in this round unless the due date moves. */
  readonly past: readonly RungId[];
  /**
   * How often a rung was set to come again because the due date moved. It then comes under a new name (`reminder-3~2`).
   */
  readonly again: Readonly<Record<RungId, number>>;
  /** The day of the last letter that asked or reminded; null until the first. */
  readonly chasedOn: PlainDate | null;
  /** Rungs that came due while the clock was stopped, as `name@stop`. */
  readonly held: readonly string[];
  /** The date agreed with the Department, and the change that agreed it. */
  readonly extension: { readonly to: PlainDate; readonly change: number } | null;
  /** The extension that this step is to decide on. */
  readonly decides: ExtensionAsked | null;
  readonly openedBy: StepRef | null;
  /** By when its owners said that they would answer, in the order in which they said it. */
  readonly promises: readonly StepPromise[];
  /** The later due date for which one of its owners has asked, while nobody has decided on it. */
  readonly timeAsked: TimeAsked | null;
  readonly state: StepState;
};

/** By when one of those who are asked said that they would answer. */
export type StepPromise = { readonly person: PersonId; readonly promisedOn: PlainDate; readonly change: number };

/** A later due date that one of those who are asked asks for. */
export type TimeAsked = { readonly person: PersonId; readonly dueOn: PlainDate; readonly because: string; readonly change: number };

export type StepState =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'answered';
      readonly answer: AnswerId;
      readonly by: PersonId | 'chaser';
      readonly onBehalfOf: PersonId | null;
      readonly via: Via;
      readonly at: Instant;
    }
  | { readonly kind: 'overtaken'; readonly at: Instant; readonly because: string }
  | { readonly kind: 'lapsed'; readonly at: Instant };
