/**
 * Chaser at the size of a country: N deployments of the offer of 2022 to 2023 with months of history, in 150 authorities and nine regions, with 200
 * coordinators; a morning on which 13 of 100 wake; pages and answers meanwhile; and the time to start everything again. Bare workflows of one timer and one
 * insert run on the same server before. Prints each figure as soon as it is known and a table at the end, and writes FILE as JSON after each figure, so
 * that a run that is cut short still tells what it found.
 *
 *   npm run bench -- scale [N] [FILE] [SECONDS]        500 deployments and 1 second by default
 *
 * The morning's wake-ups all fall into the first SECONDS of the sending hours. In one second it is measured how fast they are worked off: as when workers
 * come back after a night without them. In life they are spread over an hour: 10,000 deployments and 360 seconds have the pace of 100,000 in theirs.
 * Memory is read from /proc, so on Linux alone.
 */
import { Client } from '@temporalio/client';
import { Runtime, DefaultLogger } from '@temporalio/worker';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { londonDate, londonInstant } from '../domain/time/london.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { findTemporalExecutable } from '../embedded/temporal-executable.ts';
import { startTemporal } from '../embedded/temporal-server.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { connectClient } from '../temporal/connect.ts';
import { ensureNamespace } from '../temporal/namespace.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { deploymentWorkflowId, WORKFLOW_TYPES } from '../workflows/ids.ts';
import type { DeploymentStart } from '../workflows/messages.ts';
import { kib, percentiles, perSecond, pssKib } from './figures.ts';
import { bundleAhead, msToWeekday } from './moved-clock.ts';
import { answerUntil, openVisits } from './scale-visits.ts';
import { loadScaleWorld, referenceOf } from './scale-world.ts';

const N = Number(process.argv[2] ?? 500);
const FILE = process.argv[3];
const SPREAD_MS = Number(process.argv[4] ?? 1) * 1_000;
if (!Number.isInteger(N) || N < 100 || N > 200_000) {
  process.stderr.write('Give how many deployments, 100 to 200,000: npm run bench -- scale 500\n');
  process.exit(2);
}
if (!(SPREAD_MS >= 1_000 && SPREAD_MS <= 3_600_000)) {
  process.stderr.write('Give over how many seconds the morning is spread, 1 to 3600: npm run bench -- scale 10000 scale.json 360\n');
  process.exit(2);
}
const SHARE = 0.13;
const SEED = 1;
const AT_ONCE = 20;
const DAY_MS = 86_400_000;
/** As a worker runs unless it is told otherwise. */
const CACHED = 500;
const QUEUE = 'chaser';
const MOST_WAIT_MS = 60 * 60_000;
/** Enough bare workflows to see how fast they wake: more of them would only take longer. */
const MOST_BARE = 2_000;
/** Bare workflows that are started beforehand, to see how fast this machine starts them. */
const PILOTS = 40;
const IDLE_MS = 1_000;
/** What is due at one moment is started so much sooner than that, and half as long again as it should take. */
const HEADSTART_MS = 8_000;
const HEADSTART_TIMES = 1.5;

type Row = { readonly what: string; readonly figure: string; readonly bare?: string; readonly aim?: string };
const rows: Row[] = [];
const note = (what: string, figure: string, more: Omit<Row, 'what' | 'figure'> = {}): void => {
  rows.push({ what, figure, ...more });
  if (FILE !== undefined)
    writeFileSync(
      FILE,
      `${JSON.stringify({ deployments: N, cores: navigator.hardwareConcurrency, at: new Date().toISOString(), rows }, null, 2)}\n`,
    );
  process.stdout.write(`${what}: ${figure}${more.bare === undefined ? '' : ` (bare: ${more.bare})`}\n`);
};

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
const folder = mkdtempSync(join(tmpdir(), 'chaser-bench-'));
chmodSync(folder, 0o755);
const [postgresPort = 0, temporalPort = 0, smtpPort = 0, webPort = 0] = await freePorts(4);
const startStore = () => startPostgres({ folder: join(folder, 'postgres'), port: postgresPort, logFile: join(folder, 'postgresql.log') });
const executable = await findTemporalExecutable(console.error);
const startServer = () =>
  startTemporal({ executable, folder: join(folder, 'temporal'), port: temporalPort, logFile: join(folder, 'temporal.log') });
