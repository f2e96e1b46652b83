import cliProgress from 'cli-progress';

/** Shows how far something has come, only on a terminal, so that none of it reaches a pipe or a log. `what` is what is done: "Reading". */
export function progressBar(what: string, json: boolean): { show(done: number, total: number): void; clear(): void } {
  if (json || !process.stderr.isTTY) return { show: () => undefined, clear: () => undefined };
  const bar = new cliProgress.SingleBar({
    format: `${what} [{bar}] {percentage}%`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let started = false;
  return {
    show(done, total) {
      if (!started) bar.start(total, 0);
      started = true;
      bar.setTotal(Math.max(total, done));
      bar.update(done);
    },
    clear: () => (started ? bar.stop() : undefined),
  };
}
