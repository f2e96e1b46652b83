import type { Db } from '../database.ts';
import { readCalendar } from '../pinned/pinned.ts';
import type { FiguresOf } from '../views/figures.ts';
import { readLogs, whichBegan } from '../views/measures.ts';
import { beginJob } from './counts.ts';
import type { CountedOf, CountingJob } from './counts.ts';
import { createCountingThreads } from './threads.ts';
import type { CountingGiven, CountingThreads } from './threads.ts';

/** Fewer deployments than this are counted in less time than threads take to begin. */
const WORTH_THREADS = 10_000;

export type CountingOptions = {
  /** Whoever asked may give up: then nothing more is counted, and it throws the reason. */
  readonly signal?: AbortSignal;
  /** Only tests and measurements change these. */
  readonly threads?: CountingThreads;
  readonly worthThreads?: number;
  readonly atOnce?: number;
};

/** The threads of this process, for all of its reports. */
const THREADS = createCountingThreads();

/** Ends the threads in which reports are counted. */
export const endCounting = (): Promise<void> => THREADS.end();

/**
 * Counts the logs of the deployments that began. Many are counted in several threads at once, so that the report is there sooner and the thread that asks
 * does other things meanwhile; each returns what it counted, to be added up (docs/decisions/0078).
 */
export async function countLogs<J extends CountingJob>(
  db: Db,
  of: FiguresOf,
  job: J,
  { signal, threads = THREADS, worthThreads = WORTH_THREADS, atOnce }: CountingOptions = {},
): Promise<readonly CountedOf<J>[]> {
  const began = await whichBegan(db, of);
  const given = { deployments: readLogs(db, began, atOnce), calendarOf: (version: string) => readCalendar(db, version), signal };
  return began.length < worthThreads ? [await countHere(job, given)] : threads.count(job, given);
}

async function countHere<J extends CountingJob>(job: J, { deployments, calendarOf, signal }: CountingGiven): Promise<CountedOf<J>> {
  const counter = beginJob(job);
  for await (const some of deployments) {
    signal?.throwIfAborted();
    const missing = counter.add(some);
    counter.tellOf(await Promise.all(missing.map(calendarOf)));
  }
  return counter.counted() as CountedOf<J>;
}
