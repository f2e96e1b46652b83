import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type pg from 'pg';
import type { DigestPort } from '../activities/ports.ts';
import { applyChange } from '../calendars/book-change.ts';
import type { BookChange } from '../calendars/book-change.ts';
import { loadCalendarBook } from '../calendars/calendar-book.ts';
import { digestWeek } from '../domain/chasing/digest-week.ts';
import type { BankHolidays } from '../domain/time/calendar.ts';
import { londonDate } from '../domain/time/london.ts';
import { digestNote } from '../mail/digest-note.ts';
import { queueDigest, withoutDigest } from '../postgres/desk/digests.ts';
import { listCalendarImports } from '../postgres/pinned/calendar-imports.ts';
import { DIGEST_SCHEDULE, SUMMARIES, WORKFLOW_TYPES } from '../workflows/ids.ts';
import { setUpSchedule } from './set-up-schedule.ts';

/** The weekly summaries, by the roles, wishes and bank holidays of the database; their links lead below this address. */
export function createDigests(database: pg.Pool, publicUrl: string): DigestPort {
  return {
    async due(at) {
      const week = digestWeek(await knownBankHolidays(database), londonDate(Date.parse(at)));
      if (week === null) return [];
      return (await withoutDigest(database, week)).map((person) => ({ person, week }));
    },
    queue: (due) => queueDigest(database, due, (words) => digestNote(words, publicUrl)),
  };
}

/** The bank holidays that come with Chaser, and those that were imported since. */
async function knownBankHolidays(database: pg.Pool): Promise<BankHolidays> {
  let book = loadCalendarBook();
  for (const { version, change } of await listCalendarImports<BookChange>(database)) {
    const changed = applyChange(book, change, version);
    if (changed.ok) book = changed.value;
  }
  return book.bankHolidays;
}

/**
 * Sets the schedule of the summaries up: 7:30am in London, Monday to Friday. Which of these mornings is the one of a week is decided by
 * `digestWeek`; on the others nobody is left, and nothing is queued. Several workers may do it, each time they start.
 */
export async function setUpDigestSchedule(client: Client, taskQueue: string): Promise<void> {
  await setUpSchedule(client, {
    scheduleId: DIGEST_SCHEDULE,
    spec: {
      calendars: [{ dayOfWeek: { start: 'MONDAY', end: 'FRIDAY' }, hour: 7, minute: 30 }],
      timezone: 'Europe/London',
    },
    action: {
      type: 'startWorkflow',
      workflowType: WORKFLOW_TYPES.digest,
      workflowId: DIGEST_SCHEDULE,
      taskQueue,
      args: [],
      staticSummary: SUMMARIES.digest,
    },
    // A server that was away in the morning makes up for it later in the day, and not in the days after.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12 hours' },
  });
}
