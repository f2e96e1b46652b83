import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Worker } from '@temporalio/worker';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnswerLinks } from '../mail/answer-links.ts';
import { createMail } from '../mail/create-mail.ts';
import { openDatabase } from '../postgres/database.ts';
import { whyNotListening } from '../config/listening.ts';
import { RESERVED_DOMAINS } from '../config/variables.ts';
import { createWaves } from '../postgres/surveys/wake.ts';
import { writeWaveLetter } from '../mail/survey-note.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import type { Reason } from '../domain/result.ts';
import { whyTooNew } from '../postgres/newer-data.ts';
import { enterSandbox } from '../postgres/sandbox/sandbox.ts';
import { tryWrite } from '../postgres/takes-writes.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { hasNamespace } from '../temporal/namespace.ts';
import { pollersOf } from '../temporal/pollers.ts';
import { addMissingAttributes } from '../temporal/search-attributes.ts';
import type { TemporalTarget } from '../config/temporal-target.ts';
import { tellOfNoWork } from './asks-for-work.ts';
import type { NoWork, Standing } from './asks-for-work.ts';
import { readWorkerConfig } from './config.ts';
import { createDigests, setUpDigestSchedule } from './digests.ts';
import { createEngine, postConnections } from './engine.ts';
import { readInbox } from './inbox.ts';
import { readNoMailbox } from '../postgres/desk/mailbox-reading.ts';
import { serveHealth } from './health.ts';
import { raiseMailrooms } from './mailroom-priority.ts';
import { lookForNewOnes } from './forecasts/new-ones.ts';
import { setUpForecastSchedule } from './forecasts/schedule.ts';
import { createLog, sdkLogger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { buildIdOf, bundleWorkflows, findWorkflowBundle } from './workflow-bundle.ts';
import { setUpWatchdogSchedule } from './watchdog/schedule.ts';

/** The worker: reads its configuration, wires the engine, and works until it is told to stop. */
const config = readWorkerConfig(process.env);
if (!config.ok) endBecause(config.reason);
const {
  databaseUrl,
  temporal,
  versioned,
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
const keptBundle = findWorkflowBundle();
if (!keptBundle.ok) endBecause(keptBundle.reason);

if (sdkMetricsPort !== null) await mustBeFree(sdkMetricsPort);
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
const postDatabase = openDatabase(databaseUrl, {
  max: postConnections(mailrooms),
  planOnce: true,
  movedTime: sandbox,
  onIdleError: (error) => log.warn({ err: error }, 'A database connection of the post broke.'),
});
const metrics = createMetrics(database);
const { port: mail, notify } = createMail(post, { maxConnections: post.maxConnections, ratePerSecond: post.perSecond });

const STOP_WITHIN_MS = 25_000;
/** With this a new deployment has a forecast within a minute. */
const NEW_FORECASTS_EVERY_MS = 30_000;
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

const WHERE = { Temporal: ` at ${temporal.address} (TEMPORAL_ADDRESS)`, PostgreSQL: ' (DATABASE_URL)', 'its own start': '' } as const;
/** What the worker waits for before it can ask for work; null once it asks. */
let waitingFor: 'Temporal' | 'PostgreSQL' | 'its own start' | null = 'Temporal';
const reached: { connection?: NativeConnection } = {};
// Served before anything is reached: whoever looks sees that the process lives, and what it waits for.
const health =
  healthPort === null
    ? null
    : await serveHealth(
        { host: healthHost, port: healthPort },
        [
          { name: 'postgresql', ask: () => tryWrite(database) },
          { name: 'temporal', ask: async () => void (await (reached.connection ?? notYet('connected')).workflowService.getSystemInfo({})) },
          { name: 'worker', ask: async () => void (worker?.getState() === 'RUNNING' || notYet('running')) },
        ],
        metrics,
      ).catch((error: unknown) =>
        endBecause(whyNotListening(error, { host: healthHost, port: healthPort, hostIn: 'HEALTH_HOST', portIn: 'HEALTH_PORT' }), error),
      );
tellOfNoWork(standing, sayNoWork);

const connection = await connectPatiently(temporal);
reached.connection = connection;
if (!stopping && !(await hasNamespace(connection.workflowService, temporal.namespace)))
  endBecause({
    kind: 'no-namespace',
    message: `Temporal at ${temporal.address} has no namespace "${temporal.namespace}".`,
    remedy: `Name one that it has in TEMPORAL_NAMESPACE, or make it: temporal operator namespace create --namespace ${temporal.namespace}`,
  });
waitingFor = 'PostgreSQL';
const dataConverter = createDataConverter(payloadKeys, createPinStore(database));
if (!stopping) await enterPatiently();
waitingFor = 'its own start';
// A wrong key or template is told before the first letter meets it. Nothing is held for it here: the first letter says so again.
if (!stopping && notify !== null)
  await mail.verify().catch((error: unknown) => log.error({ err: error }, 'GOV.UK Notify cannot take the post.'));
if (!stopping) {
  const { bundle, hash } = keptBundle.value ?? (await bundleWorkflows(Runtime.instance().logger));
  const version = versioned === null ? null : { ...versioned, buildId: versioned.buildId ?? buildIdOf(hash) };
  worker = await createEngine({
    database,
    postDatabase,
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
    workflowBundle: bundle,
    ...(version === null ? {} : { version }),
    ...(links === null
      ? {}
      : { digests: createDigests(database, links.publicUrl), waves: createWaves(database, writeWaveLetter(createAnswerLinks(links))) }),
    observe: metrics.observe,
  });
  waitingFor = null;
  log.info(
    {
      namespace: temporal.namespace,
      taskQueue: temporal.taskQueue,
      port: healthPort,
      ...(version === null ? {} : { buildId: version.buildId }),
    },
    'The worker is ready.',
  );
  void setUpPatiently();
  void raiseRunningMailrooms();
  // Otherwise the service page would go on telling of a mailbox that is read no more.
  if (inbox === null)
    await readNoMailbox(database).catch((error: unknown) => log.warn({ err: error }, 'That no mailbox is read could not be noted.'));
  const newOnes = lookForNewOnes({
    database,
    client: new Client({ connection, namespace: temporal.namespace, dataConverter }),
    taskQueue: temporal.taskQueue,
    everyMs: NEW_FORECASTS_EVERY_MS,
    log,
  });
  const reader = inbox === null ? null : readInbox({ database, url: inbox.url, everyMs: inbox.everySeconds * 1_000, log });
  await worker.run();
  await Promise.all([reader?.stop(), newOnes.stop()]);
}

health?.close();
mail.close();
await connection.close();
await Promise.all([database.end(), postDatabase.end()]);
log.info({}, 'The worker has stopped.');
process.exit(0);

/** Servers may start after the worker does. Reports that it is waiting and tries again until it is told to stop. */
async function connectPatiently(target: TemporalTarget): Promise<NativeConnection> {
  for (;;) {
    try {
      return await NativeConnection.connect(target.connection);
    } catch (error) {
      if (stopping) process.exit(0);
      log.warn({ err: error }, 'Temporal does not answer yet; trying again.');
      await sleep(2_000);
    }
  }
}

/** The engine works without the schedules of the forecasts, the watchdog and the summaries. They are set up as soon as Temporal allows it. */
async function setUpPatiently(): Promise<void> {
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter });
  while (!stopping) {
    try {
      await addMissingAttributes(connection.operatorService, temporal.namespace);
      await setUpForecastSchedule(client, temporal.taskQueue);
      // In a training copy people move the time, and Temporal's own clock knows nothing of it: there the web service writes the summaries.
      if (sandbox) return;
      await setUpWatchdogSchedule(client, temporal.taskQueue);
      if (links !== null) await setUpDigestSchedule(client, temporal.taskQueue);
      return;
    } catch (error) {
      log.warn({ err: error }, 'The schedules are not set up yet; trying again.');
      await sleep(30_000);
    }
  }
}

