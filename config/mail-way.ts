import { z } from 'zod';
import { linkSecret, url } from './variables.ts';

/** How the post leaves: by a mail server, or by GOV.UK Notify. Read by the worker and the web service alike. */
export type NotifySettings = {
  readonly apiKey: string;
  readonly templateId: string;
  readonly replyToId: string;
  /** Another address than that of the real service; null for that one. */
  readonly url: string | null;
};

/** A name, the service's id and the key itself. */
const API_KEY = /^.+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

const notifyId = z.uuid('must be an id as GOV.UK Notify shows it, such as f33517ff-2a88-4f6e-b855-c550268ce08a');

/** The variables that say how the post leaves. Which of them must be set is `waysUnset`. */
export const MAIL_WAY = {
  MAIL_VIA: z.enum(['smtp', 'notify'], 'must be smtp or notify').default('smtp'),
  SMTP_URL: url(['smtp:', 'smtps:'], 'must be a URL that begins with smtp:// or smtps://').optional(),
  NOTIFY_API_KEY: z.string().regex(API_KEY, 'must be an API key of GOV.UK Notify, which ends in two ids').optional(),
  NOTIFY_TEMPLATE_ID: notifyId.optional(),
  NOTIFY_REPLY_TO_ID: notifyId.optional(),
  NOTIFY_URL: url(['https:', 'http:'], 'must be a URL that begins with https:// or http://')
    .transform((value) => value.replace(/\/+$/, ''))
    .optional(),
};

/** The template of text messages, which go by GOV.UK Notify whatever the e-mails go by. Only the web service reads it. */
export const NOTIFY_TEXT_TEMPLATE_ID = notifyId.optional();

/** What lets GOV.UK Notify tell the web service what became of a message. */
export const notifyCallbackToken = linkSecret;

export const MAIL_WAY_EXAMPLES: Readonly<Record<keyof typeof MAIL_WAY, string>> = {
  MAIL_VIA: 'smtp',
  SMTP_URL: 'smtp://user:password@mail.example:587',
  NOTIFY_API_KEY: 'chaser-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0',
  NOTIFY_TEMPLATE_ID: 'f33517ff-2a88-4f6e-b855-c550268ce08a',
  NOTIFY_REPLY_TO_ID: '8e222534-7f05-4972-86e3-17c5d9f894e2',
  NOTIFY_URL: 'https://api.notifications.service.gov.uk',
};

/** The variables that this way of sending needs and that are not set. */
export function waysUnset(given: Readonly<Record<string, string | undefined>>): readonly (keyof typeof MAIL_WAY)[] {
  const needed =
    given['MAIL_VIA'] === 'notify' ? (['NOTIFY_API_KEY', 'NOTIFY_TEMPLATE_ID', 'NOTIFY_REPLY_TO_ID'] as const) : (['SMTP_URL'] as const);
  return needed.filter((name) => given[name] === undefined);
}

/** How the post leaves; exactly one of the two is set. Call it when `waysUnset` has found nothing. */
export function mailWayOf(v: {
  readonly [name in keyof typeof MAIL_WAY]?: z.output<(typeof MAIL_WAY)[name]>;
}): { readonly smtpUrl: string | null; readonly notify: NotifySettings | null } {
  const { MAIL_VIA, NOTIFY_API_KEY: apiKey, NOTIFY_TEMPLATE_ID: templateId, NOTIFY_REPLY_TO_ID: replyToId } = v;
  if (MAIL_VIA !== 'notify') return { smtpUrl: v.SMTP_URL ?? null, notify: null };
  if (apiKey === undefined || templateId === undefined || replyToId === undefined) throw new Error('GOV.UK Notify is not set up.');
  return { smtpUrl: null, notify: { apiKey, templateId, replyToId, url: v.NOTIFY_URL ?? null } };
}
