import type { Pace, StopCategory } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { AnswerId, EndId, FactId, RoleId, StepId } from '../domain/programme.ts';
import type { TimeAllowed } from '../domain/time/time-allowed.ts';

/**
 * How people behave unless an entry says otherwise. On time: each answers on the day before the due date, or on the due
 * date itself when there is no day between. Late: each answers on the working day after the last chase of the step. At
 * once: within the hour. Silent: never.
 */
export type Conduct = 'on-time' | 'late' | 'at-once' | 'silent';

/** When one answer comes. Time is counted from the day the step opened, or from its due date. */
export type When =
  | { readonly kind: 'conduct'; readonly conduct: Conduct }
  | { readonly kind: 'after'; readonly allowed: TimeAllowed }
  | { readonly kind: 'overdue-by'; readonly allowed: TimeAllowed }
  | { readonly kind: 'on'; readonly on: PlainDate };

/** What somebody does about one step, in place of the general behaviour. */
export type ScenarioAnswer = {
  readonly step: StepId;
  /** The nth opening of the step; null for every opening without an entry of its own. */
  readonly round: number | null;
  /** Null: the first that the step offers. */
  readonly answer: AnswerId | null;
  readonly when: When;
  /** Which of the joint owners answers; null for the owner. */
  readonly by: RoleId | null;
  /** Who records it for the owner, who telephoned; null when the owner answers by link. */
  readonly toldTo: RoleId | null;
  readonly fields: Readonly<Record<string, string>>;
  /** Where it was written: "hard.yaml:12:5". */
  readonly place?: string;
};

/** Something that somebody decides about the deployment, on a day. `by` null: whoever holds the first role. */
export type ScenarioChange = { readonly on: PlainDate; readonly change: Change; readonly place?: string };

export type Change =
  | (Said &
      (
        | { readonly kind: 'withdraw'; readonly as: EndId }
        | { readonly kind: 'reopen' }
        /** The clock is stopped, for one step or for the whole deployment. */
        | { readonly kind: 'pause'; readonly step: StepId | null; readonly category: StopCategory; readonly until: PlainDate }
        | { readonly kind: 'prolong'; readonly until: PlainDate }
        | { readonly kind: 'resume' }
        | { readonly kind: 'extend'; readonly step: StepId; readonly to: PlainDate }
        | { readonly kind: 'rematch' }
        /** A step that no answer need open is opened. */
        | { readonly kind: 'raise'; readonly step: StepId }
        /** Somebody who has not held it yet holds a role from then on. */
        | { readonly kind: 'person'; readonly role: RoleId }
        /** Somebody stands in for whoever holds a role. */
        | { readonly kind: 'deputy'; readonly for: RoleId; readonly from: PlainDate; readonly until: PlainDate }
        | { readonly kind: 'back'; readonly for: RoleId }
        | { readonly kind: 'correct'; readonly fact: FactId; readonly to: PlainDate }
        | { readonly kind: 'takeBack'; readonly step: StepId }
        /** `by` null: the escalation's holder, here and in the next two. */
        | { readonly kind: 'acknowledge'; readonly step: StepId; readonly promised: PlainDate; readonly toldTo: RoleId | null }
        | { readonly kind: 'handOver'; readonly step: StepId; readonly to: RoleId }
        | { readonly kind: 'sendBack'; readonly step: StepId }
        /** The next chase is left out. */
        | { readonly kind: 'skip'; readonly step: StepId }
        /** It is chased less or more from then on, within what the ladders provide for. */
        | { readonly kind: 'chase'; readonly pace: Pace }
      ))
  /** The owners are chased on that day, whatever the ladder says. */
  | { readonly kind: 'remind'; readonly step: StepId; readonly by: RoleId | null };

type Said = { readonly because: string; readonly by: RoleId | null };

/** How a rehearsal is to go: the general behaviour, and the exceptions. */
export type Scenario = {
  readonly title: string;
  readonly everyone: Conduct;
  /** Roles that behave otherwise than everyone. */
  readonly roles: Readonly<Record<RoleId, Conduct>>;
  readonly answers: readonly ScenarioAnswer[];
  readonly changes: readonly ScenarioChange[];
};

export const EVERYONE = {
  'on-time': { title: 'Everyone is on time', everyone: 'on-time', roles: {}, answers: [], changes: [] },
  late: { title: 'Everyone answers only after the last chase', everyone: 'late', roles: {}, answers: [], changes: [] },
  silent: { title: 'Everyone is silent', everyone: 'silent', roles: {}, answers: [], changes: [] },
} as const satisfies Readonly<Record<string, Scenario>>;

/** The plays that need no scenario file. */
export type Everyone = keyof typeof EVERYONE;

export function isEveryone(text: string): text is Everyone {
  return Object.hasOwn(EVERYONE, text);
}
