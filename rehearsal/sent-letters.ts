import type { ChronologyEvent, Recipient, StepRef } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';

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

/** Everything that an event has sent: the same letters that the record of a real deployment queues. */
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
      return [
        ...letters(event, event.rung, event.kind, event.to, null),
        ...letters(event, event.rung, 'escalation-notice', event.tells, null),
      ];
    case 'escalation-passed': {
      const rung = `${event.rung}^${event.turn}`;
      return [...letters(event, rung, 'escalation', event.to), ...letters(event, rung, 'escalation-notice', event.tells)];
    }
    case 'clock-stop-queried':
      // Identified by its day, because when a stop is prolonged its reminders are numbered anew.
      return letters(event.about, `${event.type}-${event.stop}.${londonDate(Date.parse(event.at))}`, 'news', event.to);
    case 'escalation-acknowledged':
    case 'escalation-closed':
      return letters(event, `${event.type}-${event.change}`, 'news', event.tells);
    default:
      return 'tells' in event ? letters(event.about, `${event.type}-${event.change}`, 'news', event.tells) : [];
  }
}
