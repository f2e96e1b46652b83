import { runChaser } from '../../cli/run.ts';

export type Said = { readonly status: number; readonly stdout: string; readonly stderr: string };

/** The command that runs now, after which the next may. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs a command in this process, which saves the second that each takes to start: what it prints, and its exit code. `env` is added to the
 * environment of the tests; `cwd` is where it finds files. Commands that are asked for side by side run one after the other, since each
 * prints to the one standard output. A Chaser that runs on this machine is found by none of them. What only a process can show, that
 * `chaser` ends by itself and with which code, is tested in tests/embedded and tests/production.
 */
export function chaserHere(
  words: readonly string[],
  { env = {}, cwd = process.cwd() }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<Said> {
  const here = last.then(() => runHere(words, env, cwd));
  last = here.catch(() => undefined);
  return here;
}

async function runHere(words: readonly string[], env: Readonly<Record<string, string>>, cwd: string): Promise<Said> {
  const { stdout, stderr } = process;
  const said = { stdout: '', stderr: '' };
  const before = { out: stdout.write, err: stderr.write, cwd: process.cwd(), env: process.env, exitCode: process.exitCode };
  stdout.write = (text: Uint8Array | string) => ((said.stdout += Buffer.from(text as string).toString()), true);
  stderr.write = (text: Uint8Array | string) => ((said.stderr += Buffer.from(text as string).toString()), true);
  process.env = { ...process.env, CHASER_DATA: NO_CHASER, ...env };
  process.exitCode = undefined;
  process.chdir(cwd);
  try {
    return { status: await runChaser(process.env, words), ...said };
  } finally {
    Object.assign(process, { env: before.env, exitCode: before.exitCode });
    process.chdir(before.cwd);
    stdout.write = before.out;
    stderr.write = before.err;
  }
}

/** A data folder in which nothing runs. */
const NO_CHASER = '/nowhere/chaser';
