import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswerLinks } from '../mail/answer-links.ts';
import { createMail } from '../mail/create-mail.ts';
import { openDatabase } from '../postgres/database.ts';
import { RESERVED_DOMAINS } from '../config/variables.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { enterSandbox } from '../postgres/sandbox/sandbox.ts';
import { tryWrite } from '../postgres/takes-writes.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import type { TemporalTarget } from '../config/temporal-target.ts';
import { readWorkerConfig } from './config.ts';
import { createDigests, setUpDigestSchedule } from './digests.ts';
import { createEngine } from './engine.ts';
import { readInbox } from './inbox.ts';
import { readNoMailbox } from '../postgres/desk/mailbox-reading.ts';
import { serveHealth } from './health.ts';
import { createLog, sdkLogger } from './log.ts';
import { createMetrics } from './metrics.ts';

/** The worker: reads its configuration, wires the engine, and works until it is told to stop. */
const config = readWorkerConfig(process.env);
if (!config.ok) {
  process.stderr.write(`${config.reason.message}\n${config.reason.remedy}\n`);
  process.exit(2);
}
const {
  databaseUrl,
  temporal,
  mail: post,
  healthHost,
  healthPort,
  sdkMetricsPort,
  links,
  inbox,
  mailrooms,
  payloadKeys,
  maxCachedWorkflows,
  sandbox,
} = config.value;
const log = createLog(config.value.logLevel);

Runtime.install({
  logger: sdkLogger(log),
  shutdownSignals: [],
  ...(sdkMetricsPort === null
    ? {}
    : { telemetryOptions: { metrics: { prometheus: { bindAddress: `${bracketed(healthHost ?? '0.0.0.0')}:${sdkMetricsPort}` } } } }),
});

const database = openDatabase(databaseUrl, {
  max: 20,
  movedTime: sandbox,
  onIdleError: (error) => log.warn({ err: error }, 'A database connection broke.'),
});
const metrics = createMetrics(database);
const { port: mail, notify } = createMail(post, { maxConnections: post.maxConnections, ratePerSecond: post.perSecond });

const STOP_WITHIN_MS = 25_000;
let stopping = false;
let worker: Worker | undefined;
const stop = (signal: string): void => {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, 'Stopping: what runs is finished first.');
  worker?.shutdown();
  // When Temporal is gone too, nothing tells the worker that it has finished.
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
};
process.once('SIGTERM', () => stop('SIGTERM'));
process.once('SIGINT', () => stop('SIGINT'));
// `npm start` started this worker. Without `npm start` nobody would ever stop it.
process.once('disconnect', () => stop('disconnect'));

const connection = await connectPatiently(temporal);
const health =
  healthPort === null
    ? null
    : await serveHealth(
        { host: healthHost, port: healthPort },
        [
          { name: 'postgresql', ask: () => tryWrite(database) },
          { name: 'temporal', ask: async () => void (await connection.workflowService.getSystemInfo({})) },
          { name: 'worker', ask: async () => (worker?.getState() === 'RUNNING' ? undefined : Promise.reject(new Error('not running'))) },
        ],
        metrics,
      );

const dataConverter = createDataConverter(payloadKeys, createPinStore(database));
if (!stopping) await enterPatiently();
// A wrong key or template is told before the first letter meets it. Nothing is held for it here: the first letter says so again.
if (!stopping && notify !== null)
  await mail.verify().catch((error: unknown) => log.error({ err: error }, 'GOV.UK Notify cannot take the post.'));
if (!stopping) {
  worker = await createEngine({
    database,
    mail,
    connection,
    namespace: temporal.namespace,
    taskQueue: temporal.taskQueue,
    dataConverter,
    maxCachedWorkflows,
    mailrooms,
    gatheringMs: post.gatheringSeconds * 1_000,
    retrySeconds: post.retrySeconds,
    leaseSeconds: post.leaseSeconds,
    atATime: post.atATime,
    links: links === null ? null : createAnswerLinks(links),
    ...(links === null ? {} : { digests: createDigests(database, links.publicUrl) }),
    observe: metrics.observe,
  });
  log.info({ namespace: temporal.namespace, taskQueue: temporal.taskQueue, port: healthPort }, 'The worker is ready.');
  // In a training copy people move the time, and Temporal's own clock knows nothing of it: there the web service writes the summaries.
  if (links !== null && !sandbox) void setUpPatiently();
  // Otherwise the service page would go on telling of a mailbox that is read no more.
  if (inbox === null)
    await readNoMailbox(database).catch((error: unknown) => log.warn({ err: error }, 'That no mailbox is read could not be noted.'));
  const reader = inbox === null ? null : readInbox({ database, url: inbox.url, everyMs: inbox.everySeconds * 1_000, log });
  await worker.run();
  await reader?.stop();
}

health?.close();
mail.close();
await connection.close();
await database.end();
log.info({}, 'The worker has stopped.');
process.exit(0);

/** Servers may start after the worker does. Reports that it is waiting and tries again until it is told to stop. */
async function connectPatiently({ connection }: TemporalTarget): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(connection);
    } catch (error) {
      if (stopping) process.exit(0);
      log.warn({ err: error }, 'Temporal does not answer yet; trying again.');
      await sleep(2_000);
    }
  }
}

/** The engine works without the schedule of the summaries. It is set up as soon as Temporal allows it. */
async function setUpPatiently(): Promise<void> {
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter });
  while (!stopping) {
    try {
      return await setUpDigestSchedule(client, temporal.taskQueue);
    } catch (error) {
      log.warn({ err: error }, 'The schedule of the weekly summaries is not set up yet; trying again.');
      await sleep(30_000);
    }
  }
}

/** A training copy and a real service never work on one database. One that does not answer yet is asked until it does. */
async function enterPatiently(): Promise<void> {
  while (!stopping) {
    try {
      const may = await enterSandbox(database, sandbox, RESERVED_DOMAINS);
      if (may.ok) return;
      process.stderr.write(`${may.reason.message}\n${may.reason.remedy}\n`);
      process.exit(2);
    } catch (error) {
      log.warn({ err: error }, 'PostgreSQL does not answer yet; trying again.');
      await sleep(2_000);
    }
  }
}

/** An address of IPv6 stands in brackets before a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
