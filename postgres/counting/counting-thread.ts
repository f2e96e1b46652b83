import { existsSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { beginJob } from './counts.ts';
import type { Counter } from './counts.ts';
import type { ThreadAsked, ThreadSays } from './threads.ts';

/** Pages, letters and answers come first. Only Linux has a priority for each thread, and tells a thread its number here. */
const OWN_NUMBER = '/proc/thread-self';
if (existsSync(OWN_NUMBER)) {
  try {
    setPriority(Number(basename(readlinkSync(OWN_NUMBER))), constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It counts with the priority of the process, as it does elsewhere.
  }
}

/** A thread in which logs are counted: for several reports at once, some deployments at a time. Started by threads.ts. It has no database and no secret. */
const counters = new Map<number, Counter>();

function answerTo(asked: ThreadAsked): unknown {
  if (asked.kind === 'begin') return void counters.set(asked.report, beginJob(asked.job));
  if (asked.kind === 'forget') return void counters.delete(asked.report);
  const counter = counters.get(asked.report);
  if (counter === undefined) throw new Error(`Report ${asked.report} was not begun in this thread.`);
  switch (asked.kind) {
    case 'add':
      return counter.add(asked.some);
    case 'tell-of':
      return counter.tellOf(asked.calendars);
    case 'counted':
      return counter.counted();
    default:
      return asked satisfies never;
  }
}

function answer(asked: ThreadAsked): ThreadSays {
  const { question } = asked;
  try {
    return { question, kind: 'answer', answer: answerTo(asked) };
  } catch (error) {
    return { question, kind: 'threw', error: error instanceof Error ? error : new Error(String(error)) };
  }
}

parentPort?.on('message', (asked: ThreadAsked) => parentPort?.postMessage(answer(asked)));
