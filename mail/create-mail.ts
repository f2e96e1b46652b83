import type { MailPort } from '../activities/ports.ts';
import type { Mailbox } from './message-options.ts';
import { createNotifyMail } from './notify.ts';
import type { NotifyMail } from './notify.ts';
import { createSmtpMail } from './smtp.ts';

export type MailSettings = {
  readonly smtpUrl: string | null;
  readonly notify: { readonly apiKey: string; readonly templateId: string; readonly replyToId: string; readonly url: string | null } | null;
  readonly requireTls: boolean;
  readonly from: Mailbox;
  readonly domain: string;
  readonly allowedDomains: readonly string[] | 'all';
  /** Where replies are read (`INBOX_ADDRESS`): a mail server's letters ask for them there too. GOV.UK Notify sets the address itself. */
  readonly inboxAddress?: string | null;
};

export type Mail = {
  readonly port: MailPort & { close(): void; verify(): Promise<void> };
  /** GOV.UK Notify, which tells later what became of what it took; null when a mail server has the post. */
  readonly notify: Pick<NotifyMail, 'taken'> | null;
};

/** The way by which the post leaves, as it is configured: by GOV.UK Notify, or over a few connections to a mail server. */
export function createMail(
  { smtpUrl, notify, requireTls, from, domain, allowedDomains, inboxAddress = null }: MailSettings,
  pace: { readonly maxConnections: number; readonly ratePerSecond: number | null },
): Mail {
  const common = { from, messageIdDomain: domain, allowedDomains };
  if (notify !== null) {
    const port = createNotifyMail({ ...common, ...notify });
    return { port, notify: port };
  }
  if (smtpUrl === null) throw new Error('Neither a mail server nor GOV.UK Notify is set.');
  return { port: createSmtpMail({ ...common, ...pace, url: smtpUrl, requireTls, inboxAddress }), notify: null };
}
