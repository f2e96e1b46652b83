import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './part.ts';
import type { Part } from './part.ts';

const READY_WITHIN_MS = 20_000;

/** Waits until a part serves a page. When it does not, ends the part and fails with the last lines it wrote. */
export async function untilAnswers(part: Part, url: string, logFile: string): Promise<void> {
  let ended = false;
  void part.exited.then(() => (ended = true));
  for (const giveUpAtMs = Date.now() + READY_WITHIN_MS; !(await answers(url)); await sleep(100)) {
    if (!ended && Date.now() < giveUpAtMs) continue;
    await part.stop();
    throw new Error(`${part.name} did not start:\n${await lastLines(logFile)}`);
  }
}

async function answers(url: string): Promise<boolean> {
  // The mailbox serves its page only to clients that ask for HTML.
  return fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
