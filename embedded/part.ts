import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A program that belongs to the stack. */
export type Program = {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The user it runs as; this process's user by default. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Where its output goes. */
  readonly logFile: string;
  /** The signal that asks it to shut down cleanly. */
  readonly stopSignal: NodeJS.Signals;
  /** A Node program of this project, which ends by itself when this process is gone. */
  readonly endsWithUs?: boolean;
  /** Where its process id is kept, so that a process left behind by a killed Chaser is found and ended. */
  readonly pidFile?: string;
};

export type Part = {
  readonly name: string;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** Asks it to end, and kills it when it has not ended within the given time. */
  stop(graceMs?: number): Promise<void>;
};

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches only this process, which then
 * ends the parts in order. Rejects when the program cannot be started at all.
 */
export async function startPart(program: Program): Promise<Part> {
  if (program.pidFile !== undefined) await endLeftBehind(program.pidFile, program.command);
  const child: ChildProcess = spawn(program.command, [...program.args], {
    env: { ...process.env, ...program.env },
    stdio: ['ignore', 'pipe', 'pipe', ...(program.endsWithUs === true ? (['ipc'] as const) : [])],
    detached: process.platform !== 'win32',
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
    ...program.user,
  });
  const log = createWriteStream(program.logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const exited = new Promise<Exit>((resolve) => {
    child.once('close', (code, signal) => log.end(() => resolve({ code, signal })));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Once it has started, an error can only come from a signal to a process that is gone.
  child.on('error', () => undefined);
  const pid = child.pid ?? 0;
  if (program.pidFile !== undefined) writeFileSync(program.pidFile, String(pid));
  return {
    name: program.name,
    pid,
    exited,
    async stop(graceMs = 10_000) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(program.stopSignal);
      const insist = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(insist);
    },
  };
}

/** The last lines that a program wrote, to explain why it ended. */
export async function lastLines(logFile: string, count = 12): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

/** Ends the process that a pid file names, if it is still that program. */
async function endLeftBehind(pidFile: string, command: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (!Number.isInteger(pid) || pid <= 1 || !runs(pid, command)) return;
  process.kill(pid, 'SIGTERM');
  for (let tries = 0; runs(pid, command); tries += 1) {
    await sleep(100);
    if (tries === 50) process.kill(pid, 'SIGKILL');
  }
}

/** Whether a process with this number runs and is that program, not another that was given the number since. */
export function runs(pid: number, program: string): boolean {
  const asked = spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
  if (!asked.error) return asked.stdout.includes(program);
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) && readFileSync(file, 'utf8').includes(program);
}
