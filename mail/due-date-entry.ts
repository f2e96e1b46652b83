import ical, { ICalCalendarMethod, ICalEventTransparency } from 'ical-generator';
import type { ComposedEmail, Letter } from '../activities/ports.ts';
import { londonDate } from '../domain/time/london.ts';
import { oneLine, paragraphsOf } from './clean-text.ts';
import { fingerprint } from './message-id.ts';

type Attachment = ComposedEmail['attachments'][number];

const MINUTE_MS = 60_000;

/**
 * A calendar entry for every due date that is still ahead: an all-day event that does not block the day. The reminder's
 * entry replaces the request's: both go by the same UID, and the later letter is the later revision. Nothing for letters that come after the due date.
 */
export function dueDateEntries(letters: readonly Letter[], domain: string): readonly Attachment[] {
  const ahead = letters.filter(
    ({ kind, step, writtenAt }) => (kind === 'request' || kind === 'reminder') && londonDate(Date.parse(writtenAt)) <= step.dueOn,
  );
  if (ahead.length === 0) return [];
  const calendar = ical({ prodId: { company: 'Chaser', product: 'Chaser', language: 'EN' }, method: ICalCalendarMethod.PUBLISH });
  for (const { step, deployment, replyTo, writtenAt } of ahead) {
    calendar.createEvent({
      id: `${fingerprint(`due/${deployment.reference}/${step.title}/${step.round}`)}@${domain}`,
      sequence: revisionAt(writtenAt),
      stamp: new Date(writtenAt),
      start: new Date(`${step.dueOn}T00:00:00Z`),
      allDay: true,
      transparency: ICalEventTransparency.TRANSPARENT,
      summary: oneLine(`${step.title}: ${deployment.subject}`),
      description: [
        ...paragraphsOf(step.ask),
        `Ask ${oneLine(replyTo.name)}, ${oneLine(replyTo.email)}. Reference ${oneLine(deployment.reference)}.`,
      ].join('\n\n'),
    });
  }
  return [{ filename: 'due-date.ics', contentType: 'text/calendar; charset=utf-8; method=PUBLISH', content: calendar.toString() }];
}

/**
 * Which revision of an entry a letter carries (RFC 5545, 3.8.7.4): the minute it was written in, counted from 1970. A client that
 * has the entry ignores one whose number is not higher. Every later letter of a step is higher, whether or not its date moved,
 * a letter that is sent again keeps its number, and the number fits the 32 bits of iCalendar.
 */
function revisionAt(writtenAt: string): number {
  return Math.floor(Date.parse(writtenAt) / MINUTE_MS);
}
