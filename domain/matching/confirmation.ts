import type { Calendar } from '../time/calendar.ts';
import { isOpen, lastSchoolDay, nthDay, termName, termOf } from '../time/days.ts';
import type { BeyondHorizon } from '../time/days.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';

/** School days after which a leader who has not confirmed is reminded, once. The sources give no time: this one is ours. */
const REMINDED_AFTER = 10;

/** What a leader was asked and said in one term: on which day, or null. */
export type AskedThisTerm = {
  readonly askedOn: PlainDate | null;
  readonly remindedOn: PlainDate | null;
  readonly confirmed: boolean;
};

export type ConfirmationDue = {
  /** "Autumn 2022" */
  readonly term: string;
  /** The last school day of the term, until which an answer is of use. */
  readonly until: PlainDate;
  /** What goes out today; null: nothing. */
  readonly sends: 'ask' | 'reminder' | null;
};

/**
 * Whether a system leader is to be asked today to confirm what is known of them, or reminded. Each term they are asked once, on its
 * first school day or on the first one after that on which they can be, and reminded once, ten school days later. They need not
 * answer: nobody telephones, and nothing is escalated. Null in the holidays. Asked on Monday 3 October 2022, they are reminded on
 * Monday 17 October. Refused where the calendar does not reach.
 */
export function confirmationDue(
  calendar: Calendar,
  today: PlainDate,
  asked: (term: string) => AskedThisTerm,
): Result<ConfirmationDue | null, BeyondHorizon> {
  const found = termOf(calendar, today);
  if (!found.ok) return found;
  const until = lastSchoolDay(calendar, found.value);
  // A day in the holidays counts to the term that follows.
  if (today < found.value.startsOn || today > until) return ok(null);
  const term = termName(found.value);
  const open = isOpen(calendar, 'school', today);
  if (!open.ok) return open;
  const { askedOn, remindedOn, confirmed } = asked(term);
  const nothing = ok({ term, until, sends: null });
  if (!open.value || confirmed || remindedOn !== null) return nothing;
  if (askedOn === null) return ok({ term, until, sends: 'ask' });
  const reminded = nthDay(calendar, 'school', askedOn, REMINDED_AFTER);
  return reminded.ok && today >= reminded.value ? ok({ term, until, sends: 'reminder' }) : nothing;
}
