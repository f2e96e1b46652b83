import type { Begun } from '../activities/ports.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';

/** Somebody who has begun to answer a step and has not sent the answer, and when by the clock of the deployment. */
export type Beginner = { readonly person: string; readonly name: string; readonly begunAt: string };

/**
 * What is said about an answer that was begun and not sent, to the reader of a letter or a page; null when nobody has begun one. Whoever
 * has begun is never told that they have not answered; whoever telephones or decides is told who has begun, and never what they wrote.
 * Days are in London.
 */
export function begunWords(beginners: readonly Beginner[], reader: string | null): Begun | null {
  const [first] = beginners;
  if (first === undefined) return null;
  const own = beginners.find(({ person }) => person === reader);
  return {
    toYou: own === undefined ? null : `You began your answer on ${weekdayOf(own)}. ${GO_ON}`,
    ofThem: beginners.map((beginner) => `${beginner.name} began an answer on ${dayOf(beginner)} and has not sent it yet.`).join(' '),
    say: `“You began your answer on ${weekdayOf(first)}, and what you wrote is kept. What do you need to finish it?”`,
  };
}

/** What somebody half-way is told, wherever it is. */
export const GO_ON = 'Your answers so far are kept. Go on where you stopped.';

/** “Begun on 3 November 2040 by Harry Head, not sent.” */
export function begunNotSent(beginners: readonly Beginner[]): string | null {
  if (beginners.length === 0) return null;
  return beginners.map((beginner) => `Begun on ${dayOf(beginner)} by ${beginner.name}, not sent.`).join(' ');
}

function dayOf({ begunAt }: Beginner): string {
  return longDate(londonDate(Date.parse(begunAt)));
}

function weekdayOf({ begunAt }: Beginner): string {
  return longDateWithWeekday(londonDate(Date.parse(begunAt)));
}
