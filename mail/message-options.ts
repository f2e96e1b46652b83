import type { SendMailOptions } from 'nodemailer';
import type { ComposedEmail } from '../activities/ports.ts';
import { domainOf } from './addresses.ts';
import { oneLine } from './clean-text.ts';

export type Mailbox = { readonly name: string; readonly address: string };

/**
 * A composed e-mail in nodemailer's terms. Everything that ends up in a header is one clean line, and people are given
 * as name and address apart, so that a name can never become a second recipient or another header.
 */
export function messageOptions(email: ComposedEmail, from: Mailbox, inboxAddress: string | null = null): SendMailOptions {
  return {
    from: mailboxOf(email.sender === undefined ? from : { ...from, name: `${email.sender} via ${from.name}` }),
    to: mailboxOf(email.to),
    // Without an address for the coordinator, and where no mailbox is read, replies go to the sender.
    ...repliesTo(email, from, inboxAddress),
    envelope: { from: from.address, to: [email.to.address] },
    subject: oneLine(email.subject),
    messageId: email.messageId,
    ...(email.inReplyTo === null ? {} : { inReplyTo: email.inReplyTo }),
    ...(email.references.length === 0 ? {} : { references: [...email.references] }),
    date: new Date(email.date),
    // Keeps auto-responders from answering (RFC 3834; the second header is the one that Outlook reads).
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', ...unsubscribeHeaders(email.unsubscribe) },
    text: email.text,
    html: email.html,
    attachments: email.attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** One click is offered over https alone, as RFC 8058 (3.1) asks; elsewhere the address of the page is all. */
function unsubscribeHeaders(href: string | undefined): Readonly<Record<string, string>> {
  if (href === undefined) return {};
  const page = { 'List-Unsubscribe': `<${oneLine(href)}>` };
  return href.startsWith('https://') ? { ...page, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : page;
}

/** The coordinator, and the mailbox that is read, under a name from which the letter is known even where a client loses the thread. */
function repliesTo({ replyTo, messageId }: ComposedEmail, from: Mailbox, inboxAddress: string | null): Pick<SendMailOptions, 'replyTo'> {
  const all = [
    ...(domainOf(replyTo.address) === null ? [] : [mailboxOf(replyTo)]),
    ...(inboxAddress === null ? [] : [{ name: oneLine(from.name), address: plusAddress(inboxAddress, messageId) }]),
  ];
  return all.length === 0 ? {} : { replyTo: all };
}

/** `chaser@mail.example` and `<0123…@mail.example>` → `chaser+0123…@mail.example` (inbox/read-incoming.ts reads it). */
function plusAddress(address: string, messageId: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at)}+${messageId.slice(1, messageId.indexOf('@'))}${address.slice(at)}`;
}

function mailboxOf({ name, address }: Mailbox): Mailbox {
  return { name: oneLine(name), address };
}
