import type { LetterKind } from '../domain/chasing/wanted.ts';
import type { RungKind } from '../domain/programme.ts';

/** What each kind of rung is called. */
export const RUNG_NAMES: Readonly<Record<RungKind, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call',
  escalation: 'Escalation',
};

/** What each kind of letter is called. */
export const LETTER_NAMES: Readonly<Record<LetterKind, string>> = {
  ...RUNG_NAMES,
  call: 'Call task',
  'escalation-notice': 'Word of the escalation',
  news: 'Word of the change',
};

/** What was done by a letter of each kind, in the list of what went before. */
export const LETTER_DONE: Readonly<Record<LetterKind, string>> = {
  request: 'Asked by e-mail',
  notice: 'Told by e-mail',
  reminder: 'Reminded by e-mail',
  overdue: 'Told by e-mail that it is overdue',
  call: 'Call asked for',
  escalation: 'Escalated',
  'escalation-notice': 'Told of the escalation',
  news: 'Told of a change',
};
