import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';
import type { ChangedEntry, ComposedEmail, DatedEntry, Letter } from '../activities/ports.ts';
import type { Instant, StepRef } from '../domain/chronology/events.ts';
import { londonDate } from '../domain/time/london.ts';
import { domainOf } from './addresses.ts';
import { oneLine, paragraphsOf } from './clean-text.ts';
import { fingerprint } from './message-id.ts';
import type { Mailbox } from './message-options.ts';

type Attachment = ComposedEmail['attachments'][number];

/** Who publishes the entries: whoever put one into a calendar is the one to take it away. */
export type Organizer = {
  /** The right-hand side of every entry's UID. */
  readonly domain: string;
  readonly from: Mailbox;
};

/** An entry and whose calendar it is for. */
export type EntryFor = DatedEntry & { readonly to: { readonly name: string; readonly email: string } };

const TICK_MS = 5_000;

/** The calendar entries of an e-mail that holds these letters. */
export function dueDateEntries(letters: readonly Letter[], organizer: Organizer): readonly Attachment[] {
  return entryFiles(
    letters.flatMap((letter) => {
      const { deployment, replyTo, to, writtenAt } = letter;
      const { reference, subject } = deployment;
      return [...askedFor(letter), ...letter.entries].map((changed) => ({ reference, subject, replyTo, to, writtenAt, changed }));
    }),
    organizer,
  );
}

/**
 * Entries as files: an all-day event that does not block the day, for each due date that stands (one file, METHOD:PUBLISH);
 * and for each that is over, what takes the event away (a file each, METHOD:CANCEL, because RFC 5546, 3.2.5, allows one UID in
 * it). All e-mails about a step and round go by one UID, and a later one is a later revision.
 */
export function entryFiles(entries: readonly EntryFor[], organizer: Organizer): readonly Attachment[] {
  const stand = entries.filter(({ changed }) => changed.stands);
  // Several letters in one e-mail may all say that the same is over.
  const over = [
    ...new Map(
      entries.filter(({ changed }) => !changed.stands).map((entry) => [identityOf(entry.reference, entry.changed), entry]),
    ).values(),
  ];
  return [
    ...(stand.length === 0 ? [] : [fileOf('due-date.ics', ICalCalendarMethod.PUBLISH, stand, organizer)]),
    ...over.map((entry, index) =>
      fileOf(`due-date-cancelled${index === 0 ? '' : `-${index + 1}`}.ics`, ICalCalendarMethod.CANCEL, [entry], organizer),
    ),
  ];
}

/** What a step and round of a deployment go by in every calendar: in the entries of letters, and in what a calendar reads by itself. */
export function identityOf(reference: string, { step, round }: StepRef): string {
  return fingerprint(`due/${reference}/${step}/${round}`);
}

/** Whether a letter brings the due date that it asks for: that of a request or a reminder, unless the letter comes after it. */
export function isAskedFor({ kind, step, writtenAt }: Letter): boolean {
  return (kind === 'request' || kind === 'reminder') && londonDate(Date.parse(writtenAt)) <= step.dueOn;
}

function askedFor(letter: Letter): readonly ChangedEntry[] {
  if (!isAskedFor(letter)) return [];
  const { id, round, title, ask, dueOn } = letter.step;
  return [{ step: id, round, title, ask, dueOn, stands: true }];
}

function fileOf(filename: string, method: ICalCalendarMethod, entries: readonly EntryFor[], { domain, from }: Organizer): Attachment {
  const calendar = ical({ prodId: { company: 'Chaser', product: 'Chaser', language: 'EN' }, method });
  for (const entry of entries) {
    const { reference, subject, replyTo, to, writtenAt, changed } = entry;
    const event = calendar.createEvent({
      id: `${identityOf(reference, changed)}@${domain}`,
      sequence: revisionOf(writtenAt, changed.stands),
      stamp: new Date(writtenAt),
      start: new Date(`${changed.dueOn}T00:00:00Z`),
      allDay: true,
      transparency: ICalEventTransparency.TRANSPARENT,
      summary: oneLine(`${changed.title}: ${subject}`),
      description: [
        ...paragraphsOf(changed.ask),
        `${replyTo === null ? '' : `Ask ${oneLine(replyTo.name)}, ${oneLine(replyTo.email)}. `}Reference ${oneLine(reference)}.`,
      ].join('\n\n'),
      organizer: { name: inQuotes(from.name), email: from.address },
    });
    if (changed.stands) continue;
    event.status(ICalEventStatus.CANCELLED);
    // Whoever is taken off the event must be named in its cancellation; nobody may be named in what is published.
    if (domainOf(to.email) !== null) event.createAttendee({ name: inQuotes(to.name), email: to.email });
  }
  return { filename, contentType: `text/calendar; charset=utf-8; method=${method}`, content: calendar.toString() };
}

/**
 * Which revision of an entry a letter carries (RFC 5545, 3.8.7.4). A client that has the entry ignores one whose number is not
 * higher. It follows from when the letter was written: five seconds since 1970 count two, and what takes the entry away
 * counts one more, so that it is later than whatever was published in those five seconds. A letter that is sent again keeps its
 * number, and the number fits the 32 bits of iCalendar until the year 2140.
 */
function revisionOf(writtenAt: string, stands: boolean): number {
  return revisionAt(writtenAt) + (stands ? 0 : 1);
}

/** The first revision of the five seconds in which something happened. */
export function revisionAt(at: Instant): number {
  return 2 * Math.floor(Date.parse(at) / TICK_MS);
}

/** A name as the value of a parameter, in which a double quote cannot be written (RFC 5545, 3.1). */
export function inQuotes(name: string): string {
  return oneLine(name).replaceAll('"', "'").replaceAll('\\', '/');
}
