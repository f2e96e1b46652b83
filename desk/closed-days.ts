import type { Client } from '@temporalio/client';
import type pg from 'pg';
import { calendarsFrom, recalendared } from '../calendars/impact.ts';
import type { Impacts } from '../calendars/impact.ts';
import { applyChange } from '../calendars/book-change.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { closedDayFaults, runsOf } from '../domain/time/closed-days.ts';
import { longDate, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { showsNothing } from '../domain/unseen-characters.ts';
import { inWords } from '../domain/words.ts';
import { inTransaction } from '../postgres/database.ts';
import type { Db } from '../postgres/database.ts';
import { decideClosedDays, keepClosedDays, listClosedDaysOf, lockClosedDays } from '../postgres/desk/closed-days.ts';
import type { ClosedDays } from '../postgres/desk/closed-days.ts';
import { queueNote } from '../postgres/desk/notes.ts';
import type { InScope } from '../postgres/views/place.ts';
import { runningDeployments } from '../postgres/views/running-deployments.ts';
import type { RunningDeployment } from '../postgres/views/running-deployments.ts';
import { adoptCalendars } from './adopt-calendars.ts';
import type { Adoption } from './adopt-calendars.ts';
import { noteOf } from './answer-notes.ts';
import { readCurrentBook } from './calendar-book.ts';
import { impactOfBook } from './calendar-impact.ts';
import { bookChanged, keepProposalIn, proposeClosure } from './change-calendars.ts';
import { RefusedWithin } from './refused-within.ts';

const LONGEST_NAME = 80;
const LONGEST_REASON = 500;

/** What is wrong with the days that somebody entered: which of them, from 0, or the words for them. */
export type DaysFault = { readonly at: number | 'name'; readonly text: string };

/** Days as somebody at a school entered them, from a link of theirs. */
export type DaysEntered = {
  readonly reference: string;
  readonly person: string;
  readonly days: readonly PlainDate[];
  readonly name: string;
  /** By the deployment's clock, in London. */
  readonly today: PlainDate;
};

/**
 * Keeps the days on which a school is closed, for its coordinator to decide on; answers their number. No date moves. Refused with
 * everything that is wrong with them, and then nothing is kept: days that are past, closed anyhow, known already, too many, or of another
 * school year.
 */
export async function enterClosedDays(
  pool: pg.Pool,
  { reference, person, days, name, today }: DaysEntered,
): Promise<Result<number, Reason & { readonly faults: readonly DaysFault[] }>> {
  const said = name.replaceAll(/\s+/g, ' ').trim();
  return inTransaction(pool, async (db) => {
    await lockClosedDays(db);
    const [deployment] = await runningDeployments(db, { sql: 'd.reference = $1', values: [reference] });
    if (deployment === undefined) return refusedFor([{ at: 0, text: 'This deployment is over. Nothing was recorded' }]);
    const { book } = await readCurrentBook(db);
    const calendar = calendarsFrom(book)(deployment);
    if (!calendar.ok) return refusedFor([{ at: 0, text: `${calendar.reason.message} Telephone your coordinator` }]);
    const waiting = (await listClosedDaysOf(db, deployment.subject)).filter(({ decision }) => decision === null);
    const known = [...ownInsetDays(book, deployment), ...waiting.flatMap((entered) => entered.days)];
    const faults: readonly DaysFault[] = [
      ...(days.length === 0 ? [{ at: 0, text: 'Enter at least one day' }] : []),
      ...closedDayFaults(calendar.value, days, today, known),
      ...(showsNothing(said) ? [{ at: 'name' as const, text: 'Enter why it is closed' }] : []),
      ...(said.length > LONGEST_NAME
        ? [{ at: 'name' as const, text: `Why it is closed must be ${LONGEST_NAME} characters or fewer` }]
        : []),
    ];
    if (faults.length > 0) return refusedFor(faults);
    return ok(await keepClosedDays(db, { reference, subject: deployment.subject, days: days.toSorted(), name: said, person }));
  });
}

function refusedFor(faults: readonly DaysFault[]) {
  const message = faults.map(({ text }) => text).join('. ');
  return refused({ kind: 'bad-days', message, remedy: 'Correct the days.', faults });
}

/** The days that are known to be INSET days of a school or trust. */
function ownInsetDays(book: CalendarBook, { subject, trust }: Pick<RunningDeployment, 'subject' | 'trust'>): readonly PlainDate[] {
  const own = book.closures.filter(
    ({ subject: whose, name }) =>
      /\binset\b/i.test(name) &&
      (whose.kind === 'school'
        ? subject.kind === 'school' && whose.urn === subject.urn
        : whose.trust === (subject.kind === 'trust' ? subject.trust : trust)),
  );
  return own.flatMap(({ from, to }) => (from === to ? [from] : [from, to]));
}

/** What accepting days would bring about. */
export type DaysLooked = {
  /** The version of the calendars that this was worked out on. */
  readonly after: number;
  /** Only the running deployments of this school or trust that the reader may see. */
  readonly impacts: Impacts<RunningDeployment>;
};

/** What accepting days would bring about. Nothing is kept, and no date moves. Refused where the calendars no longer take them. */
export async function lookAtClosedDays(db: Db, entered: ClosedDays, inScope: InScope): Promise<Result<DaysLooked, Reason>> {
  const current = await readCurrentBook(db);
  let { book } = current;
  for (const [at, { from, to }] of runsOf(entered.days).entries()) {
    const changed = applyChange(
      book,
      { kind: 'closure', subject: entered.subject, from, to, name: entered.name },
      current.version + at + 1,
    );
    if (!changed.ok) return changed;
    book = changed.value;
  }
  const impacts = await impactOfBook(db, book, inScope);
  const ours = <D extends { readonly deployment: RunningDeployment }>(all: readonly D[]) =>
    all.filter(({ deployment }) => isOf(deployment, entered));
  return ok({ after: current.version, impacts: { changed: ours(impacts.changed), impossible: ours(impacts.impossible), unchanged: 0 } });
}

export type Decided = {
  readonly adoptions: readonly Adoption[];
  /** Why the deployments keep their dates although they were to be moved; null when they were not, or were. */
  readonly notMoved: Reason | null;
};

/**
 * Accepts days: they are kept in the calendars, with who entered and who accepted them, whoever entered them is told, and all of that
 * happens or none. Then, with `moves`, the running deployments of the school that the reader may change are counted on them. `after` is
 * the version of the calendars that was looked at. A deployment that the engine cannot be asked about keeps its dates, and says so.
 */
export async function acceptClosedDays(
  { db: pool, client }: { readonly db: pg.Pool; readonly client: Client },
  entered: ClosedDays,
  {
    by,
    because,
    after,
    moves,
    inScope,
  }: { readonly by: string; readonly because: string; readonly after: number; readonly moves: boolean; readonly inScope: InScope },
): Promise<Result<Decided, Reason>> {
  if (because.length > LONGEST_REASON) return refused(TOO_LONG);
  const kept = await undoneWhenRefused(pool, async (db) => {
    await lockClosedDays(db);
    if (!(await decideClosedDays(db, { id: entered.id, decision: 'accepted', by, because: because === '' ? null : because })))
      return refused(DECIDED);
    let version = after;
    for (const { from, to } of runsOf(entered.days)) {
      const proposal = await proposeClosure(db, { subject: entered.subject, from, to, name: entered.name });
      if (!proposal.ok) return proposal;
      if (proposal.value.after !== version) return refused(bookChanged());
      const stored = await keepProposalIn(db, proposal.value, {
        by: entered.person,
        because: `Entered from a link of ${entered.reference}.`,
        approvedBy: by,
      });
      if (!stored.ok) return stored;
      version = stored.value;
    }
    await queueNote(db, decidedNote(entered, 'accepted', by, because));
    return ok(version);
  });
  if (!kept.ok) return kept;
  if (!moves) return ok({ adoptions: [], notMoved: null });
  const references = await changedBy(pool, entered, inScope);
  if (references.length === 0) return ok({ adoptions: [], notMoved: null });
  const why = `${entered.subjectName} is closed: ${entered.name} on ${daysInWords(entered.days)}.${because === '' ? '' : ` ${because}`}`;
  const adopted = await adoptCalendars({ db: pool, client }, { references, by, because: why, version: kept.value, inScope });
  return ok(adopted.ok ? { adoptions: adopted.value, notMoved: null } : { adoptions: [], notMoved: adopted.reason });
}

/** The running deployments of the school or trust that the book as it stands would give another calendar. */
async function changedBy(db: Db, entered: ClosedDays, inScope: InScope): Promise<readonly string[]> {
  const { book } = await readCurrentBook(db);
  const running = (await runningDeployments(db, inScope)).filter((deployment) => isOf(deployment, entered));
  return recalendared(book, running).changed.map(({ deployment }) => deployment.reference);
}

/** Refuses days, with the reason that whoever entered them reads. */
export async function refuseClosedDays(
  pool: pg.Pool,
  entered: ClosedDays,
  { by, because }: { readonly by: string; readonly because: string },
): Promise<Result<null, Reason>> {
  if (showsNothing(because))
    return refused({ kind: 'no-reason', message: 'Enter why they are refused', remedy: 'Whoever entered them reads it' });
  if (because.length > LONGEST_REASON) return refused(TOO_LONG);
  return undoneWhenRefused(pool, async (db) => {
    await lockClosedDays(db);
    if (!(await decideClosedDays(db, { id: entered.id, decision: 'refused', by, because }))) return refused(DECIDED);
    await queueNote(db, decidedNote(entered, 'refused', by, because));
    return ok(null);
  });
}

/** "Monday 7 December 2026 and Friday 8 January 2027" */
export function daysInWords(days: readonly PlainDate[]): string {
  return inWords(days.map(longDateWithWeekday));
}

function decidedNote(
  { person, subjectName, days, name, reference }: ClosedDays,
  decision: 'accepted' | 'refused',
  by: string,
  because: string,
) {
  const said = because === '' ? [] : [decision === 'refused' ? `The reason: ${because}` : because];
  const which = `${name}: ${inWords(days.map(longDate))}`;
  return noteOf(
    'closed-days',
    person,
    by,
    `${decision === 'accepted' ? 'We have noted' : 'We did not note'} the days on which ${subjectName} is closed`,
    [
      decision === 'accepted'
        ? `You told us on which days ${subjectName} is closed. We count on them from now on. If a date of yours moves, you get an e-mail about it.`
        : `You told us on which days ${subjectName} is closed. We have not noted them, and no date moves.`,
      which,
      ...said,
      'If something is wrong, reply to this e-mail.',
      `Reference: ${reference}, ${subjectName}. Chaser, a computer program, wrote this e-mail.`,
    ],
  );
}

/** Whether days that were entered for a school or trust count for a deployment. */
function isOf({ subject, trust }: RunningDeployment, { subject: whose }: ClosedDays): boolean {
  if (whose.kind === 'school') return subject.kind === 'school' && subject.urn === whose.urn;
  return whose.trust === (subject.kind === 'trust' ? subject.trust : trust);
}

const DECIDED: Reason = {
  kind: 'decided-already',
  message: 'Somebody else has decided on these days already',
  remedy: 'Nothing was changed',
};
const TOO_LONG: Reason = { kind: 'too-long', message: `What you say must be ${LONGEST_REASON} characters or fewer`, remedy: 'Shorten it' };

async function undoneWhenRefused<T>(pool: pg.Pool, work: (db: Db) => Promise<Result<T, Reason>>): Promise<Result<T, Reason>> {
  try {
    return await inTransaction(pool, async (db) => {
      const done = await work(db);
      if (!done.ok) throw new RefusedWithin(done.reason);
      return done;
    });
  } catch (error) {
    if (error instanceof RefusedWithin) return refused(error.reason);
    throw error;
  }
}
