/**
 * `npm run bench -- NAME [ARGUMENTS]`: one measurement, in a process of its own. Machines are noisy: read the ratios and
 * the counts.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHES = {
  morning: 'wake-ups and letters a second when N deployments fall due at once, beside a bare timer and insert',
  weight: 'storage, memory and starts a second of N sleeping deployments, beside bare workflows and beside inputs that hold everything',
  actions: 'what one undisturbed deployment costs, counted from its history',
  'dead-mailbox': 'letters a second with one dead mailbox among them, beside a clean run',
  pages: 'p50 and p95 of every page of the staff that lists or counts, with 5,000 deployments',
  measures: 'how long measures of the evaluation take over 20,000 deployments',
  reports: 'how long each `chaser report` takes over 10,000 deployments, or over those of a database at an address',
  restart: 'workers and web services restarted one after the other while people answer: how long, and nothing lost',
  restores: 'record or engine restored to random moments and reconciled: nothing lost, nothing sent twice',
  scale: 'N deployments with months of history: starts, storage, memory, a morning of 13 %, pages and answers meanwhile, and a restart',
  'due-dates': 'due dates a minute, with their explanations',
} as const;

const [name = '', ...args] = process.argv.slice(2);
if (!(name in BENCHES)) {
  const known = Object.entries(BENCHES).map(([bench, what]) => `  ${bench.padEnd(13)} ${what}`);
  process.stderr.write(`Name a bench, for example: npm run bench -- morning 500\n${known.join('\n')}\n`);
  process.exit(2);
}
const child = spawn(process.execPath, [fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), ...args], { stdio: 'inherit' });
child.on('exit', (code) => process.exit(code ?? 1));
