import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { LoggedDeployment } from '../views/logged-deployment.ts';
import type { CountedOf, CountingJob } from './counts.ts';

/** What a thread is asked. Each question has a number, and each report too: several are counted at once. */
export type ThreadAsked = { readonly question: number; readonly report: number } & (
  | { readonly kind: 'begin'; readonly job: CountingJob }
  | { readonly kind: 'add'; readonly some: readonly LoggedDeployment[] }
  | { readonly kind: 'tell-of'; readonly calendars: readonly Calendar[] }
  | { readonly kind: 'counted' }
  | { readonly kind: 'forget' }
);
export type ThreadSays = { readonly question: number } & (
  { readonly kind: 'answer'; readonly answer: unknown } | { readonly kind: 'threw'; readonly error: Error }
);
type Question<A = ThreadAsked> = A extends unknown ? Omit<A, 'question'> : never;

export type CountingThreads = {
  /** Counts deployments as they come, each in whichever thread has the least to do. Returns what each thread counted. Throws what a thread throws. */
  count<J extends CountingJob>(job: J, given: CountingGiven): Promise<readonly CountedOf<J>[]>;
  /** Ends the threads. What is being counted is not. The next report starts others. */
  end(): Promise<void>;
};

export type CountingGiven = {
  readonly deployments: AsyncIterable<readonly LoggedDeployment[]>;
  readonly calendarOf: (version: string) => Promise<Calendar>;
  /** Whoever asked may give up: then nothing more is counted, and it throws the reason. */
  readonly signal?: AbortSignal | undefined;
};

/** PostgreSQL reads the logs of a report one after another, in a third of the time that one thread counts them in: more threads would wait for it. */
const MOST_THREADS = 3;
/** What waits for a thread beside what it counts, so that it never waits for the thread that reads. */
const AHEAD = 1;
/** A thread takes a quarter of a second to begin, and 100 to 150 MB with what it counts: it is kept for the next report, but not for ever. */
const KEPT_IDLE_MS = 120_000;
/** Texts of logs are large and live shortly. Half of this costs a tenth more of a processor, and twice this 50 MB more for each thread. */
const YOUNG_MEGABYTES = 96;

/** Threads that begin with the first report. They hold up no process that is done, and end with it. */
export function createCountingThreads(most = Math.min(MOST_THREADS, availableParallelism())): CountingThreads {
  let threads: readonly Thread[] = [];
  let reports = 0;
  let running = 0;
  let clock: NodeJS.Timeout | undefined;

  const end = async (): Promise<void> => {
    clearTimeout(clock);
    const ending = threads;
    threads = [];
    await Promise.all(ending.map((thread) => thread.end()));
  };
  const begin = (): void => {
    clearTimeout(clock);
    running += 1;
    threads = threads.filter((thread) => thread.lives());
    threads = [...threads, ...Array.from({ length: most - threads.length }, beginThread)];
    for (const thread of threads) thread.holdProcess(true);
  };
  const over = (): void => {
    running -= 1;
    if (running > 0) return;
    for (const thread of threads) thread.holdProcess(false);
    clock = setTimeout(() => void end(), KEPT_IDLE_MS).unref();
  };

  return {
    end,
    async count<J extends CountingJob>(job: J, { deployments, calendarOf, signal }: CountingGiven) {
      begin();
      const report = (reports += 1);
      const team = threads;
      const asked = new Set<Promise<void>>();
      const begun = new Map<Thread, Promise<unknown>>();
      const add = async (thread: Thread, some: readonly LoggedDeployment[]): Promise<void> => {
        const beginning = begun.get(thread) ?? thread.ask({ kind: 'begin', report, job });
        begun.set(thread, beginning);
        // Why it could not begin is told before what came of that.
        const [, missing] = await Promise.all([beginning, thread.ask({ kind: 'add', report, some }) as Promise<readonly string[]>]);
        if (missing.length === 0) return;
        const calendars = await Promise.all(missing.map(calendarOf));
        await thread.ask({ kind: 'tell-of', report, calendars });
      };
      // A batch may fail while nobody waits for it: why is kept until somebody looks.
      const failed: unknown[] = [];
      const mayGoOn = (): void => {
        if (failed.length > 0) throw failed[0];
        signal?.throwIfAborted();
      };
      try {
        for await (const some of deployments) {
          if (asked.size >= team.length * (1 + AHEAD)) await Promise.race(asked);
          mayGoOn();
          const thread = team.toSorted((one, other) => one.waiting() - other.waiting())[0];
          if (thread === undefined) throw new Error('There is no thread to count in.');
          const adding: Promise<void> = add(thread, some)
            .catch((error: unknown) => void failed.push(error))
            .finally(() => asked.delete(adding));
          asked.add(adding);
        }
        await Promise.all(asked);
        mayGoOn();
        return (await Promise.all([...begun.keys()].map((thread) => thread.ask({ kind: 'counted', report })))) as CountedOf<J>[];
      } finally {
        for (const thread of begun.keys()) thread.ask({ kind: 'forget', report }).catch(() => undefined);
        over();
      }
    },
  };
}

type Thread = {
  /** Throws what the thread throws, and where it ends before it has answered. */
  readonly ask: (question: Question) => Promise<unknown>;
  /** Questions without an answer. */
  readonly waiting: () => number;
  readonly lives: () => boolean;
  /** Whether the process goes on for this thread alone. */
  readonly holdProcess: (hold: boolean) => void;
  readonly end: () => Promise<unknown>;
};

function beginThread(): Thread {
  const worker = new Worker(new URL('counting-thread.ts', import.meta.url), {
    name: 'counting',
    // It counts texts: it is given none of the secrets in the environment, and no flags of the process.
    env: {},
    argv: [],
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const waiting = new Map<number, Pick<PromiseWithResolvers<unknown>, 'resolve' | 'reject'>>();
  let questions = 0;
  let ended: Error | null = null;
  const fail = (error: Error): void => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (said: ThreadSays) => {
    const asked = waiting.get(said.question);
    waiting.delete(said.question);
    if (said.kind === 'answer') asked?.resolve(said.answer);
    else asked?.reject(said.error);
  });
  worker.on('error', fail);
  worker.on('messageerror', fail);
  worker.on('exit', () => fail(new Error('A thread that counts reports ended by itself.')));
  return {
    ask(question) {
      if (ended !== null) return Promise.reject(ended);
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      questions += 1;
      waiting.set(questions, { resolve, reject });
      worker.postMessage({ ...question, question: questions } satisfies ThreadAsked);
      return promise;
    },
    waiting: () => waiting.size,
    lives: () => ended === null,
    holdProcess: (hold) => (hold ? worker.ref() : worker.unref()),
    end() {
      fail(new Error('The service stops.'));
      return worker.terminate();
    },
  };
}
