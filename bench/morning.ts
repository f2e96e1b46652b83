/**
 * The morning: N deployments whose request falls due within the same second, stored and sent, beside a bare workflow of
 * one timer and one insert on the same server in the same run.
 *
 * It runs on the real clock, as the bare timers do. Chaser writes to nobody at weekends: on those the clock of the deployments is moved by whole
 * days, to the Monday that comes, and their timers run as ever.
 *
 *   npm run bench -- morning [N] [ROUNDS] [PRIORITIES]
 *
 * PRIORITIES are those with which the mailroom of each round is started, in turn: `3,2` sets a mailroom that waits among the deployments beside one that
 * goes before them. 2 by default, as ever.
 */
import { Client } from '@temporalio/client';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Calendar } from '../domain/time/calendar.ts';
import { londonDate, londonInstant, londonMinute } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { sendingStartMs } from '../domain/chasing/sending-time.ts';
import { answer, CALENDAR, programmeOf, REQUEST, step } from '../tests/kit/programmes.ts';
import { freePorts } from '../embedded/free-port.ts';
import { ensureDatabase, startPostgres } from '../embedded/postgres-server.ts';
import { findTemporalExecutable } from '../embedded/temporal-executable.ts';
import { startTemporal } from '../embedded/temporal-server.ts';
import { createSmtpMail } from '../mail/smtp.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { keepCalendar, keepProgramme } from '../postgres/pinned/pinned.ts';
import { createPinStore } from '../postgres/pinned/pins.ts';
import { connectClient } from '../temporal/connect.ts';
import { ensureNamespace } from '../temporal/namespace.ts';
import { createDataConverter } from '../temporal/payload-codec.ts';
import { createEngine, postConnections } from '../worker/engine.ts';
import { processorMsOf } from './figures.ts';
import { bundleAhead, msToWeekday } from './moved-clock.ts';
import { deploymentWorkflowId, MAILROOM_PRIORITY, WORKFLOW_TYPES } from '../workflows/ids.ts';
import { mailroomTold } from '../workflows/messages.ts';
import type { DeploymentStart } from '../workflows/messages.ts';

const N = Number(process.argv[2] ?? 1_000);
const ROUNDS = Number(process.argv[3] ?? 2);
const PRIORITIES = (process.argv[4] ?? String(MAILROOM_PRIORITY.priorityKey)).split(',').map(Number);
/** How long each round may take to start its workflows before the second in which they fall due. */
const HEADSTART_MS = 20_000 + N * 30;
const PEOPLE = 100;
const AHEAD_MS = msToWeekday(Date.now());

type Outcome = {
  readonly wakeUps: number;
  readonly letters: number | null;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Milliseconds of processor of a wake-up, from just before it is due: Temporal's server, and this process with its worker. */
  readonly processor: Processor;
  /** What a mailroom did for these letters; null where there are none. */
  readonly post: Post | null;
};
/** How many letters had left when half of the wake-ups were stored, how often the mailroom was told, and how many rounds it made. */
type Post = { readonly atHalf: number; readonly signals: number; readonly rounds: number; readonly tasks: number };
type Processor = { readonly engineMs: number; readonly workerMs: number };

Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
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
const sink = await startSink(smtpPort);
const workflowBundle = await bundleAhead(AHEAD_MS, folder);

const connection = await connectClient({ connection: { address: temporal.address } });
await ensureNamespace(connection, 'default');
const native = await NativeConnection.connect({ address: temporal.address });
const db = openDatabase(databaseUrl, { max: 20 });
const postDb = openDatabase(databaseUrl, { max: postConnections(1), planOnce: true });
const dataConverter = createDataConverter(null, createPinStore(db));
const client = new Client({ connection, dataConverter });
await db.query('CREATE TABLE bare (id integer PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp())');

const ratios: number[] = [];
for (let round = 1; round <= ROUNDS; round += 1) {
  const bare = await bareRound(round);
  const ours = await ourRound(round);
  ratios.push((ours.letters ?? 0) / bare.wakeUps);
  console.log(`round ${round}, ${N} at once`);
  console.log(`  bare timer + insert  ${line(bare)}`);
  console.log(`  deployments          ${line(ours)}`);
  if (ours.post !== null) console.log(`  mailroom             ${postLine(ours.post, priorityOf(round))}`);
}
console.log(`letters a second to bare wake-ups a second: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}`);

await db.end();
await postDb.end();
await native.close();
await connection.close();
sink.kill();
await temporal.part.stop();
await postgres.part.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);

