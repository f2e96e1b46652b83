import { nowInstant } from '../postgres/sandbox/clock.ts';
import { impactOf, recalendared } from '../calendars/impact.ts';
import type { Impacts, PreviewMove } from '../calendars/impact.ts';
import type { CalendarBook } from '../calendars/calendar-book.ts';
import { decideAdoptCalendar } from '../domain/changes/calendar.ts';
import { blankChronology, evolve } from '../domain/chronology/chronology.ts';
import type { ChronologyEvent, Instant } from '../domain/chronology/events.ts';
import { ok } from '../domain/result.ts';
import type { Db } from '../postgres/database.ts';
import type { InScope } from '../postgres/views/place.ts';
import { eventsOfDeployments, runningDeployments } from '../postgres/views/running-deployments.ts';
import type { RunningDeployment } from '../postgres/views/running-deployments.ts';

/** The running deployments that somebody may see, with what a book would mean for them. */
export async function impactOfBook(db: Db, book: CalendarBook, inScope: InScope): Promise<Impacts<RunningDeployment>> {
  const running = await runningDeployments(db, inScope);
  const { changed } = recalendared(book, running);
  const events = await eventsOfDeployments(
    db,
    changed.map(({ deployment }) => deployment.reference),
  );
  return impactOf(book, running, moverOf(events, nowInstant()));
}

/** The due dates that move when a deployment is counted on another calendar: exactly what the engine would decide. */
function moverOf(events: ReadonlyMap<string, readonly ChronologyEvent[]>, now: Instant): PreviewMove<RunningDeployment> {
  return ({ reference, programme, calendar: pinned }, calendar) => {
    const happened = events.get(reference) ?? [];
    const chronology = happened.reduce(evolve, blankChronology(programme, pinned));
    const command = { kind: 'adopt-calendar', calendar, by: 'preview', because: 'To look at it.' } as const;
    const decided = decideAdoptCalendar(chronology, command, itsNow(happened, now));
    if (!decided.ok) return decided;
    return ok(decided.value.flatMap((event) => (event.type === 'calendar-adopted' ? event.moves : [])));
  };
}

/** A deployment whose clock was moved on runs ahead of the real clock. */
function itsNow(events: readonly ChronologyEvent[], now: Instant): Instant {
  const last = events.at(-1)?.at ?? now;
  return Date.parse(last) > Date.parse(now) ? last : now;
}
