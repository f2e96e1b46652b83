import { MailServerDown } from '../activities/ports.ts';
import type { MailPort } from '../activities/ports.ts';
import { refusalOf } from './allowed-domains.ts';
import { createComposer } from './compose.ts';
import { isAskedFor } from './due-date-entry.ts';
import type { Mailbox } from './message-options.ts';
import { notifyBody } from './notify-body.ts';
import { notificationsBefore, notifyClient } from './notify-client.ts';
import type { Notification, NotifyAccount } from './notify-client.ts';
import { notifyCounter } from './notify-counter.ts';
import { NOTIFY, notifyOutcomeOf } from './notify-outcome.ts';

export type NotifyMailOptions = NotifyAccount & {
  /** An e-mail template whose subject is ((subject)) and whose body is ((body)). */
  readonly templateId: string;
  /** The reply-to address of the service, as Notify numbers it. */
  readonly replyToId: string;
  readonly from: Mailbox;
  readonly messageIdDomain: string;
  /** Domains that may be written to, their subdomains included. */
  readonly allowedDomains: readonly string[] | 'all';
  /** What the clock on the wall says, in milliseconds since 1970; of the machine unless told. */
  readonly wallMs?: () => number;
};

export type NotifyMail = MailPort & {
  close(): void;
  /** Asks for the template, which shows that the key is right too. Rejects with `MailServerDown`, which says what is wrong. */
  verify(): Promise<void>;
  /** A page of what Notify has taken, the newest first. */
  taken(olderThan: string | null): Promise<readonly Notification[]>;
};

/**
 * Composes letters and hands them to GOV.UK Notify. A letter's Message-ID is its reference there. Notify takes the same reference as
 * often as it is given, so it is asked for a letter that has perhaps been sent before that is sent again.
 */
export function createNotifyMail(options: NotifyMailOptions): NotifyMail {
  const { allowedDomains, templateId, replyToId, from, messageIdDomain, wallMs = Date.now } = options;
  const client = notifyClient(options);
  const composed = createComposer({ messageIdDomain, from });
  const counter = notifyCounter(client, wallMs);
  let closed = false;

  return {
    compose(envelope) {
      const calendarLinks = envelope.letters.flatMap((letter) =>
        letter.link !== null && isAskedFor(letter) ? [{ title: letter.step.title, link: `${letter.link}/due-date.ics` }] : [],
      );
      return { ...composed(envelope), ...(calendarLinks.length === 0 ? {} : { calendarLinks }) };
    },

    async send(email, before) {
      const refusal = refusalOf(email.to.address, allowedDomains);
      if (refusal !== null) return refusal;
      if (closed) throw new MailServerDown(`${NOTIFY} is not asked any more: this service is stopping.`);
      const reference = referenceOf(email.messageId);
      const hand = async () => {
        const personalisation = { subject: email.subject, body: notifyBody(email) };
        const { data } = await client.sendEmail(templateId, email.to.address, { reference, emailReplyToId: replyToId, personalisation });
        return data.id;
      };
      return counter({ reference, perhapsSent: before?.perhapsSent ?? false, hand });
    },

    close() {
      closed = true;
    },

    async verify() {
      const { type, body, subject = '' } = await templateOf();
      if (type !== 'email' || !subject.includes('((subject))') || !body.includes('((body))')) {
        throw new MailServerDown(
          `${NOTIFY}: the template of NOTIFY_TEMPLATE_ID is ${type === 'email' ? 'an e-mail' : `of the kind “${type}”`} whose subject is “${subject}”. Chaser needs an e-mail template whose subject is ((subject)) and whose body is ((body)).`,
          { trouble: 'we-are-refused' },
        );
      }
    },

    taken: (olderThan) => notificationsBefore(client, olderThan),
  };

  async function templateOf() {
    try {
      return (await client.getTemplateById(templateId)).data;
    } catch (error) {
      const { response } = notifyOutcomeOf(error);
      throw new MailServerDown(`${NOTIFY} does not give the template of NOTIFY_TEMPLATE_ID. (It says: ${response}.)`, {
        cause: error,
        trouble: 'we-are-refused',
      });
    }
  }
}

/** A letter's name at Notify: its Message-ID without the angle brackets. It names nobody. */
export function referenceOf(messageId: string): string {
  return messageId.replace(/^<|>$/gu, '');
}
