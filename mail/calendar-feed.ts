import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { Instant, StepRef } from '../domain/chronology/events.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { oneLine } from './clean-text.ts';
import { identityOf, inQuotes, revisionAt } from './due-date-entry.ts';
import type { Organizer } from './due-date-entry.ts';

/** A due date in the calendar that somebody's calendar program reads by itself. */
export type FeedDate = StepRef & {
  readonly reference: string;
  /** The school's or trust's name. */
  readonly subject: string;
  readonly title: string;
  readonly dueOn: PlainDate;
  /** Its reader is asked for it now, and its clock runs. */
  readonly stands: boolean;
  /** When it was opened, and each time at which anything changed that decides whether and when it is due. In order; never empty. */
  readonly changedAt: readonly Instant[];
};

/** How often a calendar is asked to look again. Some look less often, whatever they are asked. */
const LOOK_AGAIN_SECONDS = 4 * 60 * 60;

/**
 * Due dates as a calendar that a program subscribes to (RFC 5545; RFC 7986, 5.7 for how often it looks again). Each is an all-day event
 * under the UID of the entry in letters; one that is over has STATUS:CANCELLED. The same dates give the same bytes.
 */
export function calendarFeed(dates: readonly FeedDate[], { domain, from }: Organizer): string {
  const calendar = ical({
    name: 'Due dates from Chaser',
    prodId: { company: 'Chaser', product: 'Chaser', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: LOOK_AGAIN_SECONDS,
  });
  for (const date of dates) {
    const { reference, subject, title, dueOn, stands, changedAt } = date;
    const last = changedAt.at(-1);
    if (last === undefined) throw new Error(`${reference}: nothing says when ${date.step} was opened.`);
    calendar.createEvent({
      id: `${identityOf(reference, date)}@${domain}`,
      sequence: revisionAfter(changedAt, stands),
      stamp: new Date(last),
      start: new Date(`${dueOn}T00:00:00Z`),
      allDay: true,
      transparency: ICalEventTransparency.TRANSPARENT,
      status: stands ? ICalEventStatus.CONFIRMED : ICalEventStatus.CANCELLED,
      summary: oneLine(`${title}: ${subject}`),
      // Calendars are shared with colleagues and kept by others: nobody's name, and no link to answer.
      description: `${stands ? 'To answer, use the link in our newest e-mail about this.' : 'You do not need to do anything for this date now.'} Reference ${oneLine(reference)}.`,
      organizer: { name: inQuotes(from.name), email: from.address },
    });
  }
  return calendar.toString();
}

/**
 * Which revision of an entry these changes lead to (RFC 5545, 3.8.7.4): as high as that of a letter written at the last of them, and
 * higher with every change, however close together they lie. What is over counts one more, as it does in letters. Two changes at
 * 09:00:00 and 09:00:01 fall in the same five seconds; the second counts two more than the first.
 */
export function revisionAfter(changedAt: readonly Instant[], stands: boolean): number {
  const revision = changedAt.reduce((before, at) => Math.max(before + 2, revisionAt(at)), 0);
  return revision + (stands ? 0 : 1);
}
