import type { Calendar } from '../time/calendar.ts';
import { lastSchoolDay, termOf } from '../time/days.ts';
import type { BeyondHorizon } from '../time/days.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';
import type { LetterKind } from './wanted.ts';

/** What decides whether its recipient may do without a letter. */
export type LetterToStop = {
  readonly kind: LetterKind;
  /** Its step is optional, as the programme says (`optional: true`). */
  readonly optional: boolean;
  /** Of this deployment, its recipient is asked something now. */
  readonly asksThem: boolean;
  readonly running: boolean;
};

/**
 * Whether somebody may stop a letter: it is for their information, or a reminder of a step that they may leave out. Word of an
 * escalation goes to people who need do nothing. News is for information only where its reader is asked nothing now and the deployment goes on: else it may
 * move their date, or say that their work is over. The first request of an optional step goes on, because nobody can leave out what they have never heard of;
 * so does a notice, because the programme says who is to be told. An assumption of ours: the guidance says nothing of e-mails that somebody does not want.
 */
export function mayBeStopped({ kind, optional, asksThem, running }: LetterToStop): boolean {
  switch (kind) {
    case 'escalation-notice':
      return true;
    case 'news':
      return !asksThem && running;
    case 'reminder':
    case 'overdue':
      return optional;
    case 'request':
    case 'notice':
    case 'call':
    case 'escalation':
      return false;
    default:
      return kind satisfies never;
  }
}

/**
 * The last day without such letters, for somebody who stops them today: the last school day of the term by the deployment's calendar. In a holiday it is that
 * of the term that follows. Refused where the term dates run out.
 *
 * Worked example: stopped on Tuesday 9 October 2040, where the autumn term ends on Friday 21 December: until 21 December, that day included.
 */
export function quietUntil(calendar: Calendar, today: PlainDate): Result<PlainDate, BeyondHorizon> {
  const term = termOf(calendar, today);
  return term.ok ? ok(lastSchoolDay(calendar, term.value)) : term;
}
