import type { Pace, StopCategory } from '../domain/events.ts';
import type { PlainDate } from '../domain/plain-date.ts';
import type { AnswerId, EndId, RoleId, StepId } from '../domain/programme.ts';
import type { TimeAllowed } from '../domain/time-allowed.ts';

/**
 * How people behave who are not told otherwise. On time: each answers on the day before the due date, or on the due date
 * itself when there is no day between. Late: each answers on the working day after the last chase of the step. At once:
 * within the hour. Silent: never.
 */
export type Conduct = 'on-time' | 'late' | 'at-once' | 'silent';

/** When one answer comes. Time is counted from the day the step opened, or from its due date. */
export type When =
  | { readonly kind: 'conduct'; readonly conduct: Conduct }
  | { readonly kind: 'after'; readonly allowed: TimeAllowed }
  | { readonly kind: 'overdue-by'; readonly allowed: TimeAllowed }
  | { readonly kind: 'on'; readonly on: PlainDate };

/** What somebody does about one step, instead of what everybody does. */
export type ScenarioAnswer = {
  readonly step: StepId;
  /** The nth opening of the step; null for every one that no other entry speaks of. */
  readonly round: number | null;
  /** Null: the first that the step offers. */
  readonly answer: AnswerId | null;
  readonly when: When;
  /** Which of the joint owners answers; null for the owner. */
  readonly by: RoleId | null;
  /** Who records it for the owner, who telephoned; null when the owner answers by link. */
  readonly toldTo: RoleId | null;
  readonly fields: Readonly<Record<string, string>>;
};

/** Something that somebody decides about the deployment, on a day. `by` null: whoever holds the first role. */
export type ScenarioChange = { readonly on: PlainDate; readonly change: Change };

export type Change = { readonly because: string; readonly by: RoleId | null } & (
  | { readonly kind: 'withdraw'; readonly as: EndId }
  /** The clock stops, for one step or for the whole deployment. */
  | { readonly kind: 'pause'; readonly step: StepId | null; readonly category: StopCategory; readonly until: PlainDate }
  | { readonly kind: 'resume' }
  | { readonly kind: 'extend'; readonly step: StepId; readonly to: PlainDate }
  | { readonly kind: 'rematch' }
  /** It is chased less or more from then on, within what the ladders provide for. */
  | { readonly kind: 'chase'; readonly pace: Pace }
);

/** How a rehearsal is to go: what everybody does, and who does otherwise. */
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
