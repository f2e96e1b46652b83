import { loadCalendarBook } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import { readCurrentBook } from '../desk/calendar-book.ts';
import type { Opened } from './open.ts';
import { Fault } from './output.ts';

/** The dates to count on, and in one sentence which they are. */
export type CalendarsAtHand = { readonly book: CalendarBook; readonly which: string };

/** Without these a command that needs no database goes on: nothing runs here, it does not answer, it has no tables yet. */
const NONE: Readonly<Record<string, string>> = {
  'not-running': 'no database is at hand',
  unreachable: 'the database does not answer',
  '42P01': 'the database is not set up',
};

/** The dates of the database, imports and all, where one is at hand; else those that come with Chaser. */
export async function calendarsAtHand(opened: Opened): Promise<CalendarsAtHand> {
  try {
    const { book, version } = await opened.withDatabase(readCurrentBook);
    const which =
      version === 0 ? 'those that come with Chaser; nothing was imported' : `those of the database, with import ${version} the last`;
    return { book, which };
  } catch (error) {
    const code = error instanceof Fault ? error.kind : error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = NONE[code];
    if (why === undefined) throw error;
    return { book: loadCalendarBook(), which: `those that come with Chaser, since ${why}` };
  }
}
