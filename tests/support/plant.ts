import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureFolder, PROJECT } from '../../embedded/folders.ts';
import { planted, PLANTS } from './plants.ts';
import type { Plant } from './plants.ts';
import { startServers } from './servers.ts';

/**
 * `npm run plant`: plants each bug of plants.ts in a copy of the project, one at a time, and runs the tests that must
 * catch it. A bug is caught when one of them fails or does not finish. Ends with `N caught, N survived`, and fails when a
 * bug survived or could not be planted. The working tree is not touched.
 *
 *   npm run plant                             every bug
 *   npm run plant -- promise                  the bugs whose description mentions a promise
 *   npm run plant -- postgres/record          the bugs in these files
 *   npm run plant -- --against FILE promise   the same, against another test file
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { against: { type: 'string', multiple: true } } });

/** A test that waits in vain ends by itself long before this; only a run that hangs is killed. */
const ENDED_AFTER_MS = 300_000;

/** Signs that a test failed because of the plant itself. Such a failure says nothing about the tests. */
const FAULTY =
  /SyntaxError|ReferenceError|syntax error at or near|could not determine data type|bind message supplies|missing FROM-clause|Transform failed/;

const words = positionals.join(' ').toLowerCase();
const wanted = PLANTS.filter(({ bug, file }) => `${bug} ${file}`.toLowerCase().includes(words));
if (wanted.length === 0) {
  process.stderr.write(`No bug holds the words "${words}". They stand in tests/support/plants.ts.\n`);
  process.exit(2);
}

const copy = copyOfProject();
const servers = await startServers(() => undefined);
const survivors: string[] = [];
/** Ends the test run that is under way; set while there is one. */
let endRun = (): void => undefined;
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupted = true;
    endRun();
  });
}
try {
  const green = new Map<string, boolean>();
  for (const plant of wanted) {
    if (interrupted) break;
    const tests = values.against ?? plant.caughtBy;
    const key = tests.join(' ');
    if (!green.has(key)) green.set(key, (await run(tests)).passed);
    if (interrupted) break;
    const verdict = green.get(key) === true ? await tryOut(plant, tests) : `NOT TRIED: ${key} fails as it is`;
    if (interrupted) break;
    if (!verdict.startsWith('caught')) survivors.push(plant.bug);
    process.stdout.write(`${verdict}: ${plant.bug}\n`);
  }
} finally {
  await servers.stop();
  rmSync(copy, { recursive: true, force: true });
}
if (interrupted) process.exit(130);
process.stdout.write(`${wanted.length - survivors.length} caught, ${survivors.length} survived\n`);
process.exit(survivors.length === 0 ? 0 : 1);

async function tryOut(plant: Plant, tests: readonly string[]): Promise<string> {
  const path = join(copy, plant.file);
  const text = readFileSync(path, 'utf8');
  const bad = planted(text, plant);
  if (bad === null) return `NOT PLANTED, its place in ${plant.file} is gone or not the only one`;
  writeFileSync(path, bad);
  try {
    const { passed, ended, said } = await run(tests);
    if (passed) return 'SURVIVED';
    if (FAULTY.test(said)) return `NOT PLANTED, it breaks ${plant.file} (${FAULTY.exec(said)?.[0]})`;
    return ended ? 'caught' : 'caught (its tests hung)';
  } finally {
    writeFileSync(path, text);
  }
}

type Ran = { readonly passed: boolean; readonly ended: boolean; readonly said: string };

/** Runs test files of the copy against the servers that are already running. */
function run(tests: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    // A process group of its own, so that the test processes end with it.
    const child = spawn(process.execPath, [join(copy, 'tests/support/run-tests.ts'), '--bail', ...tests], {
      cwd: copy,
      detached: true,
      env: { ...process.env, TEST_DATABASE_URL: servers.databaseUrl, TEST_TEMPORAL_ADDRESS: servers.temporalAddress },
    });
    let said = '';
    let ended = true;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => void (said += text.toString()));
    endRun = () => {
      ended = false;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    const limit = setTimeout(endRun, ENDED_AFTER_MS);
    child.on('close', (code) => {
      clearTimeout(limit);
      endRun = () => undefined;
      resolve({ passed: code === 0, ended, said });
    });
  });
}

/** The project as it is on the disk, without files that git ignores. Its packages are shared. */
function copyOfProject(): string {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: PROJECT });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr.toString()}`);
  const folder = mkdtempSync(join(tmpdir(), 'chaser-plant-'));
  for (const file of listed.stdout.toString().split('\0')) {
    // Git lists a file that was deleted until the deletion is committed, and a linked packages folder as if it were a
    // file of ours.
    if (file.startsWith('docs/') || !statSync(join(PROJECT, file), { throwIfNoEntry: false })?.isFile()) continue;
    ensureFolder(dirname(join(folder, file)));
    cpSync(join(PROJECT, file), join(folder, file));
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}
