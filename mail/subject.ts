import type { Letter } from '../activities/ports.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';
import { travelsTogether } from '../domain/chasing/wanted.ts';
import { oneLine } from './clean-text.ts';
import { asks } from './letter-links.ts';
import { letterView } from './letter-view.ts';
import type { LetterView } from './letter-view.ts';

const MOST_CHARACTERS = 150;

/** The subject of an e-mail with these letters: one line, at most 150 characters, the school's or trust's name last. */
export function subjectOf(letters: readonly Letter[]): string {
  const [letter, ...more] = letters;
  if (letter === undefined) return '';
  if (more.length > 0)
    return shortened(headlineOf(letters), inWords([...new Set(letters.map(({ deployment }) => oneLine(deployment.subject)))]));
  const view = letterView(letter);
  return shortened(headline(letter, view), view.subject);
}

/** The heading over a letter: what it wants, without the day, which stands below with whoever asks. */
export function headingOf(letter: Letter, view: LetterView): string {
  return headline(letter, view, { when: '', stillAhead: '' });
}

/** What one letter wants, in a few words: the beginning of its subject. */
function headline(letter: Letter, view: LetterView, { when, stillAhead } = untilWhen(letter, view)): string {
  switch (letter.kind) {
    case 'request':
      return view.optional ? `Optional: ${view.task}${stillAhead}` : `Please ${view.task}${when}`;
    case 'reminder':
      if (view.begun?.toYou != null)
        return `Reminder${view.optional ? ', optional' : ''}: please finish your answer to “${view.title}”${when}`;
      return view.optional ? `Reminder, optional: ${view.task}${stillAhead}` : `Reminder: please ${view.task}${when}`;
    case 'overdue':
      if (view.begun?.toYou != null)
        return `${view.late === null ? 'Overdue' : `Overdue by ${view.late}`}: please finish your answer to “${view.title}”`;
      return view.late === null ? `Overdue: please ${view.task}` : `Overdue by ${view.late}: please ${view.task}`;
    case 'notice':
      return 'For your information';
    case 'call':
      return view.ownerNames === ''
        ? `Please telephone about “${view.title}”`
        : `Please telephone ${view.ownerNames} about “${view.title}”`;
    case 'escalation':
      return `For your decision: “${view.title}” is ${lateness(view)}`;
    case 'escalation-notice':
      return `For your information: “${view.title}” is ${lateness(view)}`;
    case 'news':
      return view.news?.headline ?? 'For your information';
    default:
      return letter.kind satisfies never;
  }
}

/** By when, for a subject. A day that has passed is not named there. */
function untilWhen({ step }: Letter, { duePassed }: LetterView) {
  const by = ` by ${longDate(step.dueOn)}`;
  return { when: duePassed ? ' as soon as you can' : by, stillAhead: duePassed ? '' : by };
}

function headlineOf(letters: readonly Letter[]): string {
  return letters.every(({ kind }) => travelsTogether(kind)) ? digestHeadline(letters) : gatheredHeadline(letters);
}

/** "4 updates, 1 needs your answer" */
export function gatheredHeadline(letters: readonly Letter[]): string {
  const asked = letters.filter(({ kind }) => asks(kind)).length;
  const all = `${letters.length} updates`;
  return asked === 0 ? `${all} for your information` : `${all}, ${asked} ${asked === 1 ? 'needs' : 'need'} your answer`;
}

/** "Reminder: 3 answers are needed, 1 is overdue" */
export function digestHeadline(letters: readonly Letter[]): string {
  const overdue = letters.filter((letter) => letter.kind === 'overdue' || letterView(letter).duePassed).length;
  const all = `${letters.length} answers are needed`;
  if (overdue === 0) return `Reminder: ${all}`;
  if (overdue === letters.length) return `Overdue: ${all}`;
  return `Reminder: ${all}, ${overdue} ${overdue === 1 ? 'is' : 'are'} overdue`;
}

function lateness(view: LetterView): string {
  return view.late === null ? 'overdue' : `${view.late} late`;
}

/** What is wanted is kept whole when possible; a name too long for one line is shortened. */
function shortened(wanted: string, names: string): string {
  const whole = oneLine(names === '' ? wanted : `${wanted}: ${names}`);
  const signs = Array.from(whole);
  return signs.length <= MOST_CHARACTERS
    ? whole
    : `${signs
        .slice(0, MOST_CHARACTERS - 1)
        .join('')
        .trimEnd()}…`;
}