let postgres = await startStore();
const databaseUrl = await ensureDatabase(postgres, 'chaser');
await migrate(databaseUrl);
let temporal = await startServer();
const { address } = temporal;
const sink = await started('smtp-sink', [String(smtpPort)]);
let db = openDatabase(databaseUrl, { max: 10 });
await db.query('CREATE TABLE bare (id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())');
let connection = await connectClient({ connection: { address } });
await ensureNamespace(connection, 'default');
let client = new Client({ connection, dataConverter: createDataConverter(null, createPinStore(db)) });

// Whatever goes wrong, no server stays behind.
process.once('exit', () => {
  for (const pid of [postgres.part.pid, temporal.part.pid]) {
    try {
      process.kill(pid);
    } catch {
      // It has ended already.
    }
  }
});

process.once('SIGTERM', () => process.exit(143));

// The morning comes on the next weekday, whatever day it is.
const tomorrowMs = Date.now() + DAY_MS;
const morning = londonDate(tomorrowMs + msToWeekday(tomorrowMs));
const sendingMs = londonInstant(morning, 8 * 60);

const emptyBytes = await databaseBytes();
const scratchUrl = await ensureDatabase(postgres, 'lives');
await migrate(scratchUrl);
const scratch = openDatabase(scratchUrl, { max: 10 });
const world = await loadScaleWorld(db, scratch, { deployments: N, morning, share: SHARE, spreadMs: SPREAD_MS, seed: SEED });
await scratch.end();
await db.query('DROP DATABASE lives');
const { waking } = world;
note('lives written as a running service writes them', `${(world.livesMs / 1_000).toFixed(1)} s`);
note('history written', `${perSecond(N, world.copiesMs)} (${world.events} events in ${(world.copiesMs / 1_000).toFixed(1)} s)`);
note('record: storage a deployment', kib((await databaseBytes()) - emptyBytes, N));

const bareWakeUps = await bareMorning(Math.min(waking.length, MOST_BARE));

// Those that sleep in the morning do so for a day and more, so their clock may be some minutes ahead of the morning's.
const sleepersAheadMs = sendingMs - Date.now() - HEADSTART_MS;
const { codePath } = await bundleAhead(sleepersAheadMs, folder);
const idle = await engineBytes();
const startWorker = () => started('weight-worker', ['pinned', QUEUE, address, databaseUrl, String(smtpPort), String(CACHED), codePath]);
const startWeb = () => started('scale-web', [QUEUE, address, databaseUrl, String(webPort)]);
let worker = await startWorker();
const sleeping = N - waking.length;
const beganMs = Date.now();
await startAll(world.starts(false), sleepersAheadMs);
note('starts accepted', perSecond(sleeping, Date.now() - beganMs));
const startedMs = (await untilIdle(QUEUE)) - beganMs;
note('starts worked off', perSecond(sleeping, startedMs));
note('engine: storage a deployment', kib((await engineBytes()) - idle, sleeping), { aim: '30 KB at the start of a life' });

// Time only goes forward there, so it is the evening before until it is known when the morning comes.
await moveClock(sleepersAheadMs - DAY_MS / 2);
let web = await startWeb();
const visits = await openVisits(db, webPort);
await visits.warmUp();

const atMs = Date.now() + headstartMs(waking.length, startedMs / sleeping);
await moveClock(sendingMs - atMs);
await startAll(world.starts(true), sendingMs - atMs);
await untilIdle(QUEUE);
if (Date.now() > atMs) note('the last of the morning were started late', `${Date.now() - atMs} ms after it began`);
noteMemory('asleep');
await sleep(Math.max(0, atMs - Date.now()));
let running = true;
const asking = visits.until(() => !running);
const answering = answerUntil({ db, client }, waking, () => !running);
const storedMs = await untilCounted(
  'SELECT count(DISTINCT reference)::int AS count FROM events WHERE reference = ANY ($2) AND at >= $1::timestamptz',
  waking.length,
  [waking],
);
const sentMs = await untilSent();
running = false;
const [pageMs, answers] = await Promise.all([asking, answering]);

