/**
 * `npm run bench -- reports [DEPLOYMENTS | ADDRESS]`: how long every `chaser report` takes over so many deployments, or over those of a database at this
 * address, which is only read. Each is counted twice; the first time is said apart, because
 * PostgreSQL may read from its files then.
 */
import { reportMeasure } from '../desk/measures.ts';
import { reportTimeliness } from '../desk/timeliness.ts';
import { MEASURES } from '../domain/measures/evaluation.ts';
import { addDays } from '../domain/time/plain-date.ts';
import { openDatabase } from '../postgres/database.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { LINES_OF } from '../postgres/views/timeliness.ts';
import { openPagesWorld } from './pages-world.ts';
import type { PagesWorld } from './pages-world.ts';

const TIMES = 2;
const YEAR = 365;
const EVERYTHING = { scope: { sql: 'true', values: [] }, region: '', programme: '' };

const [given = '10000'] = process.argv.slice(2);
const world = /^\d+$/.test(given) ? await openPagesWorld(Number(given), 'reports') : opened(given);
try {
  const { db } = world;
  const { rows } = await db.query<{ deployments: number; events: number }>(
    'SELECT (SELECT count(*)::int FROM deployments) AS deployments, (SELECT count(*)::int FROM events) AS events',
  );
  console.log(`${rows[0]?.deployments ?? 0} deployments, ${rows[0]?.events ?? 0} events`);
  const asOf = await latestDay(db, EVERYTHING);
  const slowest: number[] = [];
  const time = async (name: string, title: string, report: () => Promise<unknown>) => {
    const took: number[] = [];
    for (let at = 0; at < TIMES; at += 1) {
      const began = performance.now();
      await report();
      took.push(Math.round(performance.now() - began));
    }
    const [first = 0, ...again] = took;
    slowest.push(Math.max(...again));
    console.log(`${name.padEnd(22)} ${String(first).padStart(6)} ms, then ${again.map((ms) => `${ms} ms`).join(', ')}   ${title}`);
  };
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
  console.log(`the slowest: ${Math.max(...slowest)} ms; resident: ${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`);
} finally {
  await world.end();
}

function opened(address: string): Pick<PagesWorld, 'db' | 'end'> {
  const db = openDatabase(address);
  return { db, end: () => db.end() };
}
