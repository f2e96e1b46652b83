import { calendarFor } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { confirmationDue } from '../domain/matching/confirmation.ts';
import type { ConfirmationDue } from '../domain/matching/confirmation.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import type { Db } from '../postgres/database.ts';
import { listLeadersToAsk } from '../postgres/desk/profile-confirmations.ts';
import type { LeaderToAsk } from '../postgres/desk/profile-confirmations.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { readCalendarBook } from './calendar-book.ts';
import { ASSUMES_AS } from './due-question.ts';

/** A leader, and whether they are asked today to confirm their profile. */
export type LeaderConfirmation = {
  readonly leader: LeaderToAsk;
  readonly due: ConfirmationDue | null;
  /** Why nothing is sent though it is due, or though nobody can say whether it is; null otherwise. */
  readonly leftOut: string | null;
  /** Whether they have confirmed it for the term that runs; null in the holidays, and where its dates are not known. */
  readonly confirmed: boolean | null;
};

/** The programme whose sending hours and assumed calendars count for what belongs to no deployment. */
export function confirmingProgramme(): Programme {
  const programme = loadProgramme(ASSUMES_AS);
  if (!programme.ok) throw new Error(programme.reason.message);
  return programme.value;
}

/** Every leader, with what they are sent on a day: terms are those of the authority of their first school. */
export async function listConfirmations(db: Db, today: PlainDate): Promise<readonly LeaderConfirmation[]> {
  const { assumedTermCalendars } = confirmingProgramme();
  const [leaders, book] = await Promise.all([listLeadersToAsk(db), readCalendarBook(db)]);
  const calendars = new Map<string, Calendar | null>();
  return leaders.map((leader) => {
    const code = leader.authority?.code ?? '';
    if (!calendars.has(code)) calendars.set(code, calendarOf(book, leader, assumedTermCalendars));
    return confirmationOf(leader, calendars.get(code) ?? null, today);
  });
}

function calendarOf(book: CalendarBook, { authority }: LeaderToAsk, assumed: readonly string[]): Calendar | null {
  const found = calendarFor(book, { ...(authority === null ? {} : { authority: authority.code, authorityName: authority.name }), assumed });
  return found.ok ? found.value : null;
}

function confirmationOf(leader: LeaderToAsk, calendar: Calendar | null, today: PlainDate): LeaderConfirmation {
  const asked = (term: string) => {
    const sent = (kind: 'ask' | 'reminder') => leader.asks.find((ask) => ask.term === term && ask.kind === kind)?.on ?? null;
    return { askedOn: sent('ask'), remindedOn: sent('reminder'), confirmed: leader.confirmedTerms.includes(term) };
  };
  const due = calendar === null ? null : confirmationDue(calendar, today, asked);
  if (due?.ok !== true) return { leader, due: null, leftOut: 'the dates of the term are not known', confirmed: null };
  const { value } = due;
  return {
    leader,
    due: value,
    leftOut: value?.sends == null ? null : whyNot(leader, today),
    confirmed: value === null ? null : leader.confirmedTerms.includes(value.term),
  };
}

function whyNot({ addressRefused, profile: { away } }: LeaderToAsk, today: PlainDate): string | null {
  if (addressRefused) return 'their e-mail address does not work';
  if (away !== null && away.from <= today && today <= away.until) return `away until ${longDate(away.until)}`;
  return null;
}
