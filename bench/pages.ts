/**
 * How long pages take with N deployments in PostgreSQL, as a coordinator of one region and as an administrator of all see them: p50 and
 * p95 of M requests each, one at a time, after as many that are not measured, from the request to the last byte of the page, without the network. Beside them, what other
 * work on the machine changes least: queries, milliseconds of processor in this process and in PostgreSQL (on Linux), and the size.
 *
 *   npm run bench -- pages [N] [M] [FOLDER] [--only=WORDS]
 *
 * WORDS are parts of the names of the pages that are wanted, with commas between them: --only=today,figures. FOLDER is another checkout of Chaser, its packages installed: each request is made to both in turn, and its lines say “before”. It
 * is given the database of this checkout, so a migration must only have added to it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { openDatabase } from '../postgres/database.ts';
import { signedInAs } from '../tests/web/guarded-app.ts';
import { servicesOf } from '../tests/web/staff-app.ts';
import { createApp } from '../web/app.ts';
import { openPagesWorld } from './pages-world.ts';

const given = process.argv.slice(2);
const [deployments, rounds, BEFORE] = given.filter((one) => !one.startsWith('--'));
const N = Number(deployments ?? 5_000);
const M = Number(rounds ?? 60);
const ONLY = (given.find((one) => one.startsWith('--only=')) ?? '')
  .slice('--only='.length)
  .toLowerCase()
  .split(',')
  .filter((word) => word !== '');
/**
 * Every page of the staff that lists or counts something, and some that are about one thing. `:leader` is a system leader of the coordinator’s
 * region. The service page is not among them: it waits for an engine, of which there is none here.
 */
const PAGES: readonly (readonly [string, string])[] = [
  ['Today', '/'],
  ['Deployments', '/deployments'],
  ['Deployments, late ones', '/deployments?late=yes&sort=late'],
  ['Deployments, as a file', '/deployments.csv'],
  ['Deployments, four filters', '/deployments?q=school&status=running&stage=matching&region=Region+1&sort=changed'],
  ['A deployment, silent', '/deployments/C0000126'],
  ['A deployment, half way', '/deployments/C0000180'],
  ['A deployment, its forecast', '/deployments/C0000180/forecast'],
  ['A deployment, its shortlist', '/deployments/C0000180/shortlist'],
  ['A deployment, an answer to record', '/deployments/C0000126/answer/confirm-participation'],
  ['E-mails', '/post'],
  ['Limit of e-mails', '/post/limit'],
  ['What goes out next', '/post/tomorrow'],
  ['What goes out next, 7 days', '/post/tomorrow?days=7'],
  ['What goes out next, of one', '/post/tomorrow?deployment=C0000126'],
  ['What goes out next, to one person', '/post/tomorrow?to=:leader'],
  ['Region', '/region'],
  ['Wallboard', '/region/wallboard'],
  ['Figures', '/charts'],
  ['Figures, 52 weeks', '/charts?weeks=52'],
  ['Timeliness', '/timeliness'],
  ['Timeliness, as a file', '/timeliness.csv'],
  ['Measures', '/measures'],
  ['Places for governance', '/governance-places'],
  ['Schools', '/schools?q=school'],
  ['A school', '/schools/S180'],
  ['People', '/people'],
  ['A person', '/people/:leader'],
  ['The work of a person', '/people/:leader/work'],
  ['A person, their sessions', '/people/:leader/sessions'],
  ['A person, to be merged', '/people/:leader/merge'],
  ['A person, to be ended', '/people/:leader/end'],
  ['Choosing a person', '/choose/person?q=person'],
  ['Choosing a school', '/choose/school?q=school'],
  ['System leaders', '/leaders'],
  ['A system leader', '/leaders/:leader'],
  ['Matching', '/matching'],
  ['Schools that can be helped', '/eligible'],
  ['Eligible schools, as a file', '/eligible.csv?programme=tsi-2022-23'],
  ['Start many', '/eligible/start'],
  ['Calendars', '/calendars'],
  ['Calendar of an authority', '/calendars/authority/B1'],
  ['Programmes', '/programmes'],
  ['A programme', '/programmes/tsi-2022-23'],
  ['A programme, its letters', '/programmes/tsi-2022-23/letters'],
  ['A programme, its versions', '/programmes/tsi-2022-23/versions'],
  ['Start', '/start'],
  ['Many at once', '/many'],
  ['Under way elsewhere', '/many/under-way'],
  ['Saved views', '/views'],
  ['Replies', '/replies'],
  ['Replies, everything', '/replies?show=all'],
  ['Surveys', '/survey-waves'],
  ['A survey', '/survey-waves/1'],
  ['A new survey', '/survey-waves/new'],
  ['Your e-mails', '/your-e-mails'],
  ['Your calendar', '/your-calendar'],
  ['Your sessions', '/sessions'],
];

