import { createHash } from 'node:crypto';
import type { Db } from '../database.ts';

/**
 * Something that was added to the calendar book. `Change` is the type that the file was read as
 * (calendars/book-change.ts).
 */
export type CalendarImport<Change> = {
  /** The version of the book that it made: 1 is the first import, 0 is the book that comes with Chaser. */
  readonly version: number;
  readonly change: Change;
  readonly fileName: string | null;
  readonly contentHash: string;
  /** What it changed, in sentences. */
  readonly changes: readonly string[];
  readonly because: string | null;
  /** The name of the person. */
  readonly by: string;
  /** The name of the second person who approved it; null where none was needed. */
  readonly approvedBy: string | null;
  readonly importedAt: string;
};

export type NewCalendarImport<Change extends { readonly kind: string }> = {
  readonly change: Change;
  readonly fileName: string | null;
  /** The content that was read, as it was given. */
  readonly content: string;
  readonly changes: readonly string[];
  readonly because: string | null;
  /** A contact id, or the name of whoever runs the command line. */
  readonly by: string;
  /** The contact id of the second person; null where none was needed. */
  readonly approvedBy: string | null;
};

/** Every change since the dates that come with Chaser, from the first to the last. */
export async function listCalendarImports<Change>(db: Db): Promise<readonly CalendarImport<Change>[]> {
  const { rows } = await db.query<CalendarImport<Change>>(
    `SELECT i.id::int AS version, i.document AS change, i.file_name AS "fileName", i.content_hash AS "contentHash", i.changes, i.because,
            coalesce((SELECT name FROM people WHERE id = i.by_person), i.by_person) AS by,
            coalesce((SELECT name FROM people WHERE id = i.approved_by), i.approved_by) AS "approvedBy", i.imported_at AS "importedAt"
     FROM calendar_imports i ORDER BY i.id`,
  );
  return rows;
}

/** The advisory lock that an import of dates holds. */
const IMPORTING = 7_301_131;

/** The newest version of the book: 0 while nothing has been imported. */
export async function calendarBookVersion(db: Db): Promise<number> {
  const { rows } = await db.query<{ version: number }>('SELECT coalesce(max(id), 0)::int AS version FROM calendar_imports');
  return rows[0]?.version ?? 0;
}

/**
 * Keeps a change as the version after `after`, in a transaction that is open. Returns its version, or null when somebody else imported first. The book
 * is then a different one, and the effect of the change must be looked at again.
 */
export async function keepCalendarImport<Change extends { readonly kind: string }>(
  db: Db,
  after: number,
  { change, fileName, content, changes, because, by, approvedBy }: NewCalendarImport<Change>,
): Promise<number | null> {
  // One at a time. Readers do not wait. The application may not lock the table, because it may not change what is in it.
  await db.query('SELECT pg_advisory_xact_lock($1)', [IMPORTING]);
  if ((await calendarBookVersion(db)) !== after) return null;
  await db.query(
    `INSERT INTO calendar_imports (id, kind, file_name, content, content_hash, document, changes, because, by_person, approved_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      after + 1,
      change.kind,
      fileName,
      content,
      createHash('sha256').update(content).digest('hex'),
      JSON.stringify(change),
      JSON.stringify(changes),
      because,
      by,
      approvedBy,
    ],
  );
  return after + 1;
}

/** How many running deployments count on an authority's calendar, as their own or as a stand-in. */
export async function countRunningOnCalendar(db: Db, calendarId: string): Promise<number> {
  const { rows } = await db.query<{ running: number }>(
    `SELECT count(*)::int AS running FROM deployments d JOIN calendars c ON c.version = d.calendar_version
     WHERE d.status = 'running' AND $1 = ANY (string_to_array(c.document -> 'terms' ->> 'id', '+'))`,
    [calendarId],
  );
  return rows[0]?.running ?? 0;
}
