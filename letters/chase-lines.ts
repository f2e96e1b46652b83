import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { LETTER_DONE } from './kind-words.ts';

/** A letter about a step that has left. */
export type SentBefore = { readonly kind: LetterKind; readonly writtenAt: string; readonly name: string };

/** A call that brought no answer, as whoever made it noted it. */
export type CallMade = { readonly at: string; readonly by: string; readonly outcome: keyof typeof CALL_DONE; readonly note: string | null };

/** What somebody who is asked said of when they would answer. */
export type PromiseMade = { readonly at: string; readonly by: string; readonly promisedOn: PlainDate };

/** One chase: the day, what was done, and to whom or with what outcome. */
export type ChaseLine = { readonly on: PlainDate; readonly what: string; readonly toWhom: string };

export const CALL_DONE = {
  'no-answer': 'no answer',
  'left-message': 'left a message',
  'call-again': 'to call again',
  'wrong-person': 'the wrong person',
} as const;

/**
 * What was done about a step so far, the oldest first: letters, calls, and what was promised. The letter that hands lateness to somebody and the page
 * of the escalation both list these, so that nobody has to guess which of the two is right. Days are in London.
 */
export function chaseLines(
  sent: readonly SentBefore[],
  calls: readonly CallMade[],
  promises: readonly PromiseMade[] = [],
): readonly ChaseLine[] {
  return [
    ...sent.map(({ kind, writtenAt, name }) => ({ at: writtenAt, what: LETTER_DONE[kind], toWhom: name })),
    ...calls.map(({ at, by, outcome, note }) => ({
      at,
      what: `Telephoned by ${by}`,
      toWhom: `${CALL_DONE[outcome]}${note === null ? '' : `: “${note}”`}`,
    })),
    ...promises.map(({ at, by, promisedOn }) => ({ at, what: `${by} said that they would answer`, toWhom: `by ${longDate(promisedOn)}` })),
  ]
    .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
    .map(({ at, what, toWhom }) => ({ on: londonDate(Date.parse(at)), what, toWhom }));
}
