import type { Explanation } from '../time/due-date.ts';
import type { Instant } from '../time/london.ts';
import type { AnswerId, EndId, FactId, PersonId, RoleId, RungId, RungKind, StepId, Voice } from '../programme.ts';
import type { PlainDate } from '../time/plain-date.ts';

export type { Instant } from '../time/london.ts';

/** How an answer reached Chaser. `import`: it was given elsewhere, before the deployment was taken in. */
export type Via = 'link' | 'telephone' | 'e-mail' | 'command-line' | 'web' | 'chaser' | 'import';

export type Recipient = { readonly role: RoleId; readonly person: PersonId };

/** Why a contact id is asked for the same again: it has another address, or another person behind it. */
export type AskedAnewBecause = 'address-changed' | 'person-changed';

/** One opening of a step: the nth round of that step in this deployment. */
export type StepRef = { readonly step: StepId; readonly round: number };

/**
 * Everything that can happen to a deployment, in the past tense. The events are the record:
 * `evolve` folds them into a chronology, PostgreSQL keeps them for ever.
 */
export type ChronologyEvent =
  | {
      readonly type: 'deployment-began';
      readonly at: Instant;
      readonly reference: string;
      readonly subject: Subject;
      readonly programme: { readonly id: string; readonly version: number };
      readonly calendarVersion: string;
      readonly parties: Parties;
      /** What was said at the start of the deployment. */
      readonly facts?: Readonly<Record<FactId, string>>;
    }
  | (StepRef & {
      readonly type: 'step-opened';
      readonly at: Instant;
      readonly on: PlainDate;
      readonly dayZero: PlainDate;
      readonly dueOn: PlainDate;
      readonly explanation: Explanation;
      readonly calendarVersion: string;
      /** The answer that opened it; null when the start of the deployment or a change opened it. */
      readonly openedBy: (StepRef & { readonly answer: AnswerId }) | null;
      /** The extension that this step is to decide on. */
      readonly decides?: ExtensionAsked;
      /** The due date by the programme alone, when the actual one differed from the beginning. */
      readonly originalDueOn?: PlainDate;
      /** The extension of the earlier round that this one continues. */
      readonly extension?: { readonly to: PlainDate; readonly change: number };
    })
  | (StepRef & {
      readonly type: 'rung-reached';
      readonly at: Instant;
      readonly rung: RungId;
      readonly kind: RungKind;
      /** Who is written to: owners, the person who makes a call, the recipient of an escalation. */
      readonly to: readonly Recipient[];
      /** Who else is told (of an escalation). */
      readonly tells: readonly Recipient[];
      /** Roles that should be written to but have no holder; a contact task is made of each. */
      readonly unheld: readonly RoleId[];
      /** How it goes besides its e-mail, where its rung says so. */
      readonly also?: readonly Voice[];
      /** Set when somebody had it sent before its time. */
      readonly broughtForwardBy?: PersonId;
      /** Set when it asks again, because the link before it was ended. */
      readonly anewBecause?: AskedAnewBecause;
      /** Set when nobody is written to: its time was before the deployment was taken in, and the coordinator decides on it. */
      readonly leftToDecide?: true;
    })
  | (StepRef & {
      readonly type: 'rung-skipped';
      readonly at: Instant;
      readonly rung: RungId;
      readonly kind: RungKind;
      /** Who would have been written to. */
      readonly to: readonly Recipient[];
      readonly because: string;
      /** Set when somebody left it out by hand, and the private note with which they did. */
      readonly by?: PersonId;
      readonly note?: string;
      /** Set when its time was before the deployment was taken in. A request that had passed counts as made. */
      readonly beforeTakenIn?: true;
    })
  | (StepRef & {
      readonly type: 'step-answered';
      readonly at: Instant;
      readonly answer: AnswerId;
      readonly by: PersonId | 'chaser';
      readonly onBehalfOf: PersonId | null;
      readonly via: Via;
      readonly fields: Readonly<Record<string, string>>;
    })
  | (StepRef & { readonly type: 'step-overtaken'; readonly at: Instant; readonly because: string })
  | (StepRef & { readonly type: 'step-lapsed'; readonly at: Instant })
  | { readonly type: 'party-named'; readonly at: Instant; readonly role: RoleId; readonly person: PersonId }
  | { readonly type: 'fact-recorded'; readonly at: Instant; readonly fact: FactId; readonly value: string }
  | { readonly type: 'deployment-ended'; readonly at: Instant; readonly end: EndId; readonly because: string | null }
  /** It was under way elsewhere. What happened before this moment was recorded by somebody, and nothing was sent for it. */
  | { readonly type: 'deployment-taken-in'; readonly at: Instant; readonly by: PersonId }
  | ChangeEvent;