function line({ wakeUps, letters, p50Ms, p99Ms, processor: { engineMs, workerMs } }: Outcome): string {
  const sent = letters === null ? '' : `, ${letters.toFixed(1)} letters/s`;
  return `${wakeUps.toFixed(1)} wake-ups/s${sent}, lateness p50 ${(p50Ms / 1000).toFixed(1)} s, p99 ${(p99Ms / 1000).toFixed(1)} s, processor ${engineMs.toFixed(1)} ms of the engine and ${workerMs.toFixed(1)} ms of the worker`;
}

function postLine({ atHalf, signals, rounds, tasks }: Post, priority: number): string {
  return `priority ${priority}: ${atHalf} letters had left when half of the wake-ups were stored; told ${signals} times, ${rounds} rounds, ${tasks} tasks of its workflow`;
}

function priorityOf(round: number): number {
  return PRIORITIES[(round - 1) % PRIORITIES.length] ?? MAILROOM_PRIORITY.priorityKey;
}

async function bareRound(round: number): Promise<Outcome> {
  await db.query('TRUNCATE bare');
  const worker = await Worker.create({
    connection: native,
    taskQueue: `bare-${round}`,
    workflowsPath: fileURLToPath(new URL('./bare-workflow.ts', import.meta.url)),
    activities: { insert: async (id: number) => void (await db.query('INSERT INTO bare (id) VALUES ($1)', [id])) },
    maxCachedWorkflows: N + 100,
  });
  const running = worker.run();
  const atMs = Date.now() + HEADSTART_MS;
  await inGroups((id) =>
    client.workflow.start('bare', { taskQueue: `bare-${round}`, workflowId: `bare/${round}/${id}`, args: [id, atMs] }),
  );
  const before = await untilJustBefore(atMs);
  await untilCounted('SELECT count(*)::int AS count FROM bare');
  const outcome = await measured('SELECT at FROM bare', atMs);
  const processor = eachSince(before);
  worker.shutdown();
  await running;
  return { ...outcome, letters: null, processor, post: null };
}

async function ourRound(round: number): Promise<Outcome> {
  const mail = createSmtpMail({
    url: `smtp://127.0.0.1:${smtpPort}`,
    from: { name: 'Chaser', address: 'chaser@post.example' },
    messageIdDomain: 'post.example',
    maxConnections: 5,
    ratePerSecond: null,
    allowedDomains: ['example'],
  });
  const engine = await createEngine({
    database: db,
    postDatabase: postDb,
    mail,
    connection: native,
    namespace: 'default',
    taskQueue: `ours-${round}`,
    dataConverter,
    maxCachedWorkflows: N + 100,
    mailrooms: 1,
    gatheringMs: 1_000,
    retrySeconds: 60,
    leaseSeconds: 30,
    atATime: 5,
    links: null,
    workflowBundle,
  });
  const running = engine.run();
  const { programme, calendar, atMs, people } = await setUp(round);
  const { workflowId, args, staticSummary } = mailroomTold({ mailroom: 0, urgency: 'at-once', gatheringMs: 1_000 });
  const mailroom = await client.workflow.start(WORKFLOW_TYPES.mailroom, {
    ...{ workflowId, args, staticSummary, taskQueue: `ours-${round}` },
    priority: { priorityKey: priorityOf(round) },
  });
  await inGroups(async (id) => {
    const reference = `B${round}-${String(id).padStart(5, '0')}`;
    const start: DeploymentStart = {
      programme,
      calendar,
      beginning: {
        reference,
        subject: { kind: 'school', urn: '990901' },
        parties: { school: [people[id % people.length] ?? ''], rdp: ['coordinator'] },
      },
      carried: null,
    };
    await client.workflow.start(WORKFLOW_TYPES.deployment, {
      taskQueue: `ours-${round}`,
      workflowId: deploymentWorkflowId(reference),
      args: [start],
    });
  });
  const before = await untilJustBefore(atMs);
  const ofRound = `reference LIKE 'B${round}-%'`;
  await untilCounted(`SELECT count(*)::int AS count FROM messages WHERE ${ofRound} AND state = 'accepted'`);
  const stored = await measured(`SELECT queued_at AS at FROM messages WHERE ${ofRound}`, atMs);
  const sent = await measured(`SELECT accepted_at AS at FROM messages WHERE ${ofRound}`, atMs);
  const processor = eachSince(before);
  const post = await postOf(mailroom, ofRound);
  // The next round's engine has a task queue, and so a mailroom, of its own.
  await mailroom.terminate('The round is over.');
  await db.query('DELETE FROM mailroom_bells');
  engine.shutdown();
  await running;
  mail.close();
  return { wakeUps: stored.wakeUps, letters: sent.wakeUps, p50Ms: sent.p50Ms, p99Ms: sent.p99Ms, processor, post };
}

