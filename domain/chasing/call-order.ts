import type { PlainDate } from '../time/plain-date.ts';

/** What a coordinator weighs when they choose whom to telephone first. */
export type CallStanding = {
  /** A name of the call that no other has. */
  readonly key: string;
  /** How many of the step's own days have gone by since its due date. */
  readonly daysLate: number;
  /** E-mails about this step that stayed without an answer; one that went to two people is one. */
  readonly chasesUnanswered: number;
  /** School days left of the term, today not counted; null when the terms are not known so far. */
  readonly schoolDaysLeft: number | null;
  /** How often it came to a call with this school or trust before. */
  readonly silentBefore: number;
  /** The day agreed for the next call, when the last one ended so. */
  readonly callAgainOn: PlainDate | null;
  /** Somebody telephoned in vain today. */
  readonly triedToday: boolean;
};

/** Whether a call is to be made today: one that was put off waits for its day. `today` is a date in London. */
export function isForToday({ callAgainOn }: Pick<CallStanding, 'callAgainOn'>, today: PlainDate): boolean {
  return callAgainOn === null || callAgainOn <= today;
}

/**
 * The order in which a careful coordinator telephones; negative when the first call comes first. In turn, each only where
 * all before it are equal:
 *
 * 1. what was not yet tried today, before what was tried in vain: one number is not rung all morning;
 * 2. calls agreed for a day that has come, the oldest agreement first: who was promised a call gets it;
 * 3. the later the step, the sooner;
 * 4. the more e-mails stayed without an answer, the sooner: one more would not help;
 * 5. the fewer school days are left of the term, the sooner: in the holidays nobody answers. Terms that are not known
 *    come last;
 * 6. who was silent more often before, the sooner;
 * 7. by key, so that the order is the same each time.
 */
export function compareCalls(one: CallStanding, other: CallStanding): number {
  return (
    Number(one.triedToday) - Number(other.triedToday) ||
    compareDays(one.callAgainOn, other.callAgainOn) ||
    other.daysLate - one.daysLate ||
    other.chasesUnanswered - one.chasesUnanswered ||
    compareDaysLeft(one.schoolDaysLeft, other.schoolDaysLeft) ||
    other.silentBefore - one.silentBefore ||
    compareTexts(one.key, other.key)
  );
}

/** Earlier days first, and any day before none. */
function compareDays(one: PlainDate | null, other: PlainDate | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compareTexts(one, other);
}

function compareDaysLeft(one: number | null, other: number | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one - other;
}

/** By code units: the same on every machine, whatever its language. */
function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
