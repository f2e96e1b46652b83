import type { ComposedEmail, Envelope, Letter, Named } from '../activities/ports.ts';
import { inWords } from '../domain/words.ts';
import { visibleAddress } from './addresses.ts';
import { oneLine } from './clean-text.ts';
import { dueDateEntries } from './due-date-entry.ts';
import { letterView } from './letter-view.ts';
import { letterMessageId } from './message-id.ts';
import type { Mailbox } from './message-options.ts';
import { renderParts } from './render.ts';
import { digestHeadline, headingOf, subjectOf } from './subject.ts';

/**
 * Turns an envelope into an e-mail: subject, thread, text and HTML that say the same, and the due date as a calendar
 * entry, whose organizer is the sender. Pure: the same envelope gives the same e-mail, to the letter. Throws on an envelope without letters.
 */
export function createComposer({
  messageIdDomain,
  from,
}: {
  readonly messageIdDomain: string;
  readonly from: Mailbox;
}): (envelope: Envelope) => ComposedEmail {
  return ({ id, letters }) => {
    const [first] = letters;
    if (first === undefined) throw new Error(`Envelope "${id}" holds no letters; there is nothing to send.`);
    const subject = subjectOf(letters);
    const quieter = quieterOf(letters);
    const senders = [...new Set(letters.map(({ sender }) => sender))];
    const [sender = null] = senders;
    const threads = [...new Set(letters.flatMap(({ threadKey }) => threadKey ?? []))]
      .filter((thread) => thread !== id)
      .map((thread) => letterMessageId(thread, messageIdDomain));
    return {
      messageId: letterMessageId(id, messageIdDomain),
      inReplyTo: threads.length === 1 ? (threads[0] ?? null) : null,
      references: threads,
      date: letters.map(({ writtenAt }) => writtenAt).reduce((one, other) => (Date.parse(other) > Date.parse(one) ? other : one)),
      to: mailbox(first.to),
      replyTo: mailbox(first.replyTo),
      ...(sender === null || senders.length > 1 ? {} : { sender: oneLine(sender) }),
      ...(quieter === null ? {} : { unsubscribe: quieter }),
      subject,
      ...(letters.length === 1 ? oneLetter(first, subject) : digest(letters, first, subject)),
      attachments: dueDateEntries(letters, { domain: messageIdDomain, from }),
    };
  };
}

type Parts = { readonly text: string; readonly html: string };

function oneLetter(letter: Letter, subject: string): Parts {
  const view = letterView(letter);
  return renderParts(letter.kind, {
    subject,
    heading: headingOf(letter, view),
    letter: view,
    foot: view.foot,
    hasMore: view.more !== null,
    ...aboutQuiet([letter]),
    standing: `the ${view.to.role} for ${view.subject}`,
  });
}

function digest(letters: readonly Letter[], first: Letter, subject: string): Parts {
  const sections = letters.map((letter) => ({
    letter: letterView(letter),
    heading: `${oneLine(letter.step.title)}: ${oneLine(letter.deployment.subject)}`,
  }));
  const coordinators = new Set(letters.map(({ replyTo }) => replyTo.email.toLowerCase()));
  return renderParts('digest', {
    subject,
    heading: digestHeadline(letters),
    /** The name at the foot: the coordinator who gets the replies. */
    letter: letterView(first),
    ...aboutQuiet(letters),
    sections,
    // One link to everything that is needed of its reader is enough, whichever step it belongs to.
    foot: sections[0]?.letter.foot ?? [],
    hasMore: sections.every(({ letter }) => letter.more !== null),
    standing: inWords([...new Set(sections.map((section) => `the ${section.letter.to.role}`))]),
    oneCoordinator: coordinators.size === 1,
    references: inWords([...new Set(letters.map(({ deployment }) => oneLine(deployment.reference)))]),
  });
}

/** Where e-mails like this one are stopped: null unless each of its letters may be stopped, and by the same link. */
function quieterOf(letters: readonly Letter[]): string | null {
  const [first, ...others] = new Set(letters.map(({ quieter }) => quieter ?? null));
  return first === undefined || others.length > 0 ? null : first;
}

/** What the foot says to somebody who may stop e-mails like this one, or who has stopped others and gets this one all the same. */
function aboutQuiet(letters: readonly Letter[]): { readonly quieter: string | null; readonly goesOn: string | null } {
  const goesOn = letters.flatMap((letter) => letter.goesOn ?? []);
  return { quieter: quieterOf(letters), goesOn: goesOn[0] ?? null };
}

function mailbox({ name, email }: Named): ComposedEmail['to'] {
  return { name: oneLine(name), address: visibleAddress(email) };
}
