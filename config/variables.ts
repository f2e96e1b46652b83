import { z } from 'zod';
import { readPayloadKeys } from '../temporal/payload-codec.ts';
import type { PayloadKeys } from '../temporal/payload-codec.ts';

/**
 * The kinds of variables that both the worker and the web service read from their environment. None of them prints a
 * faulty value, because it may be a password.
 */

export type Mailbox = { readonly name: string; readonly address: string };

/** Names that RFC 2606 and RFC 6761 reserve: mail to them never reaches anybody. */
export const RESERVED_DOMAINS = ['example', 'test', 'invalid', 'localhost', 'example.com', 'example.net', 'example.org'];

const DOMAIN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const MAILBOX = /^(?:([^<>"@,;\p{Cc}]+?)\s*<([^<>@\s\p{Cc}]+@[^<>@\s\p{Cc}]+)>|([^<>@\s\p{Cc}]+@[^<>@\s\p{Cc}]+))$/u;

/** A URL of one of these protocols ("smtp:"). */
export const url = (protocols: readonly string[], problem: string) =>
  z.string().refine((value) => protocols.includes(URL.parse(value)?.protocol ?? ''), problem);

/** What stands in .env.example and in the documents for a secret of your own, in whatever case it is written. */
const PLACEHOLDER = /change[-_ ]?(?:me|this)|your[-_ ](?:secret|password)|replace[-_ ]?(?:me|this)/i;

/** A secret that somebody made. Refused: one that was copied from the example, and so is known to everybody. */
export const linkSecret = z
  .string()
  .min(32, 'must have at least 32 characters; make one with: openssl rand -base64 32')
  .refine((value) => !PLACEHOLDER.test(value), 'is still the placeholder of the example; make one with: openssl rand -base64 32');

/** The address of PostgreSQL. Refused: the password of the example. */
const databaseUrl = url(['postgres:', 'postgresql:'], 'must be a URL that begins with postgres://').refine(
  (value) => !PLACEHOLDER.test(passwordIn(value)),
  'still holds the password of the example; make one with: openssl rand -hex 24, and set it where .env says',
);

/** The password in a URL, or all of the URL where it cannot be read. */
function passwordIn(value: string): string {
  try {
    return decodeURIComponent(URL.parse(value)?.password ?? value);
  } catch {
    return value;
  }
}

const yesOrNo = z.enum(['yes', 'no'], 'must be yes or no').transform((value) => value === 'yes');

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`);

/** A port of this machine; 0 where it says so: any, or none. */
export const port = wholeNumber(0, 65_535);

/** An address or a name of this machine, at which something listens. */
export const host = z.string().regex(/^[\w.:-]+$/, 'must be an address of this machine, without a port');

/** The address under which people reach the pages, without a slash at the end. */
export const webUrl = url(['https:', 'http:'], 'must be a URL that begins with https:// or http://').transform((value) =>
  value.replace(/\/+$/, ''),
);

const domain = z.string().toLowerCase().regex(DOMAIN, 'must be a domain name, without @ and without a protocol');

/** `Name <address>`, or an address alone. */
const mailbox = z
  .string()
  .regex(MAILBOX, 'must be an address, or a name and an address in angle brackets')
  .transform((value): Mailbox => {
    const [, name, named, bare] = MAILBOX.exec(value) ?? [];
    return { name: name ?? 'Chaser', address: named ?? bare ?? '' };
  });

/** A mailbox that is read: a user, a password and a host are needed; the folder is INBOX unless it is named. */
export const mailboxUrl = url(['imap:', 'imaps:'], 'must be a URL that begins with imap:// or imaps://').refine((value) => {
  const { username = '', password = '', hostname = '' } = URL.parse(value) ?? {};
  return username !== '' && password !== '' && hostname !== '';
}, 'must name a user, a password and a host; signs such as @ and / in them are written as %40 and %2F');

/** An address alone, in lower case, without a plus: what follows the plus is added to it. */
export const plainAddress = z
  .string()
  .toLowerCase()
  .regex(
    /^[^<>@\s\p{Cc}+,;:"()[\]\\]{1,30}@[a-z0-9.-]+$/u,
    'must be an address alone, with at most 30 characters and no plus before the @',
  );

/** Domains separated by commas; `*` opens them all and must be given explicitly. */
const allowedDomains = z.string().transform((value, context): readonly string[] | 'all' => {
  if (value === '*') return 'all';
  const domains = value.split(',').map((entry) => entry.trim().toLowerCase());
  if (domains.every((entry) => DOMAIN.test(entry))) return domains;
  context.addIssue({ code: 'custom', message: 'must be domain names with commas between, or * alone for all domains' });
  return z.NEVER;
});

const payloadKeys = z.string().transform((value, context): PayloadKeys | null => {
  try {
    return readPayloadKeys(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
    return z.NEVER;
  }
});

/**
 * What is wrong with SANDBOX=yes beside these domains, in words for whoever set it; null when nothing is. A training copy moves time, and
 * with it reminders and escalations: it may never write to a real address.
 */
export function sandboxFault(sandbox: boolean, allowed: readonly string[] | 'all'): string | null {
  if (!sandbox) return null;
  const real =
    allowed === 'all' ? ['*'] : allowed.filter((name) => !RESERVED_DOMAINS.some((kept) => name === kept || name.endsWith(`.${kept}`)));
  return real.length === 0
    ? null
    : `is yes, but MAIL_ALLOWED_DOMAINS lets ${real.join(', ')} be written to; a training copy writes to no real address`;
}

/** The part of a sender's address after the @. */
export function domainOfMailbox({ address }: Mailbox): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

/** What worker and web service both read. They judge it by the same code, so that what one takes the other does not refuse. */
export const SHARED = {
  DATABASE_URL: databaseUrl,
  TEMPORAL_TASK_QUEUE: z.string().default('chaser'),
  SMTP_REQUIRE_TLS: yesOrNo.default(false),
  MAIL_FROM: mailbox,
  MAIL_DOMAIN: domain.optional(),
  MAIL_ALLOWED_DOMAINS: allowedDomains.default(RESERVED_DOMAINS),
  CHASER_PAYLOAD_KEYS: payloadKeys.default(null),
  SANDBOX: yesOrNo.default(false),
} as const;
