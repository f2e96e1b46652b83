import type pg from 'pg';
import { applyChange, describeChange } from '../calendars/book-change.ts';
import type { BookChange } from '../calendars/book-change.ts';
import { findAuthority } from '../calendars/calendar-book.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import type { ReadEntry } from '../calendars/ics-terms.ts';
import type { Note } from '../calendars/ics.ts';
import type { Subject } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { countRunningOnCalendar, keepCalendarImport } from '../postgres/pinned/calendar-imports.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { findSubject } from '../postgres/views/search-subjects.ts';
import { readCurrentBook } from './calendar-book.ts';
import type { CurrentBook } from './calendar-book.ts';
import { readCalendarFile } from './read-calendar-file.ts';
import type { CalendarFile } from './read-calendar-file.ts';

/** A change of the calendar book that was previewed and is not kept yet. */
export type Proposal = {
  /** The version of the book that it was worked out on. */
  readonly after: number;
  readonly change: BookChange;
  readonly fileName: string | null;
  readonly content: string;
  /** The book with the change. */
  readonly book: CalendarBook;
  /** What changes, in sentences; never empty. */
  readonly changes: readonly string[];
  /** How what was given was read. */
  readonly notes: readonly Note[];
  /** The entries of a feed, each with what it was taken for, to be corrected before it is kept. */
  readonly entries: readonly ReadEntry[];
};

/** What importing a file would change. Nothing is kept. Refused with every fault of it, and when it brings nothing new. */
export async function proposeImport(db: Db, file: CalendarFile): Promise<Result<Proposal, Reason>> {
  const current = await readCurrentBook(db);
  const read = await readCalendarFile(db, current.book, file);
  if (!read.ok) return read;
  const { change, text, notes, entries } = read.value;
  return propose(current, change, { fileName: file.fileName, content: text, notes, entries });
}

export type ClosureRequest = {
  readonly subject: Subject;
  readonly from: PlainDate;
  /** The last day, itself closed. */
  readonly to: PlainDate;
  /** Why, as the explanation of a due date will say it: "snow", "INSET day". */
  readonly name: string;
};

const LONGEST_NAME = 80;

/** What it would change if a school, or every school of a trust, were closed on some days of its own. */
export async function proposeClosure(db: Db, { subject, from, to, name }: ClosureRequest): Promise<Result<Proposal, Reason>> {
  const said = name.replaceAll(/\s+/g, ' ').trim();
  if (showsNothing(said) || said.length > LONGEST_NAME) {
    return refused({
      kind: 'bad-closure',
      message: showsNothing(said) ? 'Why it is closed is not said.' : `The reason has more than ${LONGEST_NAME} characters.`,
      remedy: 'Say it in a word or two, such as “snow” or “INSET day”: the explanation of due dates gives it.',
    });
  }
  const found = await findSubject(db, { sql: 'true', values: [] }, subject);
  if (found === undefined || !found.open) {
    const id = subject.kind === 'school' ? `school with the URN ${subject.urn}` : `trust with the code ${subject.trust}`;
    return refused({
      kind: 'unknown-subject',
      message: `The register has no open ${id}.`,
      remedy: 'Correct the number, or bring the register up to date: chaser import schools FILE',
    });
  }
  const current = await readCurrentBook(db);
  const change: BookChange = { kind: 'closure', subject, from, to, name: said };
  return propose(current, change, {
    fileName: null,
    content: JSON.stringify(change),
    notes: [{ line: 1, text: `It is ${found.place === '' ? found.name : `${found.name}, ${found.place}`}.` }],
    entries: [],
  });
}

/** What it would change if a closure that was wrong were taken back. It stays in the record. */
export async function proposeReopening(db: Db, number: number): Promise<Result<Proposal, Reason>> {
  const change: BookChange = { kind: 'closure-withdrawn', number };
  return propose(await readCurrentBook(db), change, { fileName: null, content: JSON.stringify(change), notes: [], entries: [] });
}

