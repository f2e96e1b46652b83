import { londonDate } from '../../domain/time/london.ts';
import { addDays, longDate, longDateWithWeekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { IncomingEmail } from '../../postgres/views/incoming.ts';
import { changeUrl } from '../changes/change-urls.ts';
import { WIDE } from '../shared/status-tags.ts';
import type { Tag } from '../shared/status-tags.ts';
import { urls } from '../shared/urls.ts';

const TAGS: Readonly<Record<IncomingEmail['kind'], Tag>> = {
  person: { text: 'Reply', classes: 'govuk-tag--blue' },
  automatic: { text: 'Automatic reply', classes: `govuk-tag--grey ${WIDE}` },
  bounce: { text: 'Came back', classes: 'govuk-tag--red' },
  delayed: { text: 'Delayed', classes: 'govuk-tag--yellow' },
};

/** Whoever an e-mail says that it comes from: their name where Chaser knows the address, and otherwise as it says itself. */
export function writerOf({ person, from }: Pick<IncomingEmail, 'person' | 'from'>): string {
  return person?.name ?? (from.name === '' ? (from.address === '' ? 'Unknown sender' : from.address) : from.name);
}

/** What an e-mail is, in one line: “Automatic reply from Harriet Head”. */
export function headingOf(email: IncomingEmail): string {
  const to = (email.facts.recipients ?? [])[0] ?? email.letters[0]?.address ?? 'an address that it does not name';
  switch (email.kind) {
    case 'person':
      return `Reply from ${writerOf(email)}`;
    case 'automatic':
      return `Automatic reply from ${writerOf(email)}`;
    case 'bounce':
      return `An e-mail to ${to} came back`;
    case 'delayed':
      return `An e-mail to ${to} is delayed`;
    default:
      return email.kind satisfies never;
  }
}

/** When somebody is back, as far as their automatic reply says it; null when it does not. */
export function backWords(email: IncomingEmail): string | null {
  const { returnsOn = null } = email.facts;
  return returnsOn === null
    ? null
    : `${writerOf(email)} seems to be back on ${longDateWithWeekday(returnsOn)}. Check it in their automatic reply.`;
}

/** “Harriet Head was asked. This comes from office@hillside.example.” Null when it comes from the address that was asked. */
export function anotherWriter({ from, letters }: IncomingEmail): string | null {
  const [first] = letters;
  if (first === undefined || from.address === first.address.toLowerCase()) return null;
  return `${first.name} was asked at ${first.address}. This comes from ${from.address === '' ? 'an address that it does not name' : from.address}.`;
}

/** What may be done while somebody is away, with the days filled in that their automatic reply says: a deputy, or more time. */
export function proposalsOf({ letters, facts }: IncomingEmail): readonly { readonly text: string; readonly href: string }[] {
  const { returnsOn = null, names = [] } = facts;
  const open = letters.filter((letter) => letter.open);
  if (returnsOn === null && names.length === 0) return [];
  const deputies = [...new Map(open.map((letter) => [`${letter.reference} ${letter.person}`, letter])).values()];
  return [
    ...deputies.map(({ reference, person, name, subject }) => ({
      text: `Name a deputy for ${name}${returnsOn === null ? '' : `, to ${longDate(addDays(returnsOn, -1))}`}: ${subject}`,
      href: changeUrl(reference, 'name-deputy', {
        person,
        ...(names[0] === undefined ? {} : { deputy: names[0] }),
        ...(returnsOn === null ? {} : dateParts('to', addDays(returnsOn, -1))),
      }),
    })),
    ...(returnsOn === null
      ? []
      : open.map(({ reference, step, round, title, subject }) => ({
          text: `Give more time for “${title}”: ${subject}`,
          href: changeUrl(reference, 'extend', { step: `${step}/${round}` }),
        }))),
  ];
}

/** A day as the three inputs of a date take it. */
function dateParts(name: string, date: PlainDate): Readonly<Record<string, string>> {
  const [year = '', month = '', day = ''] = date.split('-');
  return { [`${name}-day`]: String(Number(day)), [`${name}-month`]: String(Number(month)), [`${name}-year`]: year };
}

const LONGEST_HINT = 200;

/** The first words of a long e-mail are looked for in so much of it. */
const LOOKED_AT = 1_000;

function signsOf(text: string): readonly string[] {
  return Array.from(text.replaceAll(/\s+/gu, ' '));
}

/** The first words of an e-mail, for a list. */
export function firstWords({ words, subject }: Pick<IncomingEmail, 'words' | 'subject'>): string {
  const text = words === '' ? subject : words;
  const begins = signsOf(text.slice(0, LOOKED_AT));
  // Of a text that begins with many spaces, all is looked at.
  const signs = text.length <= LOOKED_AT || begins.length > LONGEST_HINT + 1 ? begins : signsOf(text);
  return signs.length <= LONGEST_HINT ? signs.join('') : `${signs.slice(0, LONGEST_HINT).join('').trimEnd()}…`;
}

/** What an e-mail is about: its step and school, or that it fits no letter. */
function aboutOf({ letters }: Pick<IncomingEmail, 'letters'>): string {
  const [first] = letters;
  if (first === undefined) return 'No matching e-mail';
  const more = new Set(letters.map(({ reference, step }) => `${reference}/${step}`)).size - 1;
  return `${first.title}: ${first.subject}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A reply as a line of a list. */
export function replyItem(email: IncomingEmail) {
  const words = firstWords(email);
  return {
    title: { text: aboutOf(email) },
    href: urls.reply(email.id),
    hint: { text: `${writerOf(email)}, on ${longDate(londonDate(Date.parse(email.at)))}${words === '' ? '' : `: “${words}”`}` },
    status: email.done === null ? { tag: TAGS[email.kind] } : { text: 'Dealt with' },
  };
}

/** The sizes of attachments as people read them. */
export function attachmentWords({ attachments }: Pick<IncomingEmail, 'attachments'>): readonly string[] {
  return attachments.map(({ name, type, bytes }) => {
    const size =
      bytes < 1_000 ? `${bytes} bytes` : bytes < 1_000_000 ? `${Math.round(bytes / 1_000)}KB` : `${(bytes / 1_000_000).toFixed(1)}MB`;
    return `${name === '' ? `without a name, ${type}` : name}, ${size}`;
  });
}
