import { spawn } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which version of the Temporal server is built, in which folder the building goes on, and as which file of it the server ends. */
type Wanted = { readonly version: string; readonly cache: string; readonly target: string };

const TELL_EVERY_MS = 30_000;
const LOOK_EVERY_MS = 500;
/** `build-1764450000000-4711-x8Kd2a`: when it began, so that they sort by it, and the process that builds. */
const FOLDER = /^build-\d+-(?<pid>\d+)-/;

/**
 * Builds the Temporal server with Go, unless it is there already. While another process of this machine builds it, as `npm start` and `npm test`
 * would beside each other, waits for that one: both at once take twice as long. `say` reports what is being waited for. Throws what Go said where it failed.
 */
export async function buildTemporal({ version, cache, target }: Wanted, say: (text: string) => void): Promise<void> {
  const startedMs = Date.now();
  const folder = await mkdtemp(join(cache, `build-${startedMs}-${process.pid}-`));
  let doing = '';
  const progress = setInterval(() => say(`  still ${doing}, ${Math.round((Date.now() - startedMs) / 1000)} s`), TELL_EVERY_MS);
  try {
    while (await isBuiltBefore(folder, cache)) {
      if (doing === '') say(`Another process is building the Temporal server ${version}. Waiting for it.`);
      doing = 'waiting for the other build';
      await sleep(LOOK_EVERY_MS);
    }
    if (existsSync(target)) return;
    say(`Building the Temporal server ${version} with Go, once. This takes about five minutes.`);
    doing = 'building';
    await install(version, folder);
    const [built] = await readdir(folder);
    if (built === undefined) throw new Error('go install left no program behind.');
    // Renamed once, so that an interrupted build is never taken for a server.
    renameSync(join(folder, built), target);
  } finally {
    clearInterval(progress);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether somebody who began earlier still builds. What a process left that is no more is deleted. */
async function isBuiltBefore(folder: string, cache: string): Promise<boolean> {
  for (const name of (await readdir(cache)).toSorted()) {
    const path = join(cache, name);
    const pid = FOLDER.exec(name)?.groups?.['pid'];
    if (path === folder) return false;
    if (pid === undefined) continue;
    if (isAlive(Number(pid))) return true;
    await rm(path, { recursive: true, force: true });
  }
  return false;
}

/** Whether a process has this id. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function install(version: string, folder: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const go = spawn('go', ['install', '-ldflags', '-s -w', `go.temporal.io/server/cmd/server@${version}`], {
      env: { ...process.env, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    go.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4_000)));
    go.once('error', reject);
    go.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`go install failed:\n${said.trimEnd().split('\n').slice(-8).join('\n')}`)),
    );
  });
}
