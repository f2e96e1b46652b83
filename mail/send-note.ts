import { MailServerDown } from '../activities/ports.ts';
import type { DatedEntry, MailPort, Sent } from '../activities/ports.ts';
import { visibleAddress } from './addresses.ts';
import { oneLine } from './clean-text.ts';
import { entryFiles } from './due-date-entry.ts';
import { letterMessageId, surveyMessageId } from './message-id.ts';
import type { Mailbox } from './message-options.ts';

/** The content of a note. Its id and the moment it was queued identify it, so that a repeat is the same e-mail. */
export type OutgoingNote = {
  readonly id: string;
  /** "survey" for a letter of a survey. */
  readonly kind: string;
  readonly queuedAt: string;
  readonly to: { readonly name: string; readonly address: string };
  /** An empty address when replies go to the sender. */
  readonly replyTo: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** What it changes in its reader's calendar. */
  readonly entries: readonly DatedEntry[];
};

/** The result of sending a note. An unreachable server is a result too, because no note is at fault then. */
export type NoteOutcome = Sent | { readonly kind: 'server-down'; readonly response: string };

export type NoteMail = { send(note: OutgoingNote): Promise<NoteOutcome> };

/** Hands notes to a mail server. */
export function createNoteMail(options: {
  readonly mail: Pick<MailPort, 'send'>;
  readonly messageIdDomain: string;
  /** The sender: who publishes and takes away calendar entries. */
  readonly from: Mailbox;
}): NoteMail {
  return {
    async send({ id, kind, queuedAt, to, replyTo, subject, text, html, entries }) {
      try {
        return await options.mail.send(
          {
            messageId: (kind === 'survey' ? surveyMessageId : letterMessageId)(`note/${id}/${queuedAt}`, options.messageIdDomain),
            inReplyTo: null,
            references: [],
            date: queuedAt,
            to: { name: oneLine(to.name), address: visibleAddress(to.address) },
            replyTo: { name: oneLine(replyTo.name), address: visibleAddress(replyTo.address) },
            subject,
            text,
            html,
            attachments: entryFiles(
              entries.map((entry) => ({ ...entry, to: { name: to.name, email: to.address } })),
              { domain: options.messageIdDomain, from: options.from },
            ),
          },
          // Whether an earlier sender died between handing it over and marking it is not known.
          { perhapsSent: true },
        );
      } catch (error) {
        // What was said to one person may be meant for that one alone, so it must not hold up the others.
        if (error instanceof MailServerDown) return { kind: error.saidTo === 'one' ? 'deferred' : 'server-down', response: error.message };
        throw error;
      }
    },
  };
}
