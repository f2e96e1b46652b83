/** The worker that bench/weight.ts and bench/scale.ts weigh, in a process of its own: it tells what it uses when it is asked. */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { createSmtpMail } from '../mail/smtp.ts';
import { openDatabase } from '../postgres/database.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { createEngine, postConnections } from '../worker/engine.ts';

const [kind, taskQueue = '', address = '', databaseUrl = '', smtpPort = '', cached = '', bundle] = process.argv.slice(2);

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const connection = await NativeConnection.connect({ address });
const db = openDatabase(databaseUrl, { max: 20 });
const maxCachedWorkflows = Number(cached);
const worker = kind === 'bare' ? await bareWorker() : await ourWorker();
process.on('message', () => {
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rss, heap: heapUsed + external, cpuMs: cpuMs() });
});
process.once('disconnect', () => process.exit(0));
process.send?.('ready');
await worker.run();

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function bareWorker(): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./bare-workflow.ts', import.meta.url)),
    activities: { insert: async (id: string) => void (await db.query('INSERT INTO bare (id) VALUES ($1)', [id])) },
    maxCachedWorkflows,
  });
}

function ourWorker(): Promise<Worker> {
  const mail = createSmtpMail({
    url: `smtp://127.0.0.1:${smtpPort}`,
    from: { name: 'Chaser', address: 'chaser@post.example' },
    messageIdDomain: 'post.example',
    maxConnections: 5,
    ratePerSecond: null,
    allowedDomains: ['example'],
  });
  return createEngine({
    database: db,
    postDatabase: openDatabase(databaseUrl, { max: postConnections(1), planOnce: true }),
    mail,
    connection,
    namespace: 'default',
    taskQueue,
    dataConverter: createDataConverter(null, createPinStore(db)),
    maxCachedWorkflows,
    mailrooms: 1,
    gatheringMs: 1_000,
    retrySeconds: 60,
    leaseSeconds: 30,
    atATime: 5,
    links: null,
    ...(bundle === undefined ? {} : { workflowBundle: { codePath: bundle } }),
  });
}