/** A due date that moved: where it stood and where it stands. */
export type Move = StepRef & { readonly from: PlainDate; readonly to: PlainDate };

/**
 * What every change of plan records: who, when and why, which dates it moved, and who is told by e-mail. Its letters
 * are filed under the step `about` in the ledger.
 */
export type Change = {
  readonly at: Instant;
  /** The nth change of this deployment. */
  readonly change: number;
  readonly by: PersonId;
  readonly because: string;
  /** What is told to nobody by e-mail, for those who look after the deployment. Absent where there is none. */
  readonly note?: string;
  /** Who was added to the people Chaser knows for this change. Absent where nobody was. */
  readonly adds?: PersonId;
  readonly about: StepRef;
  readonly tells: readonly Recipient[];
  readonly moves: readonly Move[];
};

export type StopCategory =
  'illness' | 'inspection' | 'leadership-change' | 'safeguarding' | 'school-closed' | 'waiting-for-department' | 'other';

/** On whose account a deployment was withdrawn. */
export type WithdrawnBy = 'school' | 'system-leader' | 'trust-change' | 'department';

/** How closely a deployment is chased. */
export type Pace = 'less' | 'usual' | 'more';

export type ExtensionAsked = StepRef & {
  readonly dueOn: PlainDate;
  readonly agreedWith: PersonId | null;
  readonly by: PersonId;
  readonly because: string;
};

/** One turn of an escalation: who has it now. `turn` counts up with every letter that asks somebody to take it. */
type EscalationTurn = StepRef & { readonly at: Instant; readonly rung: RungId; readonly turn: number };

