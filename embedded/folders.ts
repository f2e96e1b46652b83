import { createHash } from 'node:crypto';
import { mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/** Where `npm start` keeps everything. Git ignores it, and `npm run reset` empties it. */
export const DATA = resolve(process.env['CHASER_DATA'] ?? join(PROJECT, '.chaser'));

/** Written while `npm start` runs: where the parts of this Chaser can be found. */
export const STACK_FILE = join(DATA, 'stack.json');

/**
 * Where things that are downloaded or built only once are kept: the user's cache folder, or the machine's when the user
 * is root.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['CHASER_CACHE']) return env['CHASER_CACHE'];
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'chaser', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'chaser');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'chaser');
}

/** Whether every user of the machine may pass through all the folders down to this one. */
export function isOpenToAll(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/**
 * Where root keeps a folder that PostgreSQL must reach. PostgreSQL refuses to run as root, and the user it runs as
 * cannot pass through a folder like /root. The name is derived from the wanted place, so that the same project finds it
 * again.
 */
export function elsewhereForRoot(wanted: string): string {
  return join('/var/lib/chaser', createHash('sha256').update(wanted).digest('hex').slice(0, 12));
}

/** Makes a folder and its parents unless they exist. Answers the folder. */
export function ensureFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}
