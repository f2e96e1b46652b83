import { termName } from '../domain/time/days.ts';
import { addDays, longDate } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import type { CalendarBook } from './calendar-book.ts';

/** Warns a year before dates run out, which leaves time to find the next ones and import them. */
export const WARNING_DAYS = 365;

export type HorizonState = 'well' | 'soon' | 'past';

/** How far one part of the book reaches. */
export type Horizon = {
  /** The code of the authority; null for the bank holidays. */
  readonly laCode: string | null;
  readonly name: string;
  readonly knownTo: PlainDate;
  /** Whether that is more than a year ahead, within a year, or past. */
  readonly state: HorizonState;
  /** "Summer 2028" or "2028" */
  readonly last: string;
};

/** How far the book reaches on a day: the bank holidays first, then each authority in the order of the book. */
export function horizonsOf(book: CalendarBook, today: PlainDate): readonly Horizon[] {
  const { knownTo } = book.bankHolidays;
  return [
    { laCode: null, name: 'Bank holidays', knownTo, state: stateOf(knownTo, today), last: knownTo.slice(0, 4) },
    ...book.authorities.flatMap(({ laCode, calendar }) => {
      const last = calendar.terms.at(-1);
      return last ? [{ laCode, name: calendar.name, knownTo: last.endsOn, state: stateOf(last.endsOn, today), last: termName(last) }] : [];
    }),
  ];
}

/** A sentence for people about a horizon that is near or past; null when it is neither. */
export function horizonWarning({ laCode, name, knownTo, state }: Horizon): string | null {
  if (state === 'well') return null;
  const what = laCode === null ? 'Bank holidays' : `The term dates of ${name}`;
  const verb = state === 'past' ? 'ended on' : 'end on';
  const then =
    laCode === null
      ? 'No deployment that needs a later day can start.'
      : 'After that, others stand in for them, and due dates say “assumed”.';
  return `${what} ${verb} ${longDate(knownTo)}. ${then}`;
}

function stateOf(knownTo: PlainDate, today: PlainDate): HorizonState {
  return knownTo < today ? 'past' : knownTo < addDays(today, WARNING_DAYS) ? 'soon' : 'well';
}
