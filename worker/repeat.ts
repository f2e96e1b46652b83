import { setTimeout as sleep } from 'node:timers/promises';

/** Something that is done again and again. */
export type Repeating = {
  /** Does it no more. Resolves when what is in hand is over. */
  stop(): Promise<void>;
};

/** Does something at once, and again so many milliseconds after it has ended. It sees to its own failures, and may ask whether it is to stop. */
export function repeat(everyMs: number, work: (stopping: () => boolean) => Promise<void>): Repeating {
  const ending = new AbortController();
  const running = (async () => {
    while (!ending.signal.aborted) {
      await work(() => ending.signal.aborted);
      await sleep(everyMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}