const { rows: left } = await db.query<{ letters: number; lastMs: number }>(
  `SELECT count(*)::int AS letters, max(extract(epoch FROM accepted_at) * 1000)::float8 AS "lastMs" FROM messages
   WHERE state = 'accepted' AND written_at >= $1`,
  [new Date(sendingMs).toISOString()],
);
const { letters = 0, lastMs = sentMs } = left[0] ?? {};
note('wake-ups stored in the morning', `${perSecond(waking.length, storedMs - atMs)} (${waking.length})`, { bare: bareWakeUps });
note('letters sent in the morning', `${perSecond(letters, lastMs - atMs)} (${letters})`, { aim: '500 a second' });
note('the morning took', `${((Math.max(lastMs, storedMs) - atMs) / 1_000).toFixed(1)} s, of which they fell due in ${SPREAD_MS / 1_000}`, {
  aim: '13,000 wake-ups within an hour',
});
for (const [name, all] of pageMs) note(`${name}, meanwhile`, percentiles(all), { aim: 'p95 100 ms' });
note('An answer counted, meanwhile', percentiles(answers.tookMs), { aim: 'p95 300 ms' });
if (answers.refused.length > 0) note('answers refused', `${answers.refused.length}, for example: ${answers.refused[0]}`);
noteMemory('after the morning');

await restart();
console.table(rows);

worker.kill();
web.kill();
sink.kill();
await db.end();
await connection.close();
await temporal.part.stop();
await postgres.part.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

/** So many bare workflows of one timer and one insert, due at one moment; answers how many are done a second. */
async function bareMorning(count: number): Promise<string> {
  const bare = await started('weight-worker', ['bare', 'bare', address, databaseUrl, String(smtpPort), String(CACHED)]);
  const start = (id: string, dueMs: number) =>
    client.workflow.start('bare', { taskQueue: 'bare', workflowId: `bare/${id}`, args: [id, dueMs] });
  const numbered = (most: number): readonly string[] => Array.from({ length: most }, (_, n) => String(n));
  const pilotMs = Date.now();
  await inGroups(numbered(PILOTS), (id) => start(`pilot-${id}`, pilotMs));
  await untilCounted("SELECT count(*)::int AS count FROM bare WHERE starts_with(id, 'pilot') AND $1::text IS NOT NULL", PILOTS);
  const dueMs = Date.now() + headstartMs(count, (Date.now() - pilotMs) / PILOTS);
  await inGroups(numbered(count), (id) => start(id, dueMs));
  await untilIdle('bare');
  if (Date.now() > dueMs) note('the last bare workflows were started late', `${Date.now() - dueMs} ms after they were due`);
  const doneMs = await untilCounted(
    "SELECT count(*)::int AS count FROM bare WHERE NOT starts_with(id, 'pilot') AND $1::text IS NOT NULL",
    count,
  );
  bare.kill();
  return perSecond(count, doneMs - dueMs);
}

/** How long before the moment at which they are due so many are started, when each has taken `eachMs` so far. */
function headstartMs(count: number, eachMs: number): number {
  return HEADSTART_MS + count * eachMs * HEADSTART_TIMES;
}

/** Starts deployments that go on from the record, with a clock so many milliseconds ahead. */
async function startAll(starts: Iterable<DeploymentStart>, aheadMs: number): Promise<void> {
  await inGroups(starts, (start) => {
    const { reference } = start.beginning;
    return client.workflow.start(WORKFLOW_TYPES.deployment, {
      taskQueue: QUEUE,
      workflowId: deploymentWorkflowId(reference),
      args: [start],
      memo: { aheadMs },
    });
  });
}

/** The clock of pages and questions, as that of the deployments. */
async function moveClock(aheadMs: number): Promise<void> {
  await db.query(
    'INSERT INTO sandbox (moved_by) VALUES (make_interval(secs => $1)) ON CONFLICT (singleton) DO UPDATE SET moved_by = excluded.moved_by',
    [aheadMs / 1_000],
  );
}

async function inGroups<T>(all: Iterable<T>, work: (one: T) => Promise<unknown>): Promise<void> {
  const each = all[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = each.next(); next.done !== true; next = each.next()) await work(next.value);
    }),
  );
}

/** When no workflow task of a queue waited for a worker any more, as the server counts them: epoch milliseconds. */
async function untilIdle(taskQueue: string): Promise<number> {
  for (let sinceMs: number | null = null; ;) {
    const { stats } = await client.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: taskQueue },
      taskQueueType: 1,
      reportStats: true,
    });
    const waits = Number(stats?.approximateBacklogCount ?? 0);
    // What the server counts is approximate, so it is asked again before it is believed.
    if (waits === 0 && sinceMs !== null && Date.now() - sinceMs > IDLE_MS) return sinceMs;
    sinceMs = waits === 0 ? (sinceMs ?? Date.now()) : null;
    await sleep(200);
  }
}