/** Letters leave all the same when it cannot be done, later on a large morning. The next start tries it again. */
async function raiseRunningMailrooms(): Promise<void> {
  try {
    const raised = await raiseMailrooms(new Client({ connection, namespace: temporal.namespace, dataConverter }), mailrooms);
    if (raised.length > 0) log.info({ mailrooms: raised }, 'Mailrooms of an earlier release have the priority of mailrooms now.');
  } catch (error) {
    log.warn({ err: error }, 'Mailrooms that an earlier release started keep the priority that they have.');
  }
}

/**
 * A training copy and a real service never work on one database, and an older version not on the data of a newer one. A database that does
 * not answer yet is asked until it does.
 */
async function enterPatiently(): Promise<void> {
  while (!stopping) {
    try {
      const tooNew = await whyTooNew(database);
      if (tooNew !== null) endBecause(tooNew);
      const may = await enterSandbox(database, sandbox, RESERVED_DOMAINS);
      if (may.ok) return;
      endBecause(may.reason);
    } catch (error) {
      log.warn({ err: error }, 'PostgreSQL does not answer yet; trying again.');
      await sleep(2_000);
    }
  }
}

/** How this worker stands; null when it is stopping. */
function standing(): Standing | null {
  if (stopping) return null;
  const { workflowService } = reached.connection ?? {};
  return {
    waitsFor: waitingFor === null ? null : `${waitingFor}${WHERE[waitingFor]}`,
    identity: worker?.options.identity ?? '',
    pollers: () =>
      workflowService === undefined ? notYet('connected') : pollersOf(workflowService, temporal.namespace, temporal.taskQueue),
  };
}

function sayNoWork({ level, says, ends, error }: NoWork): void {
  log[level]({ taskQueue: temporal.taskQueue, ...(error === undefined ? {} : { err: error }) }, says);
  if (ends) process.exit(1);
}

/** Ends with what is wrong and how to mend it, as wrong use; an error without such a reason is thrown. */
function endBecause(reason: Reason | null, error?: unknown): never {
  if (reason === null) throw error;
  process.stderr.write(`${reason.message}\n${reason.remedy}\n`);
  process.exit(2);
}

function notYet(what: string): never {
  throw new Error(`not ${what} yet`);
}

/** The SDK serves its metrics by itself, and says nothing that helps when it cannot. */
async function mustBeFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ port, ...(healthHost === null ? {} : { host: healthHost }) }, () => probe.close(() => resolve()));
  }).catch((error: unknown) =>
    endBecause(whyNotListening(error, { host: healthHost, port, hostIn: 'HEALTH_HOST', portIn: 'SDK_METRICS_PORT' }), error),
  );
}

/** An address of IPv6 stands in brackets before a port. */
function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
