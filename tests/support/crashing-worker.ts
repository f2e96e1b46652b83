import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { createSmtpMail } from '../../mail/smtp.ts';
import { openDatabase } from '../../postgres/database.ts';
import { createPinStore } from '../../postgres/pinned/pins.ts';
import { createDataConverter } from '../../temporal/payload-codec.ts';
import { createEngine } from '../../worker/engine.ts';
import type { ObservedPorts } from '../../worker/engine.ts';
import type { CrashPoint, WorkerOrders } from './worker-process.ts';

/** A worker of the real engine in a process of its own. It kills itself with SIGKILL at one point of its work. */
const orders = JSON.parse(process.argv[2] ?? '') as WorkerOrders;

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const database = openDatabase(orders.databaseUrl);
const mail = createSmtpMail({
  url: orders.smtpUrl,
  from: { name: 'Chaser', address: 'chaser@post.example' },
  messageIdDomain: 'post.example',
  maxConnections: 4,
  ratePerSecond: null,
  allowedDomains: ['example'],
});
const connection = await NativeConnection.connect({ address: orders.address });
const worker = await createEngine({
  database,
  mail,
  connection,
  namespace: orders.namespace,
  taskQueue: orders.taskQueue,
  dataConverter: createDataConverter(null, createPinStore(database)),
  maxCachedWorkflows: 100,
  mailrooms: 1,
  gatheringMs: 200,
  retrySeconds: 1,
  leaseSeconds: 5,
  atATime: orders.atATime,
  links: null,
  workflowBundle: orders.workflowBundle,
  observe: crashing,
});
process.send?.('ready');
// Whoever ends before it begins has asked for nothing.
const begins = await new Promise<boolean>((resolve) => {
  process.once('message', () => resolve(true));
  process.once('disconnect', () => resolve(false));
});
if (!begins) process.exit(0);
process.once('disconnect', () => worker.shutdown());
await worker.run();
process.exit(0);

function crashing({ record, ledger, mail: post }: ObservedPorts): ObservedPorts {
  return {
    record: {
      ...record,
      async storeWakeUp(wakeUp) {
        dieAt('before-store');
        const dayBefore = orders.crashAt === 'after-wake-up-the-day-before' && wakeUp.plannedAt !== null;
        const calls = await record.storeWakeUp(dayBefore ? { ...wakeUp, events: wakeUp.events.map(aDayBefore) } : wakeUp);
        dieAt('after-store');
        if (wakeUp.plannedAt !== null) {
          dieAt('after-wake-up');
          dieAt('after-wake-up-the-day-before');
        }
        return calls;
      },
    },
    ledger: {
      ...ledger,
      async claim(...args) {
        dieAt('before-claim');
        const claimed = await ledger.claim(...args);
        if (claimed.rows > 0) dieAt('after-claim');
        return claimed;
      },
      async handOver(...args) {
        const held = await ledger.handOver(...args);
        dieAt('after-hand-over');
        return held;
      },
      async markAccepted(...args) {
        dieAt('before-mark');
        await ledger.markAccepted(...args);
        dieAt('after-mark');
      },
    },
    mail: {
      compose: (envelope) => post.compose(envelope),
      async send(email) {
        dieAt('before-send');
        return post.send(email);
      },
    },
  };
}

function aDayBefore<E extends { readonly at: string }>(event: E): E {
  return { ...event, at: new Date(Date.parse(event.at) - 86_400_000).toISOString() };
}

function dieAt(point: CrashPoint): void {
  if (orders.crashAt === point) process.kill(process.pid, 'SIGKILL');
}
