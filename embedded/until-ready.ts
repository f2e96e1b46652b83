import { setTimeout as sleep } from 'node:timers/promises';
import { lastLines } from './part.ts';
import type { Part } from './part.ts';

/** However slow a machine or its disk is: only a part that hangs takes so long. */
const GIVE_UP_AFTER_MS = 5 * 60_000;
const TELL_EVERY_MS = 15_000;
const TRY_EVERY_MS = 100;

/** A part that was started, where it writes its log, and who is told what is being waited for. */
type Starting = { readonly part: Part; readonly logFile: string; readonly say?: ((text: string) => void) | undefined };

/**
 * Waits until a part can be used: until `use` no longer rejects. Says every 15 seconds that it waits. When the part ends, or cannot be used for five
 * minutes, ends it and fails with the last lines that it wrote.
 */
export async function untilReady({ part, logFile, say }: Starting, use: () => Promise<unknown>): Promise<void> {
  const startedMs = Date.now();
  let toldMs = startedMs;
  let ended = false;
  void part.exited.then(() => (ended = true));
  for (;;) {
    try {
      await use();
      return;
    } catch (cause) {
      const waitedMs = Date.now() - startedMs;
      if (ended || waitedMs > GIVE_UP_AFTER_MS) {
        await part.stop();
        const why = ended ? 'It ended' : `It could not be used for ${GIVE_UP_AFTER_MS / 60_000} minutes`;
        throw new Error(`${part.name} did not start. ${why}. The last lines of ${logFile}:\n${await lastLines(logFile)}`, { cause });
      }
      if (Date.now() - toldMs >= TELL_EVERY_MS) {
        toldMs = Date.now();
        say?.(`  still waiting for ${part.name}, ${Math.round(waitedMs / 1000)} s`);
      }
      await sleep(TRY_EVERY_MS);
    }
  }
}

/** Fails unless a page is served. The mailbox serves its page only to clients that ask for HTML. */
export async function fetchPage(url: string): Promise<void> {
  const { ok, status } = await fetch(url, { headers: { accept: 'text/html' }, signal: AbortSignal.timeout(5_000) });
  if (!ok) throw new Error(`${url} answers ${status}.`);
}
