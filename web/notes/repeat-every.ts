/** Work that is repeated. */
export type Chore = {
  /** Begins no further round. Resolves when the current one is over. */
  stop(): Promise<void>;
};

/**
 * Does something at once, and again each time this many milliseconds after the last round ended. A round that fails is
 * reported on the error stream, and the next one comes all the same. A failure that lasts is reported once.
 */
export function repeatEvery(ms: number, what: string, work: () => Promise<unknown>): Chore {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let told = '';
  const round = async (): Promise<void> => {
    try {
      await work();
      told = '';
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== told) process.stderr.write(`${what} failed, and is tried again: ${message}\n`);
      told = message;
    }
    if (!stopped) {
      timer = setTimeout(() => {
        running = round();
      }, ms);
    }
  };
  let running = round();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