/**
 * What it would change if an authority's term dates were no longer offered to new deployments. Refused while running
 * deployments are counted on them, with their number, or while a programme lets them stand in.
 */
export async function proposeRetirement(
  db: Db,
  codeOrId: string,
  programmes: readonly { readonly id: string; readonly assumedTermCalendars: readonly string[] }[],
): Promise<Result<Proposal, Reason>> {
  const current = await readCurrentBook(db);
  const named = findAuthority(current.book, codeOrId);
  if (!named.ok) return named;
  const laCode = named.value.authority;
  const id = current.book.authorities.find((one) => one.laCode === laCode)?.calendar.id;
  const running = id === undefined ? 0 : await countRunningOnCalendar(db, id);
  if (running > 0) {
    return refused({
      kind: 'calendar-in-use',
      message: `${running} running ${running === 1 ? 'deployment is' : 'deployments are'} counted on the term dates of ${named.value.authorityName}. A calendar in use cannot be deleted.`,
      remedy: 'Retire it when they have ended. To correct its dates, import the right ones: chaser calendar import FILE',
    });
  }
  const standsInFor = programmes.filter(({ assumedTermCalendars }) => id !== undefined && assumedTermCalendars.includes(id));
  if (standsInFor.length > 0) {
    return refused({
      kind: 'calendar-in-use',
      message: `The term dates of ${named.value.authorityName} stand in where a programme does not know others: ${standsInFor.map((one) => one.id).join(', ')}. A calendar in use cannot be deleted.`,
      remedy: 'Take it out of assumedTermCalendars of the programme first.',
    });
  }
  const change: BookChange = { kind: 'authority-retired', laCode };
  return propose(current, change, { fileName: null, content: JSON.stringify(change), notes: [], entries: [] });
}

function propose(
  { book, version }: CurrentBook,
  change: BookChange,
  given: Pick<Proposal, 'fileName' | 'content' | 'notes' | 'entries'>,
): Result<Proposal, Reason> {
  const changed = applyChange(book, change, version + 1);
  if (!changed.ok) return changed;
  const changes = describeChange(book, changed.value);
  if (changes.length === 0) {
    return refused({
      kind: 'nothing-new',
      message: `Everything in ${given.fileName ?? 'it'} is known already. Nothing would change.`,
      remedy: 'Look for a newer file, or see what is known: chaser calendar list',
    });
  }
  return ok({ ...given, after: version, change, book: changed.value, changes });
}

/** Keeps a change that was looked at, as a new version of the book. Running deployments keep their calendars. */
export async function keepProposal(
  pool: pg.Pool,
  proposal: Proposal,
  who: { readonly by: string; readonly because: string | null },
): Promise<Result<number, Reason & { readonly kind: 'book-changed' }>> {
  return inTransaction(pool, (db) => keepProposalIn(db, proposal, { ...who, approvedBy: null }));
}

/** The same within a transaction that is open already, with the second person who approved it. */
export async function keepProposalIn(
  db: Db,
  { after, change, fileName, content, changes }: Pick<Proposal, 'after' | 'change' | 'fileName' | 'content' | 'changes'>,
  { by, because, approvedBy }: { readonly by: string; readonly because: string | null; readonly approvedBy: string | null },
): Promise<Result<number, Reason & { readonly kind: 'book-changed' }>> {
  const version = await keepCalendarImport(db, after, { change, fileName, content, changes, because, by, approvedBy });
  return version === null ? refused(bookChanged()) : ok(version);
}

/** The refusal when somebody else changed the book first. */
export function bookChanged(): Reason & { readonly kind: 'book-changed' } {
  return {
    kind: 'book-changed',
    message: 'Somebody else changed the calendars in the meantime. Nothing was kept.',
    remedy: 'Look at the changes once more, and keep them then.',
  };
}