/** When the query first counted so many, in epoch milliseconds. Its first parameter is the moment at which sending begins. */
async function untilCounted(query: string, count: number, more: readonly unknown[] = []): Promise<number> {
  const giveUpMs = Date.now() + MOST_WAIT_MS;
  for (;;) {
    const askedMs = Date.now();
    const { rows: found } = await db.query<{ count: number }>(query, [new Date(sendingMs).toISOString(), ...more]);
    if ((found[0]?.count ?? 0) >= count) return Date.now();
    if (Date.now() > giveUpMs) throw new Error(`${found[0]?.count ?? 0} of ${count} came within an hour: ${query}`);
    // Counting tens of thousands takes a while itself, and must not take the machine from what it counts.
    await sleep(Math.max(200, 9 * (Date.now() - askedMs)));
  }
}

async function untilSent(): Promise<number> {
  const giveUpMs = Date.now() + MOST_WAIT_MS;
  for (;;) {
    const { rows: found } = await db.query<{ left: number }>(
      `SELECT count(*)::int AS left FROM messages
       WHERE state = 'claimed' OR state = 'queued' AND coalesce(send_after <= clock_timestamp() + interval '10 seconds', true)`,
    );
    if (found[0]?.left === 0) return Date.now();
    if (Date.now() > giveUpMs) throw new Error(`${found[0]?.left} letters were still waiting after an hour.`);
    await sleep(200);
  }
}

/** Ends every process as a power cut would not, starts them again, and waits until a page comes and a deployment replies. */
async function restart(): Promise<void> {
  worker.kill();
  web.kill();
  await db.end();
  await connection.close();
  await temporal.part.stop();
  await postgres.part.stop();
  const from = performance.now();
  const parts: string[] = [];
  let lastMs = from;
  const reached = (what: string): void => {
    parts.push(`${what} ${((performance.now() - lastMs) / 1_000).toFixed(1)}`);
    lastMs = performance.now();
  };
  postgres = await startStore();
  reached('PostgreSQL');
  temporal = await startServer();
  reached('Temporal');
  [worker, web] = await Promise.all([startWorker(), startWeb()]);
  reached('worker and web');
  db = openDatabase(databaseUrl, { max: 10 });
  connection = await connectClient({ connection: { address } });
  client = new Client({ connection, dataConverter: createDataConverter(null, createPinStore(db)) });
  await visits.today();
  reached('Today');
  // The server answers before its parts have found each other, and the worker is still connecting.
  for (let replied = false; !replied;) {
    if (performance.now() - from > MOST_WAIT_MS) throw new Error('No deployment replied within an hour of the restart.');
    const handle = client.workflow.getHandle(deploymentWorkflowId(referenceOf(0)));
    replied = await handle.query('chronology').then(
      () => true,
      () => false,
    );
    if (!replied) await sleep(100);
  }
  reached('a deployment that replies');
  note('everything started again', `${((performance.now() - from) / 1_000).toFixed(1)} s: ${parts.join(', ')}`);
}

async function databaseBytes(): Promise<number> {
  const { rows: found } = await db.query<{ bytes: number }>('SELECT pg_database_size(current_database())::float8 AS bytes');
  return found[0]?.bytes ?? 0;
}

/** The files of the engine's server, its write-ahead log among them. */
async function engineBytes(): Promise<number> {
  await sleep(1_000);
  return readdirSync(join(folder, 'temporal'), { recursive: true })
    .map((file) => join(folder, 'temporal', String(file)))
    .filter((file) => file.endsWith('.db'))
    .reduce((sum, file) => sum + statSync(file).size, 0);
}

/** Memory of each process with its children: what it shares with others is counted in parts (PSS). */
function noteMemory(when: string): void {
  if (process.platform !== 'linux') return;
  const parts = { worker: worker.pid, web: web.pid, PostgreSQL: postgres.part.pid, Temporal: temporal.part.pid };
  let all = 0;
  for (const [name, pid] of Object.entries(parts)) {
    const mib = pid === undefined ? 0 : pssKib(pid) / 1_024;
    all += mib;
    note(`memory ${when}: ${name}`, `${mib.toFixed(0)} MiB`);
  }
  note(`memory ${when}: all`, `${all.toFixed(0)} MiB`, { aim: '8 GiB' });
}

function started(name: string, given: readonly string[]): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), [...given]);
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}.`)));
  });
}
