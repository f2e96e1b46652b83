/**
 * The way into every command of package.json, run by whichever Node runs npm: installs what is missing, says what it is
 * waiting for, and runs the given program with the Node that comes with the project. It may use nothing but Node's own
 * modules, and nothing newer than Node 20.
 *
 *   node embedded/bootstrap.mjs PROGRAM [ARGUMENTS]
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const installed = join(project, 'node_modules');
const windows = process.platform === 'win32';

/** A registry that does not answer keeps npm waiting for an hour; nobody should watch that. */
const INSTALLED_WITHIN_MS = Number(process.env['CHASER_INSTALL_WITHIN_MS']) || 15 * 60_000;

installWhatIsMissing();
const node = nodeOfProject();
const [program, ...args] = process.argv.slice(2);
const child = spawn(node, [join(project, program), ...args], { stdio: 'inherit', env: { ...compileCache(), ...process.env } });
// Ctrl-C reaches the child directly. A signal that was sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

/**
 * Node keeps here what it has made of each TypeScript file, by the file's content, so that a command starts in half the
 * time. Counting which lines a test ran is less exact with code that was kept, and goes without.
 */
function compileCache() {
  if (args.includes('--coverage')) return { NODE_DISABLE_COMPILE_CACHE: '1' };
  return { NODE_COMPILE_CACHE: join(installed, '.cache', 'chaser', 'compiled') };
}

/** Runs `npm ci`, unless exactly what the lock file says is installed already. */
function installWhatIsMissing() {
  const lock = join(project, 'package-lock.json');
  const stamp = join(installed, '.installed-from');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (isInstalled(lock)) return void tryToWrite(stamp, wanted);
  process.stderr.write('Installing what Chaser needs (npm ci). The first time this takes about a minute.\n');
  const npm = process.env['npm_execpath'];
  // Warnings are about the Node that runs npm and not about the one that runs Chaser: only errors are told.
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, args] = npm ? [process.execPath, [npm, ...ci]] : ['npm', ci];
  const done = spawnSync(command, args, {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: windows && !npm,
    timeout: INSTALLED_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  if (done.error?.code === 'ETIMEDOUT') {
    process.stderr.write(
      `npm ci was not done after ${Math.ceil(INSTALLED_WITHIN_MS / 60_000)} min, and was ended. Is the package registry within reach?\n` +
        'Try npm ping. Where the network is slow, allow it more time: CHASER_INSTALL_WITHIN_MS=3600000 npm start\n',
    );
    process.exit(1);
  }
  if (done.status !== 0) {
    process.stderr.write('npm ci failed: see above. Is the package registry within reach?\n');
    process.exit(1);
  }
  tryToWrite(stamp, wanted);
}

/**
 * Whether npm's own note of what it installed is newer than the lock file's content, which means that somebody ran npm
 * themselves.
 */
function isInstalled(lock) {
  const note = join(installed, '.package-lock.json');
  if (!existsSync(note)) return false;
  const versions = (file) => {
    const { packages } = JSON.parse(readFileSync(file, 'utf8'));
    return Object.fromEntries(Object.entries(packages).filter(([path]) => path !== ''));
  };
  const have = versions(note);
  return Object.entries(versions(lock)).every(([path, { version, optional }]) =>
    path in have ? have[path].version === version : optional === true,
  );
}

/** A folder that belongs to somebody else may be used even where it cannot be written to. */
function tryToWrite(file, text) {
  try {
    writeFileSync(file, text);
  } catch {
    // Without the note, the check is made again each time.
  }
}

/**
 * The project's own Node 24, or the machine's when that is 24 already and the project brings none for this platform.
 */
function nodeOfProject() {
  const own = join(installed, '.bin', windows ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) === 24) return process.execPath;
  process.stderr.write(
    `Chaser runs on Node 24. Its package for ${process.platform} ${process.arch} was not installed, and this is Node ${process.versions.node}.\n` +
      'Run npm ci once more, or install Node 24.\n',
  );
  process.exit(1);
}
