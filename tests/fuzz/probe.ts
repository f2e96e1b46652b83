import { setTimeout as sleep } from 'node:timers/promises';

/** Asks a sign of life every 50 milliseconds from a process of its own, and tells how long each took when it is asked to. */
const [, , url = ''] = process.argv;
let times: number[] = [];
process.on('message', () => {
  process.send?.(times);
  times = [];
});
process.on('disconnect', () => process.exit(0));

for (;;) {
  const startedMs = performance.now();
  await fetch(url, { signal: AbortSignal.timeout(20_000) }).then(
    (response) => response.text(),
    () => undefined,
  );
  times.push(performance.now() - startedMs);
  await sleep(50);
}
