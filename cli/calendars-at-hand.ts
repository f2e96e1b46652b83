import { loadCalendarBook } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import { readCurrentBook } from '../desk/calendar-book.ts';
import type { Opened } from './open.ts';
import { whyWithoutDatabase } from './without-database.ts';

/** The dates to count on, and a sentence that says which they are. */
export type CalendarsAtHand = { readonly book: CalendarBook; readonly which: string };

/** The dates of the database, with all imports, when one can be reached; else those that come with Chaser. */
export async function calendarsAtHand(opened: Opened): Promise<CalendarsAtHand> {
  try {
    const { book, version } = await opened.withDatabase(readCurrentBook);
    const which =
      version === 0 ? 'those that come with Chaser; nothing was imported' : `those of the database, with import ${version} the last`;
    return { book, which };
  } catch (error) {
    return { book: loadCalendarBook(), which: `those that come with Chaser, since ${whyWithoutDatabase(error)}` };
  }
}
