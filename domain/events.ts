import type { Explanation } from './due-date.ts';
import type { AnswerId, EndId, FactId, PersonId, RoleId, RungId, RungKind, StepId } from './programme.ts';
import type { PlainDate } from './plain-date.ts';

/** An instant, ISO 8601 in UTC: `2022-11-25T08:00:00.000Z`. */
export type Instant = string;

/** How an answer reached us. */
export type Via = 'link' | 'telephone' | 'command-line' | 'chaser';

export type Recipient = { readonly role: RoleId; readonly person: PersonId };

/** Which opening of a step something belongs to: the nth round of that step in this deployment. */
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
    }
  | (StepRef & {
      readonly type: 'step-opened';
      readonly at: Instant;
      readonly on: PlainDate;
      readonly dayZero: PlainDate;
      readonly dueOn: PlainDate;
      readonly explanation: Explanation;
      readonly calendarVersion: string;
      /** The answer that opened it; null when the deployment began. */
      readonly openedBy: (StepRef & { readonly answer: AnswerId }) | null;
    })
  | (StepRef & {
      readonly type: 'rung-reached';
      readonly at: Instant;
      readonly rung: RungId;
      readonly kind: RungKind;
      /** Who is written to: owners, the caller of a call task, the recipient of an escalation. */
      readonly to: readonly Recipient[];
      /** Who is told besides (of an escalation). */
      readonly tells: readonly Recipient[];
      /** Roles that ought to be written to and that nobody holds: becomes a fix-contact task. */
      readonly unheld: readonly RoleId[];
    })
  | (StepRef & {
      readonly type: 'rung-skipped';
      readonly at: Instant;
      readonly rung: RungId;
      readonly kind: RungKind;
      /** Who would have been written to. */
      readonly to: readonly Recipient[];
      readonly because: string;
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
  | { readonly type: 'deployment-ended'; readonly at: Instant; readonly end: EndId; readonly because: string | null };

/** Who holds each role in a deployment; a role may be held by several people, or by nobody yet. */
export type Parties = Readonly<Record<RoleId, readonly PersonId[]>>;

/** Whom a deployment supports: a school by its URN, or a trust by its group id in the register. */
export type Subject = { readonly kind: 'school'; readonly urn: string } | { readonly kind: 'trust'; readonly trust: string };
