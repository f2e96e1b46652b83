import { authoritiesOf, calendarFor, findAuthority } from '../../calendars/calendar-book.ts';
import type { CalendarBook } from '../../calendars/calendar-book.ts';
import { solveAssignment } from '../../desk/solve-assignment.ts';
import type { AssignmentProblem } from '../../domain/matching/assignment.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { ok } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import type { ReadProgramme } from '../../programmes/read-programme.ts';
import { rehearsalAsHtml } from '../../rehearsal/as-html.ts';
import { datesSideBySide, differencesOf } from '../../rehearsal/compare.ts';
import type { DateRow, Difference } from '../../rehearsal/compare.ts';
import { pictureOf } from '../../rehearsal/picture.ts';
import { renderView } from '../shared/render.ts';
import { createOneProcess } from './one-process.ts';
import type { OneProcess } from './one-process.ts';
import { rehearsalView, rehearseForm } from './rehearsal-form.ts';
import type { RehearsalForm } from './rehearsal-form.ts';

/** A programme, how it is to be rehearsed, and the dates that are known. */
export type Rehearsed = {
  readonly programme: Programme;
  readonly form: RehearsalForm;
  readonly book: CalendarBook;
  /** Who does what, as YAML, in place of what the form says of it. */
  readonly scenario?: string | null;
};

/** A rehearsal as HTML, ready to be put into a page. A long one takes too long to render where pages are served. */
export type RehearsalHtml = string;

/** The check of a pasted text. When nothing is wrong with it and a start date was given, its rehearsal too. */
export type Pasted = ReadProgramme & { readonly played: Result<RehearsalHtml, Reason> | null };

/**
 * Everything that checks or plays a programme for a page, and the assignment of leaders to schools. Each takes a second or more of
 * processor time, so this work is done in a process of its own. The process that serves pages must not call it.
 */
export const REHEARSAL_WORK = {
  /** Which leaders are proposed for which schools: some seconds of work where many wait. */
  assign: (problem: AssignmentProblem): Promise<readonly number[]> => solveAssignment(problem),

  /** A rehearsal as HTML for its page. */
  rehearse: (given: Rehearsed): Result<RehearsalHtml, Reason> => played(given),

  /** A rehearsal as a page of its own, to be kept. */
  asPage({ programme, form, book }: Rehearsed): Result<string, Reason> {
    const done = rehearseForm(programme, form, book);
    if (!done.ok) return done;
    const { request, rehearsal } = done.value;
    return ok(rehearsalAsHtml(rehearsal, pictureOf(programme, request.calendar, rehearsal.timeline)));
  },

  /** Checks a pasted text, under the file name that its first line gives it, and plays it through. */
  pasted({
    text,
    form,
    book,
    scenario = null,
  }: {
    readonly text: string;
    readonly form: RehearsalForm | null;
    readonly book: CalendarBook;
    readonly scenario?: string | null;
  }): Pasted {
    const file = `${/^programme: *([a-z0-9-]+)/m.exec(text)?.[1] ?? 'programme'}.yaml`;
    const known = authoritiesOf(book).map(({ id }) => id);
    const read = readProgramme(text, file, known);
    const plays = read.programme !== null && form !== null && (form.start !== '' || scenario !== null);
    return { ...read, played: plays ? played({ programme: read.programme, form, book, scenario }) : null };
  },

  /** What differs between two versions of a programme, and the dates of both when everyone is on time. */
  compare({
    before,
    after,
    authority,
    startsOn,
    book,
  }: {
    readonly before: Programme;
    readonly after: Programme;
    readonly authority: string;
    readonly startsOn: PlainDate;
    readonly book: CalendarBook;
  }): { readonly differences: readonly Difference[]; readonly rows: readonly DateRow[] } {
    const named = findAuthority(book, authority);
    const calendar = calendarFor(book, { ...(named.ok ? named.value : {}), assumed: after.assumedTermCalendars });
    return {
      differences: differencesOf(before, after),
      rows: calendar.ok ? datesSideBySide(before, after, calendar.value, startsOn) : [],
    };
  },
} as const;

export type Rehearsals = OneProcess<typeof REHEARSAL_WORK>;

/** A rehearsal takes one to three seconds, up to five on a slow machine, and 100 MB. */
const LIMITS = { mostMs: 20_000, mostWaiting: 10, mostKept: 20, mostMegabytes: 256 };

/** The process in which programmes are checked and rehearsed; it begins with the first of them. */
export function createRehearsals(): Rehearsals {
  return createOneProcess(new URL('./rehearsal-process.ts', import.meta.url), LIMITS);
}

function played({ programme, form, book, scenario = null }: Rehearsed): Result<RehearsalHtml, Reason> {
  const done = rehearseForm(programme, form, book, scenario);
  return done.ok ? ok(renderView('rehearse/result', { result: rehearsalView(done.value) })) : done;
}
