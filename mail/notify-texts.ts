import type { TextPort } from '../activities/ports.ts';
import { isReservedNumber } from '../letters/text-number.ts';
import { refusalOf } from './allowed-domains.ts';
import { letterMessageId } from './message-id.ts';
import { notificationsBefore, notifyClient } from './notify-client.ts';
import type { NotifyAccount } from './notify-client.ts';
import { notifyCounter } from './notify-counter.ts';
import { referenceOf } from './notify.ts';
import type { NotifyMail } from './notify.ts';

export type NotifyTextOptions = NotifyAccount & {
  /** A text message template whose message is ((body)). */
  readonly templateId: string;
  readonly messageIdDomain: string;
  readonly allowedDomains: readonly string[] | 'all';
  /** Only numbers that no telephone has are written to: so it is while only domains that nobody has may be. */
  readonly onlyReservedNumbers: boolean;
  readonly wallMs?: () => number;
};

/** Sends text messages by GOV.UK Notify, each under a name of its own, so that it is asked before one is sent again. */
export function createNotifyTexts(options: NotifyTextOptions): TextPort & Pick<NotifyMail, 'taken'> {
  const { templateId, messageIdDomain, allowedDomains, onlyReservedNumbers, wallMs = Date.now } = options;
  const client = notifyClient(options);
  const counter = notifyCounter(client, wallMs);
  return {
    taken: (olderThan) => notificationsBefore(client, olderThan),

    async send({ letter, number, words, email }, { perhapsSent }) {
      const refusal = refusalOf(email, allowedDomains);
      if (refusal !== null) return { ...refusal, addressRefused: false };
      if (onlyReservedNumbers && !isReservedNumber(number)) {
        return {
          kind: 'refused',
          addressRefused: false,
          response: 'Only numbers that no telephone has are written to, as long as MAIL_ALLOWED_DOMAINS allows reserved domains alone.',
        };
      }
      const reference = referenceOf(letterMessageId(`text/${letter}`, messageIdDomain));
      const hand = async () => (await client.sendSms(templateId, number, { reference, personalisation: { body: words } })).data.id;
      return counter({ reference, perhapsSent, hand });
    },
  };
}
