import { applyChange } from '../calendars/book-change.ts';
import type { BookChange } from '../calendars/book-change.ts';
import { loadCalendarBook } from '../calendars/calendar-book.ts';
import type { CalendarBook, CalendarRefusal } from '../calendars/calendar-book.ts';
import { calendarsFrom } from '../calendars/impact.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { Programme } from '../domain/programme.ts';
import type { Result } from '../domain/result.ts';
import { listCalendarImports } from '../postgres/pinned/calendar-imports.ts';
import type { CalendarImport } from '../postgres/pinned/calendar-imports.ts';
import type { Db } from '../postgres/database.ts';
import { trustOfSchool } from '../postgres/views/trust-of-school.ts';

/** The book as it stands, with its history. */
export type CurrentBook = {
  readonly book: CalendarBook;
  /** 0 is the book that comes with Chaser. */
  readonly version: number;
  /** Every change, the first one first. */
  readonly imports: readonly CalendarImport<BookChange>[];
  /** Changes that contradict the dates which now come with Chaser. They are left out, and the reason is reported. */
  readonly leftOut: readonly { readonly version: number; readonly message: string }[];
};

/** The dates that come with Chaser, overlaid with everything that was imported since. */
export async function readCurrentBook(db: Db): Promise<CurrentBook> {
  const imports = await listCalendarImports<BookChange>(db);
  const leftOut: { readonly version: number; readonly message: string }[] = [];
  let book = loadCalendarBook();
  for (const { version, change } of imports) {
    const changed = applyChange(book, change, version);
    if (changed.ok) book = changed.value;
    else leftOut.push({ version, message: changed.reason.message });
  }
  return { book, version: imports.at(-1)?.version ?? 0, imports, leftOut };
}

/** The same, without its history. */
export async function readCalendarBook(db: Db): Promise<CalendarBook> {
  return (await readCurrentBook(db)).book;
}

/**
 * The calendar on which a deployment of a school or trust is counted when it starts: the newest dates of its authority,
 * stand-ins where they are not known, and its own closed days.
 */
export async function calendarToStartWith(
  db: Db,
  subject: Subject,
  authority: { readonly code: string; readonly name: string } | null,
  programme: Pick<Programme, 'assumedTermCalendars'>,
): Promise<Result<Calendar, CalendarRefusal>> {
  const book = await readCalendarBook(db);
  const trust = subject.kind === 'school' ? await trustOfSchool(db, subject.urn) : null;
  return calendarsFrom(book)({ subject, trust, authority, programme });
}
