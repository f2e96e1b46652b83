/**
 * What a sleeping deployment weighs: the engine's storage, the worker's memory, and starts accepted and stored a second, for N deployments of
 * the real programme that name their programme and calendar by hash, N that carry them in their input as before, and N bare workflows that
 * have stored one row and sleep; on one server in one run.
 *
 *   npm run bench -- weight [N]
 */
import { Client } from '@temporalio/client';
import { fork } from 'node:child_process';
import type { ChildProcess, ForkOptions } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { authoritiesOf, calendarFor, loadCalendarBook } from '../calendars/calendar-book.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { findTemporalExecutable } from '../embedded/temporal-executable.ts';
import { startTemporal } from '../embedded/temporal-server.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { connectClient } from '../temporal/connect.ts';
import { ensureNamespace } from '../temporal/namespace.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { insertPeople, PARTIES, URN } from '../tests/support/people.ts';
import { tsiProgramme } from '../tests/support/programme.ts';
import { processorMsOf } from './figures.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';

const N = Number(process.argv[2] ?? 500);
/** Started and stored before anything is measured, so that code is compiled and pools are open. */
const WARM_UP = 40;
const AT_ONCE = 20;
const SETTLE_MS = 8_000;
const NEXT_YEAR_MS = Date.now() + 365 * 86_400_000;
const KINDS = ['bare', 'inside', 'pinned'] as const;
type Kind = (typeof KINDS)[number];
type Run = { readonly kind: Kind; readonly taskQueue: string };
type Usage = { readonly rss: number; readonly heap: number; readonly cpuMs: number };

const folder = mkdtempSync(join(tmpdir(), 'chaser-bench-'));
chmodSync(folder, 0o755);
const [postgresPort = 0, temporalPort = 0, smtpPort = 0] = await freePorts(3);
const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: postgresPort, logFile: join(folder, 'postgresql.log') });
const databaseUrl = await ensureDatabase(postgres, 'chaser');
await migrate(databaseUrl);
const temporal = await startTemporal({
  executable: await findTemporalExecutable(console.error),
  folder: join(folder, 'temporal'),
  port: temporalPort,
  logFile: join(folder, 'temporal.log'),
});
const sink = await started(fork(fileURLToPath(new URL('./smtp-sink.ts', import.meta.url)), [String(smtpPort)]));
const connection = await connectClient({ connection: { address: temporal.address } });
await ensureNamespace(connection, 'default');
const db = openDatabase(databaseUrl, { max: 20 });
await db.query('CREATE TABLE bare (id text PRIMARY KEY)');
await insertPeople(db);
const clients = {
  plain: new Client({ connection }),
  pinning: new Client({ connection, dataConverter: createDataConverter(null, createPinStore(db)) }),
};

const programme = tsiProgramme();
const book = loadCalendarBook();
const found = authoritiesOf(book)
  .map(({ code, name }) => calendarFor(book, { authority: code, authorityName: name, assumed: [] }))
  .flatMap((one) => (one.ok ? [one.value] : []))
  .toSorted((one, other) => (other.terms.terms.at(-1)?.endsOn ?? '').localeCompare(one.terms.terms.at(-1)?.endsOn ?? ''));
const [calendar] = found;
if (calendar === undefined) throw new Error('There is no calendar to count on.');
await keepProgramme(db, programme);
await keepCalendar(db, calendar);
const bytes = (value: unknown): string => `${(JSON.stringify(value).length / 1_024).toFixed(1)} KB`;
console.log(`N = ${N} of each; programme ${bytes(programme)}, calendar ${bytes(calendar)}`);

const weights: Record<string, string>[] = [];
for (const kind of KINDS) weights.push(await weigh(kind));
console.table(weights);

await db.end();
await connection.close();
sink.kill();
await temporal.part.stop();
await postgres.part.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

async function weigh(kind: Kind): Promise<Record<string, string>> {
  const { storage, resident, cpuMs, engineMs, acceptedMs, storedMs } = await atFullSpeed(kind);
  const heap = await inOneHeap(kind);
  return {
    kind,
    'storage KB each': (storage / N / 1_024).toFixed(1),
    'heap MiB each': (heap / N / 1_048_576).toFixed(3),
    'resident MiB each': (resident / N / 1_048_576).toFixed(2),
    'worker CPU ms each': (cpuMs / N).toFixed(1),
    'engine CPU ms each': (engineMs / N).toFixed(1),
    'accepted a second': (N / (acceptedMs / 1_000)).toFixed(1),
    'stored a second': (N / (storedMs / 1_000)).toFixed(1),
    'stored of accepted': (acceptedMs / storedMs).toFixed(2),
  };
}

