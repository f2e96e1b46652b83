import { z } from 'zod';
import {
  domainOfMailbox,
  host,
  linkSecret,
  mailboxUrl,
  plainAddress,
  port,
  sandboxFault,
  SHARED,
  webUrl,
  wholeNumber,
} from '../config/variables.ts';
import { MAIL_WAY, MAIL_WAY_EXAMPLES, mailWayOf, waysUnset } from '../config/mail-way.ts';
import type { NotifySettings } from '../config/mail-way.ts';
import type { Mailbox } from '../config/variables.ts';
import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { PayloadKeys } from '../temporal/payload-codec.ts';
import { readTemporalTarget, TEMPORAL_EXAMPLES } from '../config/temporal-target.ts';
import type { TemporalFault, TemporalTarget } from '../config/temporal-target.ts';

/** Everything a worker reads from its environment. docs/operations.md has the table. */
export type WorkerConfig = {
  readonly databaseUrl: string;
  readonly temporal: TemporalTarget & { readonly taskQueue: string };
  /** The name under which Temporal knows the builds of this Chaser; null: workers are not versioned. `buildId` null: worked out from the sources. */
  readonly versioned: { readonly deploymentName: string; readonly buildId: string | null } | null;
  readonly mail: {
    /** Null where GOV.UK Notify has the post. */
    readonly smtpUrl: string | null;
    /** Null where a mail server has the post. */
    readonly notify: NotifySettings | null;
    /** Nothing is sent over a connection that is not encrypted. */
    readonly requireTls: boolean;
    readonly from: Mailbox;
    /** The right-hand side of every `Message-ID`. */
    readonly domain: string;
    /** Domains that may be written to, each with its subdomains; `'all'` only when the configuration says so. */
    readonly allowedDomains: readonly string[] | 'all';
    readonly maxConnections: number;
    /** The most e-mails a second; null means as fast as the server takes them. */
    readonly perSecond: number | null;
    /** How many e-mails are sent side by side. At most this many are sent twice when a worker is killed. */
    readonly atATime: number;
    /** How long reminders wait to be sent together. */
    readonly gatheringSeconds: number;
    /** How long a killed worker's letters wait before another takes them over. */
    readonly leaseSeconds: number;
    /** The first pause before an address that answered "try later" is tried again. */
    readonly retrySeconds: number;
    /** The address of the mailbox that is read: letters ask for replies there too, each under a name of its own after a plus. */
    readonly inboxAddress: string | null;
  };
  /** The mailbox in which replies and reports arrive; null when none is read. */
  readonly inbox: { readonly url: string; readonly everySeconds: number } | null;
  /** Makes the links that let people answer from a letter; null when there is no web service. */
  readonly links: { readonly publicUrl: string; readonly secret: string } | null;
  readonly mailrooms: number;
  /** Whether this is a training copy, in which time is moved. */
  readonly sandbox: boolean;
  readonly payloadKeys: PayloadKeys | null;
  /** Where health and metrics are served; null: on all interfaces. */
  readonly healthHost: string | null;
  /** Null: there is no health server. */
  readonly healthPort: number | null;
  /** Null: the SDK's own metrics are not served. */
  readonly sdkMetricsPort: number | null;
  readonly logLevel: LogLevel;
  readonly maxCachedWorkflows: number;
};

const NO_SECRET = 'is set, and LINK_SECRET is not, so no letter could hold a link; set both to the values of the web service, or neither';

/** Told to tests and to people who check a configuration. */
export { RESERVED_DOMAINS } from '../config/variables.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ConfigRefusal = Reason & { readonly kind: 'bad-configuration'; readonly faults: readonly ConfigFault[] };

/** What is wrong with one variable. It never holds the value, which may be a password. */
export type ConfigFault = { readonly name: string; readonly problem: string; readonly example: string };

const NO_DEPLOYMENT = 'is set, and TEMPORAL_DEPLOYMENT_NAME is not, so workers are not versioned; set both, or neither';
const versionPart = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'must be letters, digits, - and _, 100 at most');
const buildPart = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, ., - and _, 100 at most');

const portOrOff = port.transform((given) => (given === 0 ? null : given));

