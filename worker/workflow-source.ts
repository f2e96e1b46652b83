import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** What the workflows import of the rules, and the pins. What these import is shared with them. */
const SHARED = [
  'temporal/interned.ts',
  'domain/changes/change.ts',
  'domain/changes/ends.ts',
  'domain/chronology/chronology.ts',
  'domain/chronology/admit.ts',
  'domain/chronology/decide.ts',
  'domain/chronology/under-way.ts',
  'domain/chasing/due-actions.ts',
  'domain/chasing/wait-words.ts',
] as const;

/**
 * The workflows that a worker bundles, and the modules that all of its workflows share instead of each loading its own. A shared module
 * may hold no state of any one workflow. `temporal/interned.ts` holds frozen contents under their hashes, and the rules are pure: what
 * they remember (the days of a calendar, the offsets of London) follows from its key alone.
 */
export const workflowSource = {
  workflowsPath: at('workflows/main.ts'),
  bundlerOptions: { preloadModules: SHARED.map(at) },
};
