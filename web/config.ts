import { isIP } from 'node:net';
import { z } from 'zod';
import { domainOfMailbox, host, linkSecret, port, sandboxFault, SHARED, url, webUrl, wholeNumber } from '../config/variables.ts';
import { MAIL_WAY, mailWayOf, NOTIFY_TEXT_TEMPLATE_ID, notifyCallbackToken, waysUnset } from '../config/mail-way.ts';
import type { NotifySettings } from '../config/mail-way.ts';
import type { Mailbox } from '../config/variables.ts';
import { NO_SECOND_PERSON, readSecondPerson, SECOND_PERSON_IS } from '../desk/second-person.ts';
import type { SecondPerson } from '../desk/second-person.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { LONGEST_SESSIONS, SESSION_LENGTHS } from '../postgres/access/sessions.ts';
import type { SessionLengths } from '../postgres/access/sessions.ts';
import { EMAIL, TELEPHONE } from '../register/person-row.ts';
import type { PayloadKeys } from '../temporal/payload-codec.ts';
import { readTemporalTarget } from '../config/temporal-target.ts';
import type { TemporalTarget } from '../config/temporal-target.ts';
import type { Contact } from './shared/services.ts';

/**
 * Whose word about a sender's address is trusted: nobody's, that of a number of nearest proxies, or that of proxies in
 * these networks. There is no "everybody's": a sender could then write any address into `X-Forwarded-For` and get round
 * the limits.
 */
export type TrustProxy = false | number | readonly string[];

/** Every setting that the web service reads from its environment; docs/operations.md has the table. */
export type WebConfig = {
  readonly databaseUrl: string;
  /** How long a page's statement may take, and how long it may wait for a lock. */
  readonly databasePatience: { readonly statementMs: number; readonly lockMs: number };
  readonly temporal: TemporalTarget & { readonly taskQueue: string };
  readonly host: string;
  readonly port: number;
  /** Where health is served; null: among the pages. */
  readonly health: { readonly host: string; readonly port: number } | null;
  /**
   * The address under which people reach the service, without a slash at the end. Every link that is sent begins with
   * it.
   */
  readonly publicUrl: string;
  /** Signs links. The worker must have the same. */
  readonly linkSecret: string;
  readonly trustProxy: TrustProxy;
  /** How long somebody stays signed in. */
  readonly sessionLengths: SessionLengths;
  /** For sign-in links and copies of answers. The same as the worker's. */
  readonly mail: {
    /** Null where GOV.UK Notify has the post. */
    readonly smtpUrl: string | null;
    /** Null where a mail server has the post. */
    readonly notify: NotifySettings | null;
    /** Text messages, which go by GOV.UK Notify whatever the e-mails go by; null: they are not set up. */
    readonly texts: { readonly apiKey: string; readonly templateId: string; readonly url: string | null } | null;
    /** What GOV.UK Notify proves itself with when it tells what became of a message; null: it is asked instead. */
    readonly callbackToken: string | null;
    /** Nothing is sent over a connection that is not encrypted. */
    readonly requireTls: boolean;
    readonly from: Mailbox;
    /** The right-hand side of every `Message-ID`. */
    readonly domain: string;
    /** Domains that may be written to, each with its subdomains. `'all'` only when somebody set it so. */
    readonly allowedDomains: readonly string[] | 'all';
  };
  readonly payloadKeys: PayloadKeys | null;
  /** The origin of Temporal's own page, which is shown plain words; null: none is. */
  readonly codecOrigin: string | null;
  /** What one person proposes and another has to approve. */
  readonly secondPerson: SecondPerson;
  /** A training copy, in which time is moved, and where its mailbox is shown if that is known; null for a real service. */
  readonly sandbox: { readonly mailboxUrl: string | null } | null;
  /** Who runs this service and whom to ask, for the pages that anybody may read. */
  readonly contact: Contact;
};

export type WebConfigRefusal = Reason & { readonly kind: 'bad-configuration' };

const milliseconds = (unlessTold: number) =>
  z.coerce
    .number('must be a number of milliseconds')
    .int()
    .min(100, 'must be at least 100')
    .max(120_000, 'must be at most 120000')
    .default(unlessTold);

const TRUST = 'must be no, the number of proxies (1 to 9), or their addresses or networks with commas between, such as 10.0.0.0/8';
const trustProxy = z.string().transform((text, context): TrustProxy => {
  if (text === 'no') return false;
  if (/^[1-9]$/.test(text)) return Number(text);
  const networks = text.split(',').map((one) => one.trim());
  if (networks.every(isNetwork)) return networks;
  context.addIssue(TRUST);
  return z.NEVER;
});