async function postOf(mailroom: WorkflowHandle, ofRound: string): Promise<Post> {
  const { rows } = await db.query<{ atHalf: number }>(
    `SELECT count(*)::int AS "atHalf" FROM messages WHERE ${ofRound} AND accepted_at <=
       (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY queued_at) FROM messages WHERE ${ofRound})`,
  );
  const { events } = await mailroom.fetchHistory();
  const count = (type: number) => (events ?? []).filter(({ eventType }) => eventType === type).length;
  const { EventType } = proto.temporal.api.enums.v1;
  return {
    atHalf: rows[0]?.atHalf ?? 0,
    signals: count(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED),
    rounds: count(EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED),
    tasks: count(EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED),
  };
}

/** A programme of one step whose sending hours begin at the minute in which the round falls due, and people who are all written to in its first second. */
async function setUp(round: number): Promise<{ programme: Programme; calendar: Calendar; atMs: number; people: readonly string[] }> {
  const fromMinute = londonMinute(Date.now() + AHEAD_MS + HEADSTART_MS) + 1;
  const today = londonDate(Date.now() + AHEAD_MS);
  const atMs = londonInstant(today, fromMinute) - AHEAD_MS;
  if (fromMinute >= 24 * 60) throw new Error('The round would end on the next day: run it earlier in the day.');
  const programme: Programme = {
    ...programmeOf(['take-part'], [step('take-part', 'school', [answer('yes')], { ladder: [REQUEST] })]),
    id: `bench-${round}`,
    sendingHours: { fromMinute, toMinute: 24 * 60 },
  };
  const calendar: Calendar = {
    ...CALENDAR,
    version: `bench-${round}`,
    bankHolidays: { knownFrom: addDays(today, -365), knownTo: addDays(today, 730), days: [] },
    terms: {
      ...CALENDAR.terms,
      terms: [{ season: 'autumn', year: Number(today.slice(0, 4)), startsOn: addDays(today, -300), endsOn: addDays(today, 700) }],
    },
  };
  await keepProgramme(db, programme);
  await keepCalendar(db, calendar);
  const people: string[] = [];
  for (let n = 0; people.length < PEOPLE; n += 1) {
    if (sendingStartMs(programme, today, `person-${n}`) - AHEAD_MS - atMs < 1_000) people.push(`person-${n}`);
  }
  await db.query("INSERT INTO local_authorities (code, name, region) VALUES ('990', 'Testshire', 'North West') ON CONFLICT DO NOTHING");
  await db.query(
    `INSERT INTO schools (urn, name, authority, status, region, imported_at)
     VALUES ('990901', 'Hillside Primary School', '990', 'Open', 'North West', now()) ON CONFLICT DO NOTHING`,
  );
  await db.query(
    `INSERT INTO people (id, name, email, telephone, imported_at)
     SELECT id, 'Harry Head', id || '@hillside.example', '01632 960004', now() FROM unnest($1::text[]) AS person (id) ON CONFLICT DO NOTHING`,
    [[...people, 'coordinator']],
  );
  return { programme, calendar, atMs, people };
}

async function inGroups(start: (id: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < N; from += 20) await Promise.all(Array.from({ length: Math.min(20, N - from) }, (_, n) => start(from + n)));
}

function processorNow(): Processor {
  const { user, system } = process.cpuUsage();
  return { engineMs: processorMsOf(temporal.part.pid), workerMs: (user + system) / 1_000 };
}

async function untilJustBefore(atMs: number): Promise<Processor> {
  if (Date.now() > atMs) throw new Error('The headstart was too short.');
  await sleep(Math.max(0, atMs - Date.now() - 500));
  return processorNow();
}

function eachSince(before: Processor): Processor {
  const now = processorNow();
  return { engineMs: (now.engineMs - before.engineMs) / N, workerMs: (now.workerMs - before.workerMs) / N };
}

async function untilCounted(query: string): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ count: number }>(query);
    if ((rows[0]?.count ?? 0) >= N) return;
    await sleep(500);
  }
}

async function measured(query: string, atMs: number): Promise<Omit<Outcome, 'letters' | 'processor' | 'post'>> {
  const { rows } = await db.query<{ at: string }>(query);
  const late = rows.map(({ at }) => Date.parse(at) - atMs).toSorted((a, b) => a - b);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? 0;
  return { wakeUps: N / ((late.at(-1) ?? 1) / 1_000), p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** An SMTP server in a process of its own that takes everything: what it costs is not what is measured. */
function startSink(port: number): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./smtp-sink.ts', import.meta.url)), [String(port)]);
  return new Promise((resolve) => child.once('message', () => resolve(child)));
}
