import type { ChronologyEvent, Recipient, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import type { LetterKind } from './wanted.ts';

/** A letter that an event brings about. */
export type SentLetter = StepRef & {
  readonly at: string;
  readonly kind: LetterKind;
  /** The name of its rung, or of the news that it tells. */
  readonly rung: string;
  readonly to: Recipient;
  /** What it tells of; null for the rungs of a ladder. */
  readonly about: ChronologyEvent | null;
};

/**
 * Everything that an event has sent. The record queues these letters, a rehearsal shows them, and what goes out tomorrow is worked out
 * from them.
 */
export function lettersOf(event: ChronologyEvent): readonly SentLetter[] {
  const letters = (
    { step, round }: StepRef,
    rung: string,
    kind: LetterKind,
    to: readonly Recipient[],
    about: ChronologyEvent | null = event,
  ): readonly SentLetter[] => to.map((recipient) => ({ step, round, at: event.at, kind, rung, to: recipient, about }));

  switch (event.type) {
    case 'rung-reached':
      // Nobody is written to, and whoever decides finds it on their pages.
      if (event.leftToDecide) return [];
      return [
        ...letters(event, event.rung, event.kind, event.to, null),
        ...letters(event, event.rung, 'escalation-notice', event.tells, null),
      ];
    case 'escalation-passed': {
      const rung = `${event.rung}^${event.turn}`;
      return [...letters(event, rung, 'escalation', event.to), ...letters(event, rung, 'escalation-notice', event.tells)];
    }
    case 'clock-stop-queried':
      // Identified by its day, because the reminders about a stop are numbered again when the stop is prolonged.
      return letters(event.about, `${event.type}-${event.stop}.${londonDate(Date.parse(event.at))}`, 'news', event.to);
    case 'escalation-acknowledged':
    case 'escalation-closed':
      return letters(event, `${event.type}-${event.change}`, 'news', event.tells);
    default:
      return 'tells' in event ? letters(event.about, `${event.type}-${event.change}`, 'news', event.tells) : [];
  }
}

/** The name of a letter in the ledger, of which there is one: deployment, step, round, rung and person. */
export function letterKey(reference: string, { step, round, rung, to }: Pick<SentLetter, 'step' | 'round' | 'rung' | 'to'>): string {
  return `${reference}/${step}/${round}/${rung}/${to.person}`;
}
