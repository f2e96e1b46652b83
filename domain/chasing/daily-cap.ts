import type { LetterKind } from './wanted.ts';

/** What decides in which order letters give way. */
type LetterToRank = { readonly kind: LetterKind; readonly optional: boolean };

/**
 * The place of a letter among those that somebody may get in a day: the lowest goes first, the highest waits for another day first. What asks
 * for an answer the first time, tells what the programme says must be told, or needs somebody to act stands first; then reminders of what must be
 * answered, reminders of optional steps, and what is for information. The summary of the week gives way before all letters. An order of ours: no
 * guidance speaks of it.
 */
export function placeInDay({ kind, optional }: LetterToRank): number {
  switch (kind) {
    case 'request':
    case 'notice':
    case 'call':
    case 'escalation':
      return 0;
    case 'reminder':
    case 'overdue':
      return optional ? 2 : 1;
    case 'escalation-notice':
    case 'news':
      return 3;
    default:
      return kind satisfies never;
  }
}