const VARIABLES = z.object({
  ...SHARED,
  TEMPORAL_DEPLOYMENT_NAME: versionPart.optional(),
  TEMPORAL_WORKER_BUILD_ID: buildPart.optional(),
  ...MAIL_WAY,
  MAIL_MAX_CONNECTIONS: wholeNumber(1, 100).default(5),
  MAIL_PER_SECOND: wholeNumber(1, 10_000).optional(),
  MAIL_AT_A_TIME: wholeNumber(1, 100).default(5),
  MAIL_GATHERING_SECONDS: wholeNumber(0, 3_600).default(60),
  MAIL_LEASE_SECONDS: wholeNumber(5, 600).default(30),
  MAIL_RETRY_SECONDS: wholeNumber(1, 3_600).default(300),
  MAILROOMS: wholeNumber(1, 64).default(1),
  INBOX_URL: mailboxUrl.optional(),
  INBOX_ADDRESS: plainAddress.optional(),
  INBOX_SECONDS: wholeNumber(10, 3_600).default(60),
  WEB_URL: webUrl.optional(),
  LINK_SECRET: linkSecret.optional(),
  HEALTH_HOST: host.optional(),
  HEALTH_PORT: portOrOff.default(8080),
  SDK_METRICS_PORT: portOrOff.default(null),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  MAX_CACHED_WORKFLOWS: wholeNumber(1, 100_000).default(500),
});

/** The variables that a worker reads, each with an example that is accepted. */
export const CONFIG_EXAMPLES: Readonly<Record<keyof typeof VARIABLES.shape | keyof typeof TEMPORAL_EXAMPLES, string>> = {
  DATABASE_URL: 'postgres://chaser:password@localhost:5432/chaser',
  ...TEMPORAL_EXAMPLES,
  TEMPORAL_TASK_QUEUE: 'chaser',
  TEMPORAL_DEPLOYMENT_NAME: 'chaser',
  TEMPORAL_WORKER_BUILD_ID: '0.3.0',
  ...MAIL_WAY_EXAMPLES,
  SMTP_REQUIRE_TLS: 'yes',
  MAIL_FROM: 'Chaser <chaser@mail.example>',
  MAIL_DOMAIN: 'mail.example',
  MAIL_ALLOWED_DOMAINS: 'school.example,trust.example',
  MAIL_MAX_CONNECTIONS: '5',
  MAIL_PER_SECOND: '20',
  MAIL_AT_A_TIME: '5',
  MAIL_GATHERING_SECONDS: '60',
  MAIL_LEASE_SECONDS: '30',
  MAIL_RETRY_SECONDS: '300',
  MAILROOMS: '1',
  INBOX_URL: 'imaps://chaser:password@mail.example/INBOX',
  INBOX_ADDRESS: 'chaser@mail.example',
  INBOX_SECONDS: '60',
  WEB_URL: 'https://chaser.mail.example',
  LINK_SECRET: 'the same for worker and web: openssl rand -base64 32',
  CHASER_PAYLOAD_KEYS: '2026-spring:<openssl rand -base64 32>',
  HEALTH_HOST: '127.0.0.1',
  HEALTH_PORT: '8080',
  SDK_METRICS_PORT: '9464',
  LOG_LEVEL: 'info',
  MAX_CACHED_WORKFLOWS: '500',
  SANDBOX: 'no',
};

/**
 * Reads a worker's configuration from the environment. An empty variable counts as not set. All faults are reported at
 * once, each with the variable's name, what is wrong and an example, but never with the value.
 */