export type ChangeEvent =
  | (Change & {
      readonly type: 'clock-stopped';
      /** The stop's own number, that of the change. */
      readonly stop: number;
      /** Null: the whole deployment. */
      readonly scope: StepRef | null;
      readonly category: StopCategory;
      /** The first day that is not counted. */
      readonly from: PlainDate;
      readonly expectedEnd: PlainDate;
    })
  | (Change & { readonly type: 'clock-stop-prolonged'; readonly stop: number; readonly expectedEnd: PlainDate })
  | (Change & {
      readonly type: 'clock-resumed';
      readonly stop: number;
      /** The first day that is counted again. */
      readonly on: PlainDate;
    })
  /** The expected end of a stop has passed: somebody is asked whether it should go on. */
  | {
      readonly type: 'clock-stop-queried';
      readonly at: Instant;
      readonly stop: number;
      readonly time: number;
      readonly about: StepRef;
      readonly to: readonly Recipient[];
    }
  /** A rung came due while the clock was stopped. Nothing was sent. It comes again once the clock runs. */
  | (StepRef & {
      readonly type: 'rung-held';
      readonly at: Instant;
      readonly rung: RungId;
      readonly kind: RungKind;
      readonly to: readonly Recipient[];
      readonly stop: number;
      readonly because: string;
    })
  | (StepRef & {
      readonly type: 'due-date-moved';
      readonly at: Instant;
      readonly change: number;
      readonly dayZero: PlainDate;
      readonly dueOn: PlainDate;
      /** Set when day zero itself was corrected: the due date by the programme alone, counted from it. */
      readonly originalDueOn: PlainDate | null;
      readonly explanation: Explanation;
      readonly calendarVersion: string;
      /** Rungs that had come and will come again, because their new day is still ahead. */
      readonly rearms: readonly RungId[];
      /** The step is no longer late: calls and escalations about its lateness are over. */
      readonly inTime: boolean;
    })
  | (Change & {
      readonly type: 'extension-asked';
      readonly asked: ExtensionAsked;
      /** The round of the step that decides. */
      readonly approval: StepRef;
    })
  | (Change & StepRef & { readonly type: 'extension-agreed'; readonly dueOn: PlainDate; readonly agreedWith: PersonId | null })
  | (Change & StepRef & { readonly type: 'extension-refused'; readonly dueOn: PlainDate })
  /** One of those who are asked says by when they will answer. Its reason may be empty. */
  | (Change &
      StepRef & {
        readonly type: 'answer-promised';
        readonly onBehalfOf: PersonId | null;
        readonly via: Via;
        readonly promisedOn: PlainDate;
      })
  /** One of those who are asked asks for a later due date. */
  | (Change &
      StepRef & {
        readonly type: 'time-asked';
        readonly onBehalfOf: PersonId | null;
        readonly via: Via;
        readonly dueOn: PlainDate;
        /** The due date as it stood. */
        readonly dueBefore: PlainDate;
      })
  | (Change & StepRef & { readonly type: 'time-refused'; readonly dueOn: PlainDate })
  | (Change & {
      readonly type: 'rematched';
      readonly role: RoleId;
      readonly from: readonly PersonId[];
      readonly to: PersonId | null;
    })
  | (Change & {
      readonly type: 'party-changed';
      readonly role: RoleId;
      readonly from: PersonId | null;
      readonly to: PersonId;
      /** Steps whose clock is stopped: they are asked for again when it runs. */
      readonly asksLater?: readonly StepRef[];
    })
  | (Change & {
      readonly type: 'deputy-named';
      readonly person: PersonId;
      readonly deputy: PersonId;
      /** The first and the last day, both inclusive. */
      readonly from: PlainDate;
      readonly to: PlainDate;
    })
  | (Change & { readonly type: 'deputy-ended'; readonly person: PersonId })
  /** Two contact ids are one person: wherever `from` was named, `to` is from now on. */
  | (Change & {
      readonly type: 'person-merged';
      readonly from: PersonId;
      readonly to: PersonId;
      /** Steps whose clock is stopped: they are asked for again when it runs. */
      readonly asksLater?: readonly StepRef[];
    })
  | (Change & { readonly type: 'deployment-withdrawn'; readonly end: EndId; readonly withdrawnBy: WithdrawnBy | null })
  | (Change & { readonly type: 'deployment-reopened' })
  | (Change & { readonly type: 'fact-corrected'; readonly fact: FactId; readonly from: string; readonly to: string })
  | (Change &
      StepRef & {
        readonly type: 'answer-taken-back';
        readonly answer: AnswerId;
        /** The former values of facts and roles: null and empty when they were unknown before. */
        readonly facts: Readonly<Record<FactId, string | null>>;
        readonly parties: Parties;
      })
  | (EscalationTurn & {
      readonly type: 'escalation-acknowledged';
      readonly change: number;
      readonly by: PersonId;
      readonly onBehalfOf: PersonId | null;
      readonly via: Via;
      /** What will be done. */
      readonly words: string;
      readonly promisedOn: PlainDate;
      readonly tells: readonly Recipient[];
    })
  /**
   * Somebody has the escalation anew: it was handed over, sent back, raised for want of an acknowledgement, came back
   * because a promise passed, or was sent again because the address or the person behind a contact id changed.
   */
  | (EscalationTurn & {
      readonly type: 'escalation-passed';
      readonly how: 'handed-over' | 'sent-back' | 'raised' | 'promise-passed' | 'asked-anew';
      readonly by: PersonId | null;
      /** Who had it and telephoned, when `by` recorded it for them. */
      readonly onBehalfOf?: PersonId;
      readonly because: string;
      readonly to: readonly Recipient[];
      readonly tells: readonly Recipient[];
      readonly unheld: readonly RoleId[];
    })
  | (EscalationTurn & {
      readonly type: 'escalation-closed';
      readonly change: number;
      readonly because: string;
      readonly tells: readonly Recipient[];
    })
  /** Somebody has opened a step that no answer need open. */
  | (Change & StepRef & { readonly type: 'step-raised' })
  | (Change & { readonly type: 'pace-changed'; readonly pace: Pace })
  | (Change & { readonly type: 'calendar-adopted'; readonly from: string; readonly to: string });

/** Who holds each role in a deployment; a role may be held by several people, or by nobody yet. */
export type Parties = Readonly<Record<RoleId, readonly PersonId[]>>;

/** Whom a deployment supports: a school by its URN, or a trust by its group id in the register. */
export type Subject = { readonly kind: 'school'; readonly urn: string } | { readonly kind: 'trust'; readonly trust: string };
