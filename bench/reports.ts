/**
 * `npm run bench -- reports [DEPLOYMENTS | ADDRESS] [--only=WORDS] [--file=PATH]`: how long every `chaser report` and the page of each takes over so many deployments, or
 * over those of a database at this address, which is only read, and has no pages unless this bench made it. Each is counted three times; the first time is
 * said apart, because PostgreSQL may read from its files then. Beside it, of the last time, the processor of this process, of its main thread alone, and of
 * PostgreSQL (on Linux); and the longest that the main thread was held up: every other page waits for it.
 * Each figure is printed as soon as it is known, and added to the file as a line of JSON, so that a run that is cut short has told what it found.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { reportFormsReturned } from '../desk/forms-returned.ts';
import { reportMeasure } from '../desk/measures.ts';
import { reportMonthlyReturn } from '../desk/monthly-return.ts';
import { reportTimeliness } from '../desk/timeliness.ts';
import { MEASURES } from '../domain/measures/evaluation.ts';
import { monthOf, periodOf } from '../domain/measures/monthly-return.ts';
import { addDays } from '../domain/time/plain-date.ts';
import { openDatabase } from '../postgres/database.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { LINES_OF } from '../postgres/views/timeliness.ts';
import { signedInAs } from '../tests/web/guarded-app.ts';
import { servicesOf } from '../tests/web/staff-app.ts';
import { createApp } from '../web/app.ts';
import { urls } from '../web/shared/urls.ts';
import { serverMs } from './processor.ts';
import { openPagesWorld } from './pages-world.ts';
import type { PagesWorld } from './pages-world.ts';

const TIMES = 3;
const YEAR = 365;
const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
const AIM_MS = 5_000;

const words = process.argv.slice(2);
const [given = '10000'] = words.filter((one) => !one.startsWith('--'));
const only = words.find((one) => one.startsWith('--only='))?.slice('--only='.length) ?? '';
const file = words.find((one) => one.startsWith('--file='))?.slice('--file='.length) ?? '';
if (file !== '') writeFileSync(file, '');
const began = performance.now();
const world = /^\d+$/.test(given) ? await openPagesWorld(Number(given), 'reports') : opened(given);
const slowest = { name: '', ms: 0 };
try {
  const { db } = world;
  const { rows } = await db.query<{ deployments: number; events: number }>(
    'SELECT (SELECT count(*)::int FROM deployments) AS deployments, (SELECT count(*)::int FROM events) AS events',
  );
  const readyMs = Math.round(performance.now() - began);
  console.log(`${rows[0]?.deployments ?? 0} deployments, ${rows[0]?.events ?? 0} events, ready after ${Math.round(readyMs / 1_000)} s`);
  keep({ ...rows[0], readyMs });
  const asOf = await latestDay(db, EVERYTHING);
  for (const by of LINES_OF) {
    for (const days of ['calendar', 'working'] as const) {
      await time(`timeliness ${by}`, `a year, in ${days} days`, () =>
        reportTimeliness(db, { ...EVERYTHING, by, days, asOf, from: addDays(asOf, -YEAR), to: asOf }),
      );
    }
  }
  for (const measure of MEASURES) {
    const by = measure.strata.includes('region') ? 'region' : 'all';
    await time(`measures ${measure.id} ${by}`, measure.title, () => reportMeasure(db, { ...EVERYTHING, measure, by, asOf, knownAt: asOf }));
  }
  const period = periodOf(monthOf(asOf), asOf);
  if (period === null) throw new Error(`The month of ${asOf} has not begun.`);
  await time('return', 'the month that runs', () => reportMonthlyReturn(db, { ...EVERYTHING, ...period, asOf }));
  const { rows: programmes } = await db.query<{ programme: string }>('SELECT DISTINCT programme FROM deployments ORDER BY 1');
  for (const { programme } of programmes) {
    await time(`forms ${programme}`, 'how its forms came back', () => reportFormsReturned(db, { ...EVERYTHING, programme, asOf }));
  }
  await timePages(
    world,
    programmes.map(({ programme }) => programme),
  );
  keep({ slowest, aimMs: AIM_MS });
  console.log(
    `The slowest: ${slowest.name}, ${slowest.ms} ms; the aim: ${AIM_MS} ms. Resident: ${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`,
  );
} finally {
  await world.end();
}
process.exit(0);

async function time(name: string, title: string, report: () => Promise<unknown>): Promise<void> {
  if (!name.includes(only)) return;
  const took: number[] = [];
  let [node, main, server, heldUp] = [0, 0, 0, 0];
  for (let at = 0; at < TIMES; at += 1) {
    const serverBegan = await serverMs(world.db);
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    const [began, cpu, mainCpu] = [performance.now(), process.cpuUsage(), process.threadCpuUsage()];
    await report();
    took.push(Math.round(performance.now() - began));
    node = msOf(process.cpuUsage(cpu));
    main = msOf(process.threadCpuUsage(mainCpu));
    // What held it up at the end is known once it goes on.
    await setTimeout(5);
    delays.disable();
    heldUp = Math.round(delays.max / 1_000_000);
    server = (await serverMs(world.db)) - serverBegan;
  }
  const [first = 0, ...again] = took;
  keep({ name, tookMs: took, nodeMs: node, mainThreadMs: main, postgresMs: server, heldUpMs: heldUp });
  for (const ms of took) if (ms > slowest.ms) Object.assign(slowest, { name, ms });
  console.log(
    `${name.padEnd(22)} ${String(first).padStart(6)} ms, then ${again.map((ms) => `${ms} ms`).join(', ')}; Node ${node} ms (main thread ${main}, held up ${heldUp}), PostgreSQL ${server} ms   ${title}`,
  );
}

function msOf({ user, system }: NodeJS.CpuUsage): number {
  return Math.round((user + system) / 1_000);
}

/** Adds a line to the file, where one was asked for. */
function keep(found: object): void {
  if (file !== '') appendFileSync(file, `${JSON.stringify(found)}\n`);
}

/** The page of each report, as an administrator sees it. */
async function timePages({ db, url }: PagesWorld, programmes: readonly string[]): Promise<void> {
  const { rowCount } = await db.query("SELECT FROM people WHERE id = 'bench-admin'");
  if (rowCount === 0) return;
  const pool = openDatabase(url);
  const app = await createApp(servicesOf(pool), { trustProxy: false });
  const { cookies } = await signedInAs(db, 'bench-admin');
  let asked = 0;
  const page = (name: string, path: string) =>
    time(`page ${name}`, path, async () => {
      asked += 1;
      const { statusCode, body } = await app.inject({ url: path, cookies, remoteAddress: `10.1.${asked % 250}.7` });
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${body}`);
    });
  await page('timeliness', urls.timeliness());
  for (const { id, parts } of MEASURES) if (parts.length > 0) await page(id, `${urls.measure(id)}?by=region`);
  await page('return', urls.monthlyReturn());
  for (const programme of programmes) await page(`forms ${programme}`, `${urls.formsReturned()}?programme=${programme}`);
  await app.close();
  await pool.end();
}

function opened(address: string): PagesWorld {
  const db = openDatabase(address);
  return { db, url: address, end: () => db.end() };
}
