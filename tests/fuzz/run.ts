/**
 * `npm run fuzz`: sends thousands of hostile bodies to every route that takes one, as everybody who can sign in and as nobody, to a
 * Chaser of its own. Nothing may break (5xx), take longer than a second, or hold up the sign of life.
 *
 *   npm run fuzz
 *   npm run fuzz -- --seed 42 --count 500
 *   npm run fuzz -- --seed 42 --only 317      one of them once more
 *
 * Exit code: 0 when nothing was found, 1 when something was.
 */
import { fork, spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PROJECT } from '../../embedded/folders.ts';
import { freePorts } from '../../embedded/free-port.ts';
import { startServers } from '../support/servers.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    count: { type: 'string', default: '5000' },
    only: { type: 'string' },
    minutes: { type: 'string', default: '20' },
  },
});
const [seed, count, minutes] = [Number(values.seed), Number(values.count), Number(values.minutes)];
if (![seed, count, minutes].every((one) => Number.isInteger(one) && one >= 0)) {
  process.stderr.write('--seed, --count and --minutes are whole numbers, for example: npm run fuzz -- --seed 42 --count 500\n');
  process.exit(2);
}
const say = (text: string): void => void process.stdout.write(`${text}\n`);
say(`Seed ${seed}: repeat it with npm run fuzz -- --seed ${seed} --count ${count}`);

const servers = await startServers(say);
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
const { openFuzzWorld, readGround } = await import('./fuzz-world.ts');
const { fuzz, inWords, quietestMs } = await import('./fuzz.ts');
const { LINK_SECRET } = await import('../support/world.ts');
const { waitUntil } = await import('../support/wait-until.ts');

const fuzzWorld = await openFuzzWorld();
const { world } = fuzzWorld;
const [port = 0, healthPort = 0] = await freePorts(2);
const origin = `http://127.0.0.1:${port}`;
const logFile = join(mkdtempSync(join(tmpdir(), 'chaser-fuzz-')), 'web.log');
const web = spawn(process.execPath, [join(PROJECT, 'web/main.ts')], {
  env: {
    PATH: process.env['PATH'],
    DATABASE_URL: world.databaseUrl,
    TEMPORAL_ADDRESS: world.temporal.address,
    TEMPORAL_NAMESPACE: world.temporal.namespace,
    TEMPORAL_TASK_QUEUE: world.temporal.taskQueue,
    WEB_PORT: String(port),
    WEB_URL: origin,
    WEB_HEALTH_HOST: '127.0.0.1',
    WEB_HEALTH_PORT: String(healthPort),
    LINK_SECRET,
    SMTP_URL: world.sink.url,
    MAIL_FROM: 'Chaser <chaser@post.example>',
    // Every request says that it comes from another address: no limit on requests is to hide anything.
    TRUST_PROXY: '1',
  },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const log = createWriteStream(logFile);
for (const stream of [web.stdout, web.stderr]) stream.pipe(log, { end: false });
const webEnded = new Promise<number | null>((resolve) => web.once('exit', resolve));
const answersAt = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
await waitUntil('the web service answers', () => answersAt(`http://127.0.0.1:${healthPort}/healthz`), 60_000);

const probe = fork(join(PROJECT, 'tests/fuzz/probe.ts'), [`http://127.0.0.1:${healthPort}/healthz`]);
const probed = () =>
  new Promise<readonly number[]>((resolve) => {
    probe.once('message', (times) => resolve(times as readonly number[]));
    probe.send('tell');
  });
const ground = await readGround(fuzzWorld, origin);
say(`${ground.routes.length} routes, ${ground.forms.length} forms, ${fuzzWorld.senders.length} senders.`);
await probed();
await sleep(5_000);
const idle = await probed();

const startedMs = performance.now();
const report = await fuzz(origin, ground, fuzzWorld, {
  seed,
  count,
  atOnce: 2,
  withinMs: minutes * 60_000,
  ...(values.only === undefined ? {} : { only: Number(values.only) }),
  progress: (sent) => sent % 500 === 0 && say(`${sent} sent.`),
});
const busy = await probed();
const tookS = (performance.now() - startedMs) / 1000;

const stillSlow = [];
for (const finding of report.slow) if ((await quietestMs(origin, finding)) > 1_000) stillSlow.push(finding);
const died = web.exitCode !== null;

say(`\n${report.sent} sent in ${tookS.toFixed(0)} s, to ${[...report.byRoute.values()].filter((n) => n > 0).length} routes.`);
say(
  `Answers: ${Object.entries(report.byStatus)
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ')}`,
);
say(`Broken (5xx or no answer): ${report.broken.length}`);
for (const finding of report.broken.slice(0, 40)) say(inWords(finding));
say(`Longer than a second: ${report.slow.length}, of which by themselves: ${stillSlow.length}`);
for (const finding of stillSlow.slice(0, 20)) say(inWords(finding));
say('What took longest:');
for (const finding of report.slowest) say(inWords(finding));
say(`/healthz before: ${spread(idle)}`);
say(`/healthz during: ${spread(busy)}`);
if (died) say(`The web service ended by itself. Its log: ${logFile}`);
if (report.sent < count && values.only === undefined) say(`Only ${report.sent} of ${count} were sent within ${minutes} minutes.`);

const held = over(busy) / Math.max(1, busy.length) > 0.01 + over(idle) / Math.max(1, idle.length);
if (held) say('The sign of life was held up: more than one probe in a hundred took over 100 ms.');
const found = report.broken.length > 0 || stillSlow.length > 0 || held || died;
say(found ? `\nSomething was found. The log of the web service: ${logFile}` : '\nNothing was found.');

probe.disconnect();
web.kill('SIGTERM');
await webEnded;
await fuzzWorld.end();
await servers.stop();
process.exit(found ? 1 : 0);

function over(times: readonly number[]): number {
  return times.filter((ms) => ms > 100).length;
}

function spread(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `${times.length} probes, half within ${at(0.5)} ms, 99 % within ${at(0.99)} ms, longest ${at(1)} ms, ${over(times)} over 100 ms`;
}
