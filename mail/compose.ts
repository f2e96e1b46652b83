import type { ComposedEmail, Envelope, Letter, Named } from '../activities/ports.ts';
import { inWords } from '../domain/words.ts';
import { visibleAddress } from './addresses.ts';
import { travelsTogether } from '../domain/chasing/wanted.ts';
import { oneLine } from './clean-text.ts';
import { dueDateEntries } from './due-date-entry.ts';
import { asks } from './letter-links.ts';
import { letterView } from './letter-view.ts';
import { letterMessageId } from './message-id.ts';
import type { Mailbox } from './message-options.ts';
import { renderParts, renderText } from './render.ts';
import { digestHeadline, gatheredHeadline, headingOf, subjectOf } from './subject.ts';

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
      ...partsOf(letters, first, subject, renderParts),
      attachments: dueDateEntries(letters, { domain: messageIdDomain, from }),
    };
  };
}

/** The subject and the text that the letters of one e-mail have when it is composed, without what else there is of it. */
export function wordsOf(letters: readonly [Letter, ...Letter[]]): { readonly subject: string; readonly text: string } {
  const subject = subjectOf(letters);
  return { subject, text: partsOf(letters, letters[0], subject, renderText) };
}

/** Makes what is wanted of a template: both parts, or the text alone. */
type Render<Parts> = (template: string, data: object) => Parts;

function oneLetter<Parts>(letter: Letter, subject: string, render: Render<Parts>): Parts {
  const view = letterView(letter);
  return render(letter.kind, {
    subject,
    heading: headingOf(letter, view),
    letter: view,
    foot: view.foot,
    hasMore: view.more !== null,
    ...aboutQuiet([letter]),
    standing: `the ${view.to.role} for ${view.subject}`,
  });
}

function partsOf<Parts>(letters: readonly Letter[], first: Letter, subject: string, render: Render<Parts>): Parts {
  if (letters.length === 1) return oneLetter(first, subject, render);
  return letters.every(({ kind }) => travelsTogether(kind))
    ? digest(letters, first, subject, render)
    : gathered(letters, first, subject, render);
}

/** What a member of the staff has chosen to get together: what asks them for an answer first. */
function gathered<Parts>(letters: readonly Letter[], first: Letter, subject: string, render: Render<Parts>): Parts {
  const inOrder = letters.toSorted((one, other) => Number(asks(other.kind)) - Number(asks(one.kind)));
  const sections = inOrder.map((letter) => {
    const view = letterView(letter);
    return { letter: view, heading: `${headingOf(letter, view)}: ${view.subject}` };
  });
  const asked = sections.filter(({ letter }) => letter.isAsked);
  const foot = new Map(sections.flatMap(({ letter }) => letter.foot.map((link) => [link.words, link])));
  return render('gathered', {
    ...togetherOf(letters, subject),
    heading: gatheredHeadline(letters),
    /** The name at the foot: the coordinator who gets the replies. */
    letter: letterView(first),
    sections,
    asked,
    // One link to everything that is needed of its reader is enough, whichever step it belongs to.
    foot: [...foot.values()],
    hasMore: asked.every(({ letter }) => letter.more !== null),
  });
}

function digest<Parts>(letters: readonly Letter[], first: Letter, subject: string, render: Render<Parts>): Parts {
  const sections = letters.map((letter) => ({
    letter: letterView(letter),
    heading: `${oneLine(letter.step.title)}: ${oneLine(letter.deployment.subject)}`,
  }));
  return render('digest', {
    ...togetherOf(letters, subject),
    heading: digestHeadline(letters),
    /** The name at the foot: the coordinator who gets the replies. */
    letter: letterView(first),
    sections,
    // One link to everything that is needed of its reader is enough, whichever step it belongs to.
    foot: sections[0]?.letter.foot ?? [],
    hasMore: sections.every(({ letter }) => letter.more !== null),
  });
}

/** What the templates of an e-mail with several letters say of them all. */
function togetherOf(letters: readonly Letter[], subject: string) {
  return {
    subject,
    ...aboutQuiet(letters),
    standing: inWords([...new Set(letters.map(({ to }) => `the ${oneLine(to.role)}`))]),
    oneCoordinator: new Set(letters.map(({ replyTo }) => replyTo.email.toLowerCase())).size === 1,
    references: inWords([...new Set(letters.map(({ deployment }) => oneLine(deployment.reference)))]),
  };
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
