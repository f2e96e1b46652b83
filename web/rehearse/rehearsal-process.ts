import type { ProcessSays } from './one-process.ts';
import { REHEARSAL_WORK } from './rehearsal-work.ts';

/** The process in which programmes are checked and played through, one job after another. Started by one-process.ts. */
function say(said: ProcessSays): void {
  process.send?.(said);
}

async function work(kind: keyof typeof REHEARSAL_WORK, given: never): Promise<void> {
  try {
    say({ kind: 'done', result: await REHEARSAL_WORK[kind](given) });
  } catch (error) {
    say({ kind: 'threw', error: error instanceof Error ? error : new Error(String(error)) });
  }
}

process.on('message', ({ kind, given }: { readonly kind: keyof typeof REHEARSAL_WORK; readonly given: never }) => void work(kind, given));
// The service is gone.
process.once('disconnect', () => process.exit(0));
say({ kind: 'ready' });
