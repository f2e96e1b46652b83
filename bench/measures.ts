/**
 * `npm run bench -- measures [DEPLOYMENTS]`: how long measures of the evaluation take over so many deployments, each counted three times, and
 * the most memory that the process held.
 */
import { reportMeasure } from '../desk/measures.ts';
import { measureNamed } from '../domain/measures/evaluation.ts';
import { latestDay } from '../postgres/views/figures.ts';
import { openPagesWorld } from './pages-world.ts';

const MEASURED = ['M2', 'M4', 'M5', 'M8', 'M9', 'M19', 'M20', 'M23'] as const;
const TIMES = 3;

const deployments = Number(process.argv[2] ?? 20_000);
const world = await openPagesWorld(deployments);
try {
  const { rows } = await world.db.query<{ count: number }>('SELECT count(*)::int AS count FROM events');
  console.log(`${deployments} deployments, ${rows[0]?.count ?? 0} events`);
  const everything = { scope: { sql: 'true', values: [] }, region: '', programme: '' };
  const today = await latestDay(world.db, everything);
  for (const id of MEASURED) {
    const measure = measureNamed(id);
    if (measure === undefined) throw new Error(`There is no ${id}.`);
    const took: number[] = [];
    for (let time = 0; time < TIMES; time += 1) {
      const began = performance.now();
      await reportMeasure(world.db, { ...everything, measure, by: 'region', asOf: today, knownAt: today });
      took.push(Math.round(performance.now() - began));
    }
    console.log(`${id.padEnd(4)} ${took.map((ms) => `${ms} ms`).join(', ')}   ${measure.title}`);
  }
  console.log(`resident: ${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`);
} finally {
  await world.end();
}
