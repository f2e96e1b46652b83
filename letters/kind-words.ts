import type { LetterKind } from '../domain/chasing/wanted.ts';
import type { StopCategory } from '../domain/chronology/events.ts';
import type { RungKind } from '../domain/programme.ts';

/** The name of each kind of rung. */
export const RUNG_NAMES: Readonly<Record<RungKind, string>> = {
  request: 'Request',
  notice: 'Notice',
  reminder: 'Reminder',
  overdue: 'Overdue notice',
  call: 'Call',
  escalation: 'Escalation',
};

/** The name of each kind of letter. */
export const LETTER_NAMES: Readonly<Record<LetterKind, string>> = {
  ...RUNG_NAMES,
  call: 'Request to call',
  'escalation-notice': 'Escalation notice',
  news: 'Notice of a change',
};

/** What a letter of each kind did, for the list of earlier letters. */
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

/** A stop's category as it stands inside a sentence. */
export const STOP_WORDS: Readonly<Record<StopCategory, string>> = {
  illness: 'illness',
  inspection: 'inspection',
  'leadership-change': 'change of leadership',
  safeguarding: 'safeguarding',
  'school-closed': 'school closed',
  'waiting-for-department': 'waiting for the Department',
  other: 'another reason',
};

/** The kinds of letter that their recipient can answer: those that have a link of their own. */
export const ANSWERABLE: ReadonlySet<LetterKind> = new Set(['request', 'reminder', 'overdue', 'escalation']);