/** One checkout of the service, and how many queries it has made. */
type Measured = { readonly words: string; readonly app: FastifyInstance; readonly queries: () => number };
type Spent = { readonly ms: number; readonly node: number; readonly postgres: number; readonly queries: number; readonly bytes: number };

const began = performance.now();
const world = await openPagesWorld(N);
const pools: pg.Pool[] = [];
/** Hundredths of a second of processor by connection, as last seen, and of all. */
const usedBy = new Map<number, number>();
let usedByAll = 0;
const measured = [await serve('now', createApp, servicesOf)];
if (BEFORE !== undefined) {
  const from = async (path: string): Promise<unknown> => import(pathToFileURL(join(resolve(BEFORE), path)).href);
  const { createApp: itsApp } = (await from('web/app.ts')) as { readonly createApp: typeof createApp };
  const { servicesOf: itsServices } = (await from('tests/web/staff-app.ts')) as { readonly servicesOf: typeof servicesOf };
  measured.push(await serve('before', itsApp, itsServices));
}
try {
  const leader = await leaderOfRegion();
  const { rows } = await world.db.query<Record<string, number>>(
    `SELECT (SELECT count(*)::int FROM deployments) AS deployments, (SELECT count(*)::int FROM events) AS events,
            (SELECT count(*)::int FROM messages) AS messages, (SELECT count(*)::int FROM schools) AS schools`,
  );
  say(`${JSON.stringify(rows[0])}, made in ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  for (const [who, person] of [
    ['coordinator of one region', 'bench-coordinator'],
    ['administrator of all', 'bench-admin'],
  ] as const) {
    say(
      `\n${who.padEnd(34)}${['p50 ms', 'p95 ms', 'queries', 'Node ms', 'PostgreSQL ms', 'KiB'].map((head) => head.padStart(15)).join('')}`,
    );
    const { cookies } = await signedInAs(world.db, person);
    for (const [name, path] of PAGES) await measure(name, path.replace(':leader', leader), cookies);
  }
  say('\nwhoever has a link');
  await measure('The page of an answer', await answerLink(), {});
} finally {
  for (const { app } of measured) await app.close();
  for (const pool of pools) await pool.end();
  await world.end();
}
process.exit(0);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function serve(words: string, create: typeof createApp, services: typeof servicesOf): Promise<Measured> {
  const pool = openDatabase(world.url);
  pools.push(pool);
  let queries = 0;
  const query = pool.query.bind(pool);
  pool.query = ((...given: Parameters<typeof query>) => {
    queries += 1;
    return query(...given);
  }) as typeof pool.query;
  return { words, app: await create(services(pool), { trustProxy: false }), queries: () => queries };
}

/**
 * Asks each checkout in turn, M times until each connection has met the queries and has settled on plans for them, and M times for the
 * figures. A page that the person may not see is left out.
 */
async function measure(name: string, path: string, cookies: Record<string, string>): Promise<void> {
  const spent = measured.map((): Spent[] => []);
  // Its name, or nothing was asked for by name.
  if (ONLY.length > 0 && !ONLY.some((word) => name.toLowerCase().includes(word))) return;
  for (let nth = -M; nth < M; nth += 1) {
    for (const [at, { app, queries }] of measured.entries()) {
      const [from, cpu, asked, server] = [performance.now(), process.cpuUsage(), queries(), await postgresMs()];
      const response = await app.inject({
        url: path,
        cookies,
        remoteAddress: `10.${(nth + M) % 256}.${PAGES.findIndex(([one]) => one === name) + 1}.${Math.floor((nth + M) / 256)}`,
      });
      const { user, system } = process.cpuUsage(cpu);
      // Not for this person, whose region or role does not reach so far.
      if (response.statusCode === 403 || (response.statusCode === 404 && at === 0 && nth === -M)) return;
      // A page that the other checkout does not have yet.
      if (response.statusCode === 404 && at > 0) continue;
      if (response.statusCode !== 200) throw new Error(`${path}: ${response.statusCode} ${response.body}`);
      const ms = performance.now() - from;
      if (nth < 0) continue;
      const of = { ms, node: (user + system) / 1_000, postgres: (await postgresMs()) - server, queries: queries() - asked };
      spent[at]?.push({ ...of, bytes: response.rawPayload.length });
    }
  }
  for (const [at, { words }] of measured.entries()) {
    const all = spent[at] ?? [];
    if (all.length === 0) continue;
    const sorted = all.map(({ ms }) => ms).toSorted((one, other) => one - other);
    const part = (of: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? 0).toFixed(0);
    const mean = (of: (one: Spent) => number) => all.reduce((sum, one) => sum + of(one), 0) / all.length;
    const figures = [part(0.5), part(0.95), mean(({ queries }) => queries).toFixed(0), mean(({ node }) => node).toFixed(0)];
    const more = [mean(({ postgres }) => postgres).toFixed(0), (mean(({ bytes }) => bytes) / 1_024).toFixed(0)];
    say(
      `  ${`${name}${measured.length > 1 ? `, ${words}` : ''}`.padEnd(32)}${[...figures, ...more].map((figure) => figure.padStart(15)).join('')}`,
    );
  }
}

/** Milliseconds of processor that all connections of this database have used so far, also those that have closed since, in steps of ten; NaN where nobody says. */
async function postgresMs(): Promise<number> {
  if (process.platform !== 'linux') return Number.NaN;
  const { rows } = await world.db.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
  );
  for (const { pid } of rows) {
    // The name of the process stands in brackets, and may hold spaces. User and system time are the 14th and 15th fields.
    // A connection that has closed meanwhile has none.
    const stat = `/proc/${pid}/stat`;
    if (!existsSync(stat)) continue;
    const fields = readFileSync(stat, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    usedByAll += ticks - (usedBy.get(pid) ?? 0);
    usedBy.set(pid, ticks);
  }
  return usedByAll * 10;
}

async function leaderOfRegion(): Promise<string> {
  const { rows } = await world.db.query<{ person: string }>(
    `SELECT held.person FROM deployment_parties held JOIN deployments d ON d.reference = held.reference JOIN schools s ON s.urn = d.urn
     WHERE held.role = 'system-leader' AND held.until IS NULL AND s.region = 'Region 1' AND d.reference LIKE 'C%' ORDER BY held.person LIMIT 1`,
  );
  const [leader] = rows;
  if (leader === undefined) throw new Error('No system leader works in Region 1.');
  return leader.person;
}

/** The link of somebody who is asked something, as a letter would hold it. */
async function answerLink(): Promise<string> {
  const { links } = servicesOf(world.db);
  const { rows } = await world.db.query<{ reference: string; step: string; round: number; role: string; person: string }>(
    `SELECT s.reference, s.step, s.round, held.role, held.person FROM steps s JOIN deployment_parties held
       ON held.reference = s.reference AND held.role = s.owner AND held.until IS NULL
     WHERE s.state = 'open' AND s.reference LIKE 'C%' ORDER BY s.reference, s.step LIMIT 1`,
  );
  const [asked] = rows;
  if (asked === undefined) throw new Error('Nobody is asked anything.');
  const token = links.tokenFor(asked, 1);
  await world.db.query('INSERT INTO answer_links (hash, reference, step, round, role, person) VALUES ($1, $2, $3, $4, $5, $6)', [
    links.hashOf(token),
    asked.reference,
    asked.step,
    asked.round,
    asked.role,
    asked.person,
  ]);
  return `/a/${token}`;
}
