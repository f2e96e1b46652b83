import type { ProcessSays } from '../../web/rehearse/one-process.ts';

let jobs = 0;

/** What the tests of web/rehearse/one-process.ts have a process do. */
export const SPARE_WORK = {
  /** Says in which process it ran, as which of its jobs, and what it sees of the environment. */
  say: ({ word, ms = 0 }: { readonly word: string; readonly ms?: number }) => {
    const until = Date.now() + ms;
    while (Date.now() < until);
    return { word, pid: process.pid, job: (jobs += 1), environment: Object.keys(process.env) };
  },
  forEver: (): string => {
    for (;;);
  },
  everLarger: (): string => {
    const all: string[][] = [];
    for (;;) all.push(Array.from({ length: 100_000 }, (_, at) => `${all.length} ${at}`));
  },
  fail: ({ why }: { readonly why: string }): string => {
    throw new RangeError(why);
  },
  leave: (): string => process.exit(1),
} as const;

const say = (said: ProcessSays): void => void process.send?.(said);

process.on('message', ({ kind, given }: { readonly kind: keyof typeof SPARE_WORK; readonly given: never }) => {
  try {
    say({ kind: 'done', result: SPARE_WORK[kind](given) });
  } catch (error) {
    say({ kind: 'threw', error: error as Error });
  }
});
process.once('disconnect', () => process.exit(0));
say({ kind: 'ready' });
