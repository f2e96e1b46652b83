import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROJECT } from '../../embedded/folders.ts';
import { freePort } from '../../embedded/free-port.ts';
import { BARE_ENVIRONMENT } from './bare-environment.ts';
import { waitUntil } from './wait-until.ts';
import { LINK_SECRET, LINKS } from './world.ts';
import type { World } from './world.ts';

/** What became of the answers that were given while everything was restarted. */
export type RollingRestart = {
  readonly restarts: number;
  readonly answers: number;
  /** Said at once to have counted. */
  readonly counted: number;
  /** Said to be saved, and counted later. */
  readonly saved: number;
  /** Answered with an error, or cut off. */
  readonly failed: number;
  /** Told to have counted or to be saved, and not in the record at the end, or there more than once. */
  readonly lost: number;
  /** From the click to the last byte of the page that follows. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly slowestMs: number;
  /** Workers and web services that did not end by themselves with exit code 0. */
  readonly killed: number;
};

type Running = { readonly port: number; stop(): Promise<boolean> };
type Given = { readonly outcome: 'counted' | 'saved' | 'failed'; readonly ms: number };

const WORKERS = 2;
const WEBS = 2;
const BEGUN_AT_ONCE = 5;
const FORM = { 'content-type': 'application/x-www-form-urlencoded', connection: 'close' };

/**
 * Restarts two workers and two web services one after the other, so many times, while people answer: one answer each so many
 * milliseconds, until all is restarted. Each part is replaced before it is told to end, as
 * Compose's rolling update or any orchestrator does; whoever is refused a connection is led to the next web service, as by a load balancer.
 */
export async function restartUnderLoad(
  world: World,
  { people, everyMs, rounds }: { readonly people: number; readonly everyMs: number; readonly rounds: number },
): Promise<RollingRestart> {
  const workers: Running[] = [];
  const webs: Running[] = [];
  let killed = 0;
  let restarts = 0;
  for (let n = 0; n < WORKERS; n += 1) workers.push(await startWorker(world));
  for (let n = 0; n < WEBS; n += 1) webs.push(await startWeb(world));
  try {
    const references = await beginAll(world, people);
    let restarting = true;
    const restartAll = (async () => {
      for (let round = 0; round < rounds; round += 1)
        for (const [parts, start] of [
          [workers, startWorker],
          [webs, startWeb],
        ] as const)
          for (let n = 0; n < parts.length; n += 1) {
            const replacement = await start(world);
            const [old] = parts.splice(0, 1);
            parts.push(replacement);
            if (old !== undefined && !(await old.stop())) killed += 1;
            restarts += 1;
          }
      restarting = false;
    })();
    const giving: Promise<Given>[] = [];
    for (const reference of references) {
      if (!restarting) break;
      giving.push(answer(webs, reference));
      await sleep(everyMs);
    }
    // The last restarts would have met nobody.
    if (restarting) process.stderr.write('All had answered before all was restarted: give more people.\n');
    await restartAll;
    const given = await Promise.all(giving);
    await waitUntil('what was saved is counted', async () => (await recorded(world)).size >= given.length, 30_000).catch(() => undefined);
    const inRecord = await recorded(world);
    const told = references.slice(0, given.length).filter((_, n) => given[n]?.outcome !== 'failed');
    const ms = given.map((one) => one.ms).toSorted((one, other) => one - other);
    const of = (outcome: Given['outcome']) => given.filter((one) => one.outcome === outcome).length;
    return {
      restarts,
      answers: given.length,
      counted: of('counted'),
      saved: of('saved'),
      failed: of('failed'),
      lost: told.filter((reference) => inRecord.get(reference) !== 1).length,
      p50Ms: part(ms, 0.5),
      p95Ms: part(ms, 0.95),
      slowestMs: part(ms, 1),
      killed,
    };
  } finally {
    await Promise.all([...workers, ...webs].map((one) => one.stop()));
  }
}

function part(sorted: readonly number[], of: number): number {
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0);
}

async function beginAll(world: World, people: number): Promise<readonly string[]> {
  const references: string[] = [];
  while (references.length < people) {
    const many = Math.min(BEGUN_AT_ONCE, people - references.length);
    references.push(...(await Promise.all(Array.from({ length: many }, () => world.begin('2040-10-08 09:30')))));
  }
  await world.postIsDone();
  return references;
}

/** The first step of each deployment that has been answered, and how often the record says so. */
async function recorded({ db }: World): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ reference: string; times: number }>(
    `SELECT reference, count(*)::int AS times FROM events WHERE body->>'type' = 'step-answered' AND body->>'step' = 'contact-school' GROUP BY 1`,
  );
  return new Map(rows.map(({ reference, times }) => [reference, times]));
}

/** Sends the form and opens the page that follows, as a browser does. */
async function answer(webs: readonly Running[], reference: string): Promise<Given> {
  const token = LINKS.tokenFor({ reference, step: 'contact-school', round: 1, person: 'region' }, 1);
  const beganMs = performance.now();
  const done = (outcome: Given['outcome']): Given => ({ outcome, ms: performance.now() - beganMs });
  try {
    const sent = await reach(webs, `/a/${token}/answer`, { method: 'POST', headers: FORM, body: 'answer=contacted', redirect: 'manual' });
    await sent.text();
    if (sent.status !== 303) return done('failed');
    const page = await (await reach(webs, `/a/${token}`, { headers: { connection: 'close' } })).text();
    return done(page.includes('We have your answer') ? 'counted' : page.includes('We have saved your answer') ? 'saved' : 'failed');
  } catch {
    return done('failed');
  }
}

async function reach(webs: readonly Running[], path: string, request: RequestInit): Promise<Response> {
  let refused: unknown;
  for (const { port } of [...webs].toSorted(() => Math.random() - 0.5)) {
    try {
      return await fetch(`http://127.0.0.1:${port}${path}`, request);
    } catch (error) {
      refused = error;
      // Only a connection that was never made is tried elsewhere: another one may have been heard.
      if (!(error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'ECONNREFUSED'))
        throw error;
    }
  }
  throw refused;
}

async function startWorker(world: World): Promise<Running> {
  const port = await freePort();
  return start(
    'worker/main.ts',
    { ...environment(world), HEALTH_HOST: '127.0.0.1', HEALTH_PORT: String(port), MAIL_GATHERING_SECONDS: '0' },
    port,
  );
}

async function startWeb(world: World): Promise<Running> {
  const port = await freePort();
  return start('web/main.ts', { ...environment(world), WEB_PORT: String(port) }, port);
}

function environment(world: World): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: world.databaseUrl,
    TEMPORAL_ADDRESS: world.temporal.address,
    TEMPORAL_NAMESPACE: world.temporal.namespace,
    TEMPORAL_TASK_QUEUE: world.temporal.taskQueue,
    SMTP_URL: world.sink.url,
    MAIL_FROM: 'Chaser <chaser@post.example>',
    WEB_URL: 'https://chaser.example',
    LINK_SECRET,
  };
}

async function start(program: string, env: Readonly<Record<string, string>>, port: number): Promise<Running> {
  const child = spawn(process.execPath, [join(PROJECT, program)], {
    cwd: PROJECT,
    env: { ...BARE_ENVIRONMENT, ...env },
    stdio: 'ignore',
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await waitUntil(
    `${program} is ready`,
    () =>
      fetch(`http://127.0.0.1:${port}/readyz`).then(
        async ({ ok, body }) => {
          await body?.cancel();
          return ok;
        },
        () => false,
      ),
    60_000,
  );
  return {
    port,
    async stop() {
      child.kill('SIGTERM');
      return (await exited) === 0;
    },
  };
}
