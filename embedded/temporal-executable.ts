import { execFile } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { buildTemporal } from './build-temporal.ts';
import { cacheFolder, ensureFolder } from './folders.ts';

const run = promisify(execFile);

/**
 * `cli` is the `temporal` command with its development server; `server` is the plain server, run with our own
 * configuration.
 */
export type TemporalExecutable = { readonly kind: 'cli' | 'server'; readonly path: string };

/** The version of the `temporal` command that is downloaded. Time skipping came with 1.9. */
const CLI_VERSION = 'v1.9.0';
const LEAST_CLI = [1, 9] as const;
const SERVER_VERSION = 'v1.32.1';

const DOWNLOAD_FROM = 'https://temporal.download/cli/';
const REACHABLE_WITHIN_MS = 5_000;
const DOWNLOAD_WITHIN_MS = 180_000;

/**
 * Finds a Temporal server for this machine: the `temporal` command on the path, the one in the cache, the SDK's own
 * download or, when that cannot be reached, one built with Go. What had to be downloaded or built is kept in the user's
 * cache folder under its version. `say` reports what is being waited for.
 */
export async function findTemporalExecutable(say: (text: string) => void): Promise<TemporalExecutable> {
  const onPath = await cliOnPath();
  if (onPath !== undefined) return { kind: 'cli', path: onPath };

  const cache = ensureFolder(join(cacheFolder(), 'temporal'));
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const cli = join(cache, `temporal-cli-${CLI_VERSION}${suffix}`);
  const server = join(cache, `temporal-server-${SERVER_VERSION}${suffix}`);
  if (existsSync(cli)) return { kind: 'cli', path: cli };
  if (existsSync(server)) return { kind: 'server', path: server };

  if (await canReach(DOWNLOAD_FROM)) {
    say(`Downloading the Temporal server ${CLI_VERSION}, once.`);
    const failure = await download(cache, cli);
    if (failure === undefined) return { kind: 'cli', path: cli };
    say(`The download failed: ${failure}`);
  } else {
    say(`The download of the Temporal server cannot be reached (${new URL(DOWNLOAD_FROM).host}).`);
  }

  if (await hasGo()) {
    await buildTemporal({ version: SERVER_VERSION, cache, target: server }, say);
    return { kind: 'server', path: server };
  }
  throw new Error(
    'There is no Temporal server on this machine and none could be got. Do one of these: set TEMPORAL_ADDRESS to a server ' +
      'that runs; install the temporal command (1.9 or later); let this machine reach https://temporal.download; or install Go 1.26.',
  );
}

/** The `temporal` command on the path, when it is new enough. */
async function cliOnPath(): Promise<string | undefined> {
  try {
    const { stdout } = await run('temporal', ['--version']);
    return isNewEnough(stdout) ? 'temporal' : undefined;
  } catch {
    return undefined;
  }
}

/** Whether what `temporal --version` says ("temporal version 1.9.0 (Server 1.32.1, UI 2.40.0)") is new enough. */
function isNewEnough(versionText: string): boolean {
  const [, major, minor] = /version v?(\d+)\.(\d+)/.exec(versionText) ?? [];
  if (major === undefined || minor === undefined) return false;
  return Number(major) > LEAST_CLI[0] || (Number(major) === LEAST_CLI[0] && Number(minor) >= LEAST_CLI[1]);
}

async function canReach(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(REACHABLE_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

/** Lets the SDK download into a folder of its own and takes the file from there. Answers why it failed, if it did. */
async function download(cache: string, target: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(cache, 'download-'));
  try {
    const program = fileURLToPath(new URL('./download-temporal.ts', import.meta.url));
    await run(process.execPath, [program, folder, CLI_VERSION], { timeout: DOWNLOAD_WITHIN_MS });
    const files = await Promise.all((await readdir(folder)).map(async (name) => ({ name, size: (await stat(join(folder, name))).size })));
    const largest = files.toSorted((a, b) => b.size - a.size)[0];
    if (largest === undefined) return 'nothing arrived';
    renameSync(join(folder, largest.name), target);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n').at(-1) ?? error.message) : String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function hasGo(): Promise<boolean> {
  return run('go', ['version']).then(
    () => true,
    () => false,
  );
}
