import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { letApplicationIn, namesAnotherRole } from '../postgres/application-role.ts';
import { migrate } from '../postgres/migrate.ts';
import { connectClient } from '../temporal/connect.ts';
import { readTemporalTarget, TEMPORAL_EXAMPLES } from '../config/temporal-target.ts';
import { ensureNamespace } from '../temporal/namespace.ts';
import { DATA, ensureFolder, PROJECT, STACK_FILE } from './folders.ts';
import { freePort } from './free-port.ts';
import { startMailbox } from './mailbox.ts';
import { runs, startPart } from './part.ts';
import type { Part } from './part.ts';
import { ensureDatabase, startPostgres } from './postgres-server.ts';
import { findTemporalExecutable } from './temporal-executable.ts';
import { startTemporal } from './temporal-server.ts';
import { fetchPage, untilReady } from './until-ready.ts';

/** What other commands need to know of the Chaser that runs in this folder. */
export type Stack = {
  readonly pid: number;
  /** As the application connects, which may not alter the record. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalPage: string | null;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly smtpUrl: string;
  readonly mailboxPage: string;
  readonly webUrl: string;
  readonly healthUrl: string;
};

/** How one part is started, and restarted after a crash: always at the same place. */
export type Recipe = { readonly name: string; readonly start: () => Promise<Part> };

export type StartedStack = {
  readonly stack: Stack;
  /** In the order in which they were started; they are ended in reverse order. */
  readonly recipes: readonly { readonly recipe: Recipe; readonly part: Part }[];
};

/** None of the variables that say where Temporal is. */
const NO_TEMPORAL = Object.fromEntries(Object.keys(TEMPORAL_EXAMPLES).map((name) => [name, '']));
const NAMESPACE = 'default';
const TASK_QUEUE = 'chaser';

/** The Chaser that runs in this folder, if there is one. */
export function runningStack(): Stack | undefined {
  if (!existsSync(STACK_FILE)) return undefined;
  const stack = JSON.parse(readFileSync(STACK_FILE, 'utf8')) as Stack;
  return runs(stack.pid, 'main.ts') ? stack : undefined;
}

/**
 * Starts everything and writes down where it is. Each part keeps its old port when that is free and gets another when
 * it is not. When one part does not start, those already started are ended again.
 */
export async function startStack(say: (text: string) => void): Promise<StartedStack> {
  const logs = ensureFolder(join(DATA, 'logs'));
  const log = (name: string) => join(logs, `${name}.log`);
  const recipes: { recipe: Recipe; part: Part }[] = [];
  const begin = async (recipe: Recipe): Promise<void> => {
    recipes.push({ recipe, part: await recipe.start() });
  };

  try {
    const postgresPort = await freePort(54329);
    let databaseUrl = process.env['DATABASE_URL'] ?? '';
    let ownerUrl = process.env['DATABASE_OWNER_URL'] || databaseUrl;
    if (databaseUrl === '') {
      say('Starting PostgreSQL.');
      await begin({
        name: 'PostgreSQL',
        start: async () => {
          const server = await startPostgres({ folder: join(DATA, 'postgres'), port: postgresPort, logFile: log('postgresql'), say });
          ownerUrl = await ensureDatabase(server, 'chaser');
          databaseUrl = Object.assign(new URL(ownerUrl), { username: 'chaser_app', password: secretOf('application-password') }).href;
          return server.part;
        },
      });
    }
    await migrate(ownerUrl);
    if (namesAnotherRole(ownerUrl, databaseUrl)) {
      const admitted = await letApplicationIn(ownerUrl, databaseUrl);
      if (!admitted.ok) throw new Error(`${admitted.reason.message} ${admitted.reason.remedy}`);
    }

    // Somebody's own server is spoken to as the environment says; ours without TLS, whatever else the environment holds.
    const named = process.env['TEMPORAL_ADDRESS'] ? readTemporalTarget(process.env) : null;
    if (named !== null && !named.ok) throw new Error(`${named.reason.message}\n${named.reason.remedy}`);
    let temporalAddress = named?.value.address ?? '';
    let temporalPage: string | null = null;
    if (temporalAddress === '') {
      const executable = await findTemporalExecutable(say);
      const port = await freePort(7233);
      say('Starting the Temporal server.');
      await begin({
        name: 'Temporal',
        start: async () => {
          const server = await startTemporal({ executable, folder: join(DATA, 'temporal'), port, logFile: log('temporal'), say });
          ({ address: temporalAddress, page: temporalPage } = server);
          return server.part;
        },
      });
    }
    const connection = await connectClient(named?.value ?? { connection: { address: temporalAddress } });
    await ensureNamespace(connection, NAMESPACE);
    await connection.close();

    say('Starting the mailbox.');
    const mailPorts = { smtp: await freePort(1025), page: await freePort(1080) };
    await begin({
      name: 'the mailbox',
      start: () => startMailbox({ ...mailPorts, folder: join(DATA, 'mail'), logFile: log('mailbox'), say }),
    });

    say('Starting the worker and the web service.');
    const healthPort = await freePort(8088);
    const webPort = await freePort(8000);
    const smtpUrl = `smtp://127.0.0.1:${mailPorts.smtp}`;
    const webUrl = `http://127.0.0.1:${webPort}`;
    const shared = {
      DATABASE_URL: databaseUrl,
      // None of them is told the owner's.
      DATABASE_OWNER_URL: '',
      ...(named === null ? NO_TEMPORAL : {}),
      TEMPORAL_ADDRESS: temporalAddress,
      TEMPORAL_NAMESPACE: NAMESPACE,
      TEMPORAL_TASK_QUEUE: TASK_QUEUE,
      SMTP_URL: smtpUrl,
      MAIL_FROM: 'Chaser <chaser@post.chaser.example>',
      // Only the reserved domains, whatever the machine's environment says: time is moved here.
      MAIL_ALLOWED_DOMAINS: '',
      SANDBOX: 'yes',
      WEB_URL: webUrl,
      // Links that were sent before a restart still work.
      LINK_SECRET: secretOf('link-secret'),
    };
    await begin({
      name: 'the worker',
      start: () =>
        startPart({
          name: 'the worker',
          command: process.execPath,
          args: [fileURLToPath(new URL('../worker/main.ts', import.meta.url))],
          cwd: PROJECT,
          env: {
            ...shared,
            HEALTH_PORT: String(healthPort),
            // People who try Chaser out do not want to wait a minute for a reminder.
            MAIL_GATHERING_SECONDS: '5',
          },
          logFile: log('worker'),
          stopSignal: 'SIGTERM',
          endsWithUs: true,
        }),
    });

    await begin({
      name: 'the web service',
      start: async () => {
        const part = await startPart({
          name: 'the web service',
          command: process.execPath,
          args: [fileURLToPath(new URL('../web/main.ts', import.meta.url))],
          cwd: PROJECT,
          env: {
            ...shared,
            WEB_PORT: String(webPort),
            SANDBOX_MAILBOX_URL: `http://127.0.0.1:${mailPorts.page}`,
            SERVICE_OPERATOR: 'The delivery partner of the sample',
            SERVICE_EMAIL: 'help@delivery.example',
            SERVICE_TELEPHONE: '01632 960999',
          },
          logFile: log('web'),
          stopSignal: 'SIGTERM',
          endsWithUs: true,
        });
        await untilReady({ part, logFile: log('web'), say }, () => fetchPage(`${webUrl}/healthz`));
        return part;
      },
    });

    const stack: Stack = {
      pid: process.pid,
      databaseUrl,
      temporalAddress,
      temporalPage,
      namespace: NAMESPACE,
      taskQueue: TASK_QUEUE,
      smtpUrl,
      mailboxPage: `http://127.0.0.1:${mailPorts.page}`,
      webUrl,
      healthUrl: `http://127.0.0.1:${healthPort}`,
    };
    writeFileSync(STACK_FILE, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
    return { stack, recipes };
  } catch (error) {
    await stopParts(recipes.map(({ part }) => part));
    throw error;
  }
}

/** A secret of this folder, made once and the same ever after. */
function secretOf(name: 'link-secret' | 'application-password'): string {
  const file = join(DATA, name);
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** Ends parts, the last started first. */
export async function stopParts(parts: readonly Part[]): Promise<void> {
  for (const part of parts.toReversed()) await part.stop();
}

/** Nothing should try to reach a Chaser that has stopped. */
export function forgetStack(): void {
  rmSync(STACK_FILE, { force: true });
}
