import type pg from 'pg';
import { readCalendarBook } from '../../desk/calendar-book.ts';
import { digestWeek } from '../../domain/chasing/digest-week.ts';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { digestNote } from '../../mail/digest-note.ts';
import { queueDigest, withoutDigest } from '../../postgres/desk/digests.ts';

/** 7:30am: the minute of the day at which the schedule of a real service begins (worker/digests.ts). */
const FROM_MINUTE = 7 * 60 + 30;

/**
 * The summaries of the week in a training copy, whose time people move: Temporal's schedules go by a clock that knows nothing of it. `nowMs` is
 * the moved time. They go as in a real service, from 7:30am on the first working day of the week, once a person and week; a week that
 * is passed over at once has none. Answers how many were queued.
 */
export async function postDigestsByMovedTime(
  { db, publicUrl }: { readonly db: pg.Pool; readonly publicUrl: string },
  nowMs: number,
): Promise<number> {
  if (londonMinute(nowMs) < FROM_MINUTE) return 0;
  const week = digestWeek((await readCalendarBook(db)).bankHolidays, londonDate(nowMs));
  if (week === null) return 0;
  let queued = 0;
  for (const person of await withoutDigest(db, week)) {
    if (await queueDigest(db, { person, week }, (words) => digestNote(words, publicUrl))) queued += 1;
  }
  return queued;
}
