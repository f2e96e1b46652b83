import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { ok, refused } from '../../domain/result.ts';
import type { Reason, Result } from '../../domain/result.ts';

/** The work that a process can do: functions of plain data, by name. */
export type Work = Readonly<Record<string, (given: never) => unknown>>;

/** Why a job was not done, though nothing is wrong with the service. */
export type NotDone = Reason & { readonly kind: 'yours-is-running' | 'many-are-waiting' | 'takes-too-long' };

const NOT_DONE = {
  'yours-is-running': {
    kind: 'yours-is-running',
    message: 'What you asked for before is still being worked out.',
    remedy: 'Wait until that page is there, then ask again.',
  },
  'many-are-waiting': {
    kind: 'many-are-waiting',
    message: 'Many people are rehearsing programmes just now, so this was not done.',
    remedy: 'Try again in a minute.',
  },
  'takes-too-long': {
    kind: 'takes-too-long',
    message: 'This takes longer than Chaser allows, and was stopped.',
    remedy: 'Make the programme smaller, or leave out the words of the letters.',
  },
} as const satisfies Record<NotDone['kind'], NotDone>;

export type ProcessLimits = {
  /** How long one job may run before its process is ended. */
  readonly mostMs: number;
  /** Jobs that may wait besides the one that runs. */
  readonly mostWaiting: number;
  /** Results that are kept for the next person who asks for the same. */
  readonly mostKept: number;
  readonly mostMegabytes: number;
};

/**
 * Does work in a process of its own, so that pages are served meanwhile. A thread would serve for that, but not for memory: a thread
 * that needs too much memory can end the whole service, whatever limit it was given.
 */
export type OneProcess<W extends Work> = {
  /**
   * Does one job for a person, or returns what the same job returned before. A person may have one job at a time. Jobs run one
   * after another. Whoever asks for a job that is waiting or running gets the result of that job. Throws what the work throws.
   */
  ask<K extends keyof W & string>(person: string, kind: K, given: Parameters<W[K]>[0]): Promise<Result<Awaited<ReturnType<W[K]>>, NotDone>>;
  /** Ends the process. Waiting jobs are not done. The next job starts another process. */
  end(): void;
};

type Job = {
  readonly key: string;
  readonly person: string;
  readonly asked: { readonly kind: string; readonly given: unknown };
  readonly answer: Promise<Result<unknown, NotDone>>;
  settle(result: Result<unknown, NotDone>): void;
  fail(error: Error): void;
};

/** A message of the process: it is ready for a job, or its last job is over. */
export type ProcessSays =
  { readonly kind: 'ready' } | { readonly kind: 'done'; readonly result: unknown } | { readonly kind: 'threw'; readonly error: Error };

/** A process that has not loaded after this time never will. */
const LOADS_WITHIN_MS = 60_000;
/** 128 and the number of SIGABRT. */
const ABORTED = 134;

/** Runs `file` in a process that starts with the first job. The file says 'ready', and then does jobs: see rehearsal-process.ts. */
export function createOneProcess<W extends Work>(file: URL, limits: ProcessLimits): OneProcess<W> {
  const kept = new Map<string, Result<unknown, NotDone>>();
  let waiting: Job[] = [];
  let running: Job | null = null;
  let child: ChildProcess | null = null;
  let ready = false;
  let clock: NodeJS.Timeout | undefined;

  const next = (): void => {
    if (running !== null) return;
    const job = waiting.shift();
    if (job === undefined) return;
    running = job;
    child ??= begin();
    if (ready) run(job);
    else clock = setTimeout(() => stop({ error: new Error(`${file.pathname} did not begin.`) }), LOADS_WITHIN_MS);
  };

  const run = (job: Job): void => {
    clearTimeout(clock);
    clock = setTimeout(() => stop({ result: refused(NOT_DONE['takes-too-long']) }), limits.mostMs);
    child?.send(job.asked);
  };

  const begin = (): ChildProcess => {
    // The process works on texts from outside, so it is given none of the secrets in the environment.
    const begun = fork(file, {
      env: {},
      execArgv: [`--max-old-space-size=${limits.mostMegabytes}`],
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    // Pages come first.
    if (begun.pid !== undefined) setPriority(begun.pid, constants.priority.PRIORITY_BELOW_NORMAL);
    // Nothing waits for this process when it stops.
    begun.unref();
    begun.channel?.unref();
    begun.on('message', (said: ProcessSays) => {
      if (child !== begun) return;
      if (said.kind === 'ready') {
        ready = true;
        if (running !== null) run(running);
      } else if (said.kind === 'done') {
        over({ result: ok(said.result) });
      } else {
        over({ error: said.error });
      }
    });
    begun.on('error', (error) => {
      if (child === begun) stop({ error });
    });
    begun.on('exit', (code, signal) => {
      if (child !== begun) return;
      // V8 ends a process like this when it needs too much memory. The job is to blame, as it is when it takes too long.
      const tooLarge = signal === 'SIGABRT' || code === ABORTED;
      stop(tooLarge ? { result: refused(NOT_DONE['takes-too-long']) } : { error: new Error(`${file.pathname} ended by itself.`) });
    });
    return begun;
  };

  type End = { readonly result: Result<unknown, NotDone> } | { readonly error: Error };

  /** Settles the job that was running, and starts the next one. */
  const over = (end: End): void => {
    clearTimeout(clock);
    const job = running;
    running = null;
    if (job !== null) {
      if ('error' in end) {
        job.fail(end.error);
      } else {
        if (end.result.ok) keep(job.key, end.result);
        job.settle(end.result);
      }
    }
    next();
  };

  /** Ends the process in the middle of its job. */
  const stop = (end: End): void => {
    child?.kill('SIGKILL');
    child = null;
    ready = false;
    over(end);
  };

  const keep = (key: string, result: Result<unknown, NotDone>): void => {
    kept.delete(key);
    kept.set(key, result);
    const [oldest] = kept.keys();
    if (kept.size > limits.mostKept && oldest !== undefined) kept.delete(oldest);
  };

  const answerTo = (person: string, asked: Job['asked']): Promise<Result<unknown, NotDone>> => {
    const key = createHash('sha256').update(JSON.stringify(asked)).digest('base64url');
    const known = kept.get(key);
    if (known !== undefined) {
      keep(key, known);
      return Promise.resolve(known);
    }
    const all = [...(running === null ? [] : [running]), ...waiting];
    const same = all.find((job) => job.key === key);
    if (same !== undefined) return same.answer;
    if (all.some((job) => job.person === person)) return Promise.resolve(refused(NOT_DONE['yours-is-running']));
    if (waiting.length >= limits.mostWaiting) return Promise.resolve(refused(NOT_DONE['many-are-waiting']));
    const { promise, resolve, reject } = Promise.withResolvers<Result<unknown, NotDone>>();
    waiting.push({ key, person, asked, answer: promise, settle: resolve, fail: reject });
    next();
    return promise;
  };

  return {
    ask: (person, kind, given) => answerTo(person, { kind, given }) as never,
    end() {
      for (const job of waiting) job.settle(refused(NOT_DONE['many-are-waiting']));
      waiting = [];
      stop({ result: refused(NOT_DONE['many-are-waiting']) });
    },
  };
}