/** What the server stores, how much resident memory and processor a worker takes that runs as it does in production, and how fast it is. */
async function atFullSpeed(kind: Kind) {
  const run: Run = { kind, taskQueue: kind };
  const worker = await startWorker(run);
  const idle = await usage(worker);
  await startMany(run, 0, WARM_UP);
  await untilStored(run, WARM_UP);
  const storageBefore = storageOfServer();
  const before = await usage(worker);
  const engineBeforeMs = processorMsOf(temporal.part.pid);
  const beginMs = Date.now();
  await startMany(run, WARM_UP, N + WARM_UP);
  const acceptedMs = Date.now() - beginMs;
  await untilStored(run, N + WARM_UP);
  const storedMs = Date.now() - beginMs;
  await sleep(SETTLE_MS);
  const engineMs = processorMsOf(temporal.part.pid) - engineBeforeMs;
  const after = await usage(worker);
  worker.kill();
  const storage = storageOfServer() - storageBefore;
  return { storage, resident: after.rss - idle.rss, cpuMs: after.cpuMs - before.cpuMs, engineMs, acceptedMs, storedMs };
}

/** What the workflows hold, after garbage collection: the SDK's debug mode keeps them in the one heap that a process can ask about. */
async function inOneHeap(kind: Kind): Promise<number> {
  const run: Run = { kind, taskQueue: `${kind}-heap` };
  const worker = await startWorker(run, { env: { ...process.env, TEMPORAL_DEBUG: '1' }, execArgv: [...process.execArgv, '--expose-gc'] });
  await startMany(run, 0, WARM_UP);
  await untilStored(run, WARM_UP);
  await sleep(SETTLE_MS);
  const before = await usage(worker);
  await startMany(run, WARM_UP, N + WARM_UP);
  await untilStored(run, N + WARM_UP);
  await sleep(SETTLE_MS);
  const after = await usage(worker);
  worker.kill();
  return after.heap - before.heap;
}

function startWorker({ kind, taskQueue }: Run, options: ForkOptions = {}): Promise<ChildProcess> {
  const given = [kind, taskQueue, temporal.address, databaseUrl, String(smtpPort), String(N + 200)];
  return started(fork(fileURLToPath(new URL('./weight-worker.ts', import.meta.url)), given, options));
}

async function startMany(run: Run, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, to - at) }, (_, n) => startOne(run, at + n)));
  }
}

async function startOne({ kind, taskQueue }: Run, id: number): Promise<unknown> {
  if (kind === 'bare') {
    return clients.plain.workflow.start('sleeper', {
      taskQueue,
      workflowId: `${taskQueue}/${id}`,
      args: [`${taskQueue}/${id}`, NEXT_YEAR_MS],
    });
  }
  const reference = `${taskQueue}/${id}`;
  if (calendar === undefined) throw new Error('There is no calendar to count on.');
  const beginning = { reference, subject: { kind: 'school', urn: URN }, parties: PARTIES, facts: {} } as const;
  const start: DeploymentStart = { programme, calendar, beginning, carried: null };
  const { workflow } = kind === 'pinned' ? clients.pinning : clients.plain;
  return workflow.start(WORKFLOW_TYPES.deployment, { taskQueue, workflowId: deploymentWorkflowId(reference), args: [start] });
}

async function untilStored({ kind, taskQueue }: Run, count: number): Promise<void> {
  const query =
    kind === 'bare'
      ? 'SELECT count(*)::int AS count FROM bare WHERE starts_with(id, $1)'
      : 'SELECT count(*)::int AS count FROM deployments WHERE starts_with(reference, $1)';
  for (;;) {
    const { rows } = await db.query<{ count: number }>(query, [`${taskQueue}/`]);
    if ((rows[0]?.count ?? 0) >= count) return;
    await sleep(100);
  }
}

/** Bytes of the server's SQLite files, after what the write-ahead log holds was brought into them. */
function storageOfServer(): number {
  const files = readdirSync(join(folder, 'temporal'), { recursive: true })
    .map((file) => join(folder, 'temporal', String(file)))
    .filter((file) => file.endsWith('.db'));
  let total = 0;
  for (const file of files) {
    const database = new DatabaseSync(file);
    database.exec('PRAGMA busy_timeout = 10000; PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
    total += statSync(file).size;
  }
  if (total === 0) throw new Error('The server keeps no SQLite file where it was looked for.');
  return total;
}

function usage(worker: ChildProcess): Promise<Usage> {
  return new Promise((resolve) => {
    worker.once('message', (said) => resolve(said as Usage));
    worker.send('how much');
  });
}

function started(child: ChildProcess): Promise<ChildProcess> {
  return new Promise((resolve) => child.once('message', () => resolve(child)));
}