export function readWorkerConfig(env: NodeJS.ProcessEnv): Result<WorkerConfig, ConfigRefusal> {
  const given = Object.fromEntries(
    Object.keys(CONFIG_EXAMPLES).flatMap((name) => {
      const value = env[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const read = VARIABLES.safeParse(given);
  const target = readTemporalTarget(env);
  const unset = waysUnset(given).map((name): z.core.$ZodIssue => ({
    code: 'custom',
    path: [name],
    message: 'is not set',
    input: undefined,
  }));
  if (!read.success || unset.length > 0 || !target.ok)
    return refused(refusal([...(read.error?.issues ?? []), ...unset], target.ok ? [] : target.reason.faults, given));

  const v = read.data;
  const together = [
    { path: ['SANDBOX'], message: sandboxFault(v.SANDBOX, v.MAIL_ALLOWED_DOMAINS) },
    {
      path: ['TEMPORAL_WORKER_BUILD_ID'],
      message: v.TEMPORAL_WORKER_BUILD_ID !== undefined && v.TEMPORAL_DEPLOYMENT_NAME === undefined ? NO_DEPLOYMENT : null,
    },
    { path: ['WEB_URL'], message: v.WEB_URL !== undefined && v.LINK_SECRET === undefined ? NO_SECRET : null },
  ].flatMap(({ path, message }) => (message === null ? [] : [{ code: 'custom' as const, path, message, input: undefined }]));
  if (together.length > 0) return refused(refusal(together, [], given));
  return ok({
    databaseUrl: v.DATABASE_URL,
    temporal: { ...target.value, taskQueue: v.TEMPORAL_TASK_QUEUE },
    versioned:
      v.TEMPORAL_DEPLOYMENT_NAME === undefined
        ? null
        : { deploymentName: v.TEMPORAL_DEPLOYMENT_NAME, buildId: v.TEMPORAL_WORKER_BUILD_ID ?? null },
    mail: {
      ...mailWayOf(v),
      requireTls: v.SMTP_REQUIRE_TLS,
      from: v.MAIL_FROM,
      domain: v.MAIL_DOMAIN ?? domainOfMailbox(v.MAIL_FROM),
      allowedDomains: v.MAIL_ALLOWED_DOMAINS,
      maxConnections: v.MAIL_MAX_CONNECTIONS,
      perSecond: v.MAIL_PER_SECOND ?? null,
      atATime: v.MAIL_AT_A_TIME,
      gatheringSeconds: v.MAIL_GATHERING_SECONDS,
      leaseSeconds: v.MAIL_LEASE_SECONDS,
      retrySeconds: v.MAIL_RETRY_SECONDS,
      inboxAddress: v.INBOX_ADDRESS ?? null,
    },
    inbox: v.INBOX_URL === undefined ? null : { url: v.INBOX_URL, everySeconds: v.INBOX_SECONDS },
    links: v.WEB_URL === undefined || v.LINK_SECRET === undefined ? null : { publicUrl: v.WEB_URL, secret: v.LINK_SECRET },
    mailrooms: v.MAILROOMS,
    sandbox: v.SANDBOX,
    payloadKeys: v.CHASER_PAYLOAD_KEYS,
    healthHost: v.HEALTH_HOST ?? null,
    healthPort: v.HEALTH_PORT,
    sdkMetricsPort: v.SDK_METRICS_PORT,
    logLevel: v.LOG_LEVEL,
    maxCachedWorkflows: v.MAX_CACHED_WORKFLOWS,
  });
}

function refusal(
  issues: readonly z.core.$ZodIssue[],
  temporal: readonly TemporalFault[],
  given: Readonly<Record<string, string>>,
): ConfigRefusal {
  const faults = new Map<string, ConfigFault>();
  for (const { path, message } of issues) {
    const name = path[0] as keyof typeof CONFIG_EXAMPLES;
    if (faults.has(name)) continue;
    faults.set(name, { name, problem: name in given ? message : 'is not set', example: CONFIG_EXAMPLES[name] });
  }
  for (const { name, problem } of temporal)
    faults.set(name, { name, problem, example: name in TEMPORAL_EXAMPLES ? CONFIG_EXAMPLES[name as keyof typeof TEMPORAL_EXAMPLES] : '' });
  const lines = [...faults.values()].map(
    ({ name, problem, example }) => `  ${name} ${problem}.${example === '' ? '' : ` Example: ${name}=${example}`}`,
  );
  return {
    kind: 'bad-configuration',
    message: `The worker cannot start with this environment:\n${lines.join('\n')}`,
    remedy: 'Correct these variables and start it again. All of them are described in docs/operations.md.',
    faults: [...faults.values()],
  };
}
