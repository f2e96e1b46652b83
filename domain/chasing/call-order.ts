import type { PlainDate } from '../time/plain-date.ts';

/** What a coordinator weighs when choosing whom to telephone first. */
export type CallStanding = {
  /** A name that no other call has. */
  readonly key: string;
  /** How many days, in the step's own unit, have passed since its due date. */
  readonly daysLate: number;
  /** E-mails about this step that had no answer; an e-mail to two people counts once. */
  readonly chasesUnanswered: number;
  /** School days left of the term, not counting today; null when the terms are not known that far. */
  readonly schoolDaysLeft: number | null;
  /** How often it came to a call with this school or trust before. */
  readonly silentBefore: number;
  /** The day by which they said that they would answer; null when they said none. */
  readonly promisedOn?: PlainDate | null;
  /** The day agreed for the next call, if the last call ended with one. */
  readonly callAgainOn: PlainDate | null;
  /** Somebody telephoned without success today. */
  readonly triedToday: boolean;
};

/**
 * Whether a call is to be made today: one that was put off waits for its day, and one to somebody who has promised an answer waits
 * until the promised day is over. `today` is a date in London.
 */
export function isForToday(
  { callAgainOn, promisedOn = null }: Pick<CallStanding, 'callAgainOn' | 'promisedOn'>,
  today: PlainDate,
): boolean {
  return (callAgainOn === null || callAgainOn <= today) && (promisedOn === null || promisedOn < today);
}

/**
 * The order in which a careful coordinator telephones; negative when the first call comes first. The rules apply in
 * turn, each only between calls that are equal by all rules before it:
 *
 * 1. what has not been tried today comes before what was tried without success, so that one number is not rung all
 *    morning;
 * 2. calls agreed for a day that has come, the oldest agreement first, so that promised calls are made;
 * 3. the later the step, the sooner;
 * 4. the more e-mails went without an answer, the sooner, because one more would not help;
 * 5. the fewer school days are left of the term, the sooner, because nobody answers in the holidays. Unknown terms
 *    come last;
 * 6. the more often somebody was silent before, the sooner;
 * 7. by key, so that the order is the same each time.
 */
export function compareCalls(one: CallStanding, other: CallStanding): number {
  return (
    compareAgreed(one, other) ||
    other.daysLate - one.daysLate ||
    other.chasesUnanswered - one.chasesUnanswered ||
    compareDaysLeft(one.schoolDaysLeft, other.schoolDaysLeft) ||
    other.silentBefore - one.silentBefore ||
    compareTexts(one.key, other.key)
  );
}

/** The first two of these rules, which hold whatever else the calls are ordered by. */
export function compareAgreed(one: CallStanding, other: CallStanding): number {
  return Number(one.triedToday) - Number(other.triedToday) || compareDays(one.callAgainOn, other.callAgainOn);
}

/** Earlier days come first, and any day comes before none. */
function compareDays(one: PlainDate | null, other: PlainDate | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return compareTexts(one, other);
}

function compareDaysLeft(one: number | null, other: number | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one - other;
}

/** Compared by code units, so that the order is the same on every machine, whatever its language. */
function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