/** An address, or a network whose prefix leaves something out: /0 would be everybody. */
function isNetwork(text: string): boolean {
  const [address = '', prefix, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

const secondPerson = z.string().transform((text, context): SecondPerson => {
  const read = readSecondPerson(text);
  if (read !== null) return read;
  context.addIssue(SECOND_PERSON_IS);
  return z.NEVER;
});

/** Only this page may read what Temporal keeps, so its address is compared as a browser names it, without a path. */
const origin = z
  .string()
  .refine(
    (text) => /^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'must be the origin of Temporal’s page as a browser names it: https://temporal.example or http://localhost:8233, without a path, in small letters',
  );

const VARIABLES = z.object({
  ...SHARED,
  WEB_STATEMENT_TIMEOUT_MS: milliseconds(10_000),
  WEB_LOCK_TIMEOUT_MS: milliseconds(3_000),
  WEB_HOST: host.default('127.0.0.1'),
  WEB_PORT: port.default(8000),
  WEB_HEALTH_HOST: host.optional(),
  WEB_HEALTH_PORT: port.default(0),
  WEB_URL: webUrl,
  LINK_SECRET: linkSecret,
  TRUST_PROXY: trustProxy.default(false),
  WEB_SESSION_IDLE_HOURS: wholeNumber(1, LONGEST_SESSIONS.idleHours).default(SESSION_LENGTHS.idleHours),
  WEB_SESSION_DAYS: wholeNumber(1, LONGEST_SESSIONS.longestDays).default(SESSION_LENGTHS.longestDays),
  ...MAIL_WAY,
  NOTIFY_TEXT_TEMPLATE_ID,
  NOTIFY_CALLBACK_TOKEN: notifyCallbackToken.optional(),
  CODEC_UI_ORIGIN: origin.optional(),
  SECOND_PERSON: secondPerson.default(NO_SECOND_PERSON),
  SANDBOX_MAILBOX_URL: url(['https:', 'http:'], 'must be a URL that begins with https:// or http://').optional(),
  SERVICE_OPERATOR: z.string().max(100, 'must be at most 100 characters').optional(),
  SERVICE_EMAIL: z.string().regex(EMAIL, 'must be an e-mail address').optional(),
  SERVICE_TELEPHONE: z.string().regex(TELEPHONE, 'must be a telephone number').optional(),
});

/**
 * Reads the web service's configuration from the environment. Reports all faults at once, without showing any value.
 */
export function readWebConfig(env: NodeJS.ProcessEnv): Result<WebConfig, WebConfigRefusal> {
  const given = Object.fromEntries(Object.keys(VARIABLES.shape).flatMap((name) => (env[name]?.trim() ? [[name, env[name]?.trim()]] : [])));
  const read = VARIABLES.safeParse(given);
  const target = readTemporalTarget(env);
  const unset = [
    ...waysUnset(given),
    ...(given['NOTIFY_TEXT_TEMPLATE_ID'] !== undefined && given['NOTIFY_API_KEY'] === undefined && given['MAIL_VIA'] !== 'notify'
      ? ['NOTIFY_API_KEY']
      : []),
  ];
  if (!read.success || unset.length > 0 || !target.ok) {
    const faults = [
      ...(read.error?.issues ?? []).map(({ path, message }) => `  ${String(path[0])} ${String(path[0]) in given ? message : 'is not set'}`),
      ...unset.map((name) => `  ${name} is not set`),
      ...(target.ok ? [] : target.reason.faults).map(({ name, problem }) => `  ${name} ${problem}`),
    ];
    return refused({
      kind: 'bad-configuration',
      message: `The web service cannot start with this environment:\n${[...new Set(faults)].join('\n')}`,
      remedy: 'Correct these variables and start it again. All of them are described in docs/operations.md.',
    });
  }
  const v = read.data;
  const realAddresses = sandboxFault(v.SANDBOX, v.MAIL_ALLOWED_DOMAINS);
  if (realAddresses !== null) {
    return refused({
      kind: 'bad-configuration',
      message: `The web service cannot start with this environment:\n  SANDBOX ${realAddresses}`,
      remedy: 'Take SANDBOX away, or leave MAIL_ALLOWED_DOMAINS empty: then only reserved domains are written to.',
    });
  }
  return ok({
    databaseUrl: v.DATABASE_URL,
    databasePatience: { statementMs: v.WEB_STATEMENT_TIMEOUT_MS, lockMs: v.WEB_LOCK_TIMEOUT_MS },
    temporal: { ...target.value, taskQueue: v.TEMPORAL_TASK_QUEUE },
    host: v.WEB_HOST,
    port: v.WEB_PORT,
    health: v.WEB_HEALTH_PORT === 0 ? null : { host: v.WEB_HEALTH_HOST ?? v.WEB_HOST, port: v.WEB_HEALTH_PORT },
    publicUrl: v.WEB_URL,
    linkSecret: v.LINK_SECRET,
    trustProxy: v.TRUST_PROXY,
    sessionLengths: { idleHours: v.WEB_SESSION_IDLE_HOURS, longestDays: v.WEB_SESSION_DAYS },
    mail: {
      ...mailWayOf(v),
      texts:
        v.NOTIFY_API_KEY === undefined || v.NOTIFY_TEXT_TEMPLATE_ID === undefined
          ? null
          : { apiKey: v.NOTIFY_API_KEY, templateId: v.NOTIFY_TEXT_TEMPLATE_ID, url: v.NOTIFY_URL ?? null },
      callbackToken: v.NOTIFY_CALLBACK_TOKEN ?? null,
      requireTls: v.SMTP_REQUIRE_TLS,
      from: v.MAIL_FROM,
      domain: v.MAIL_DOMAIN ?? domainOfMailbox(v.MAIL_FROM),
      allowedDomains: v.MAIL_ALLOWED_DOMAINS,
    },
    payloadKeys: v.CHASER_PAYLOAD_KEYS,
    codecOrigin: v.CODEC_UI_ORIGIN ?? null,
    secondPerson: v.SECOND_PERSON,
    sandbox: v.SANDBOX ? { mailboxUrl: v.SANDBOX_MAILBOX_URL ?? null } : null,
    contact: { operator: v.SERVICE_OPERATOR ?? null, email: v.SERVICE_EMAIL ?? null, telephone: v.SERVICE_TELEPHONE ?? null },
  });
}
