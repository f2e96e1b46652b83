import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CHANGEABLE } from '../../tests/kit/everything.ts';
import { KINDS, live, randomActs } from '../../tests/kit/random-acts.ts';
import type { Made } from '../../tests/kit/random-acts.ts';
import { beginLife, mustReplay } from '../../tests/kit/random-lives.ts';

/** Set CHASER_LIVES=20000 for a longer run. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 2_000);
/**
 * The lives are the same each day, so that a failure comes from the change just made. A longer run chooses different
 * lives each time.
 */
const SEED = process.env['CHASER_LIVES'] === undefined ? { seed: 2022 } : {};

describe('random lives with random interventions', () => {
  it('keep every promise of the core, and replaying their events gives the same chronology', () => {
    const made: Made = new Map();
    const acts = randomActs({ mostActs: 60, mostHours: 24 * 20, changes: 2, made });
    fc.assert(
      fc.property(acts, (run) => mustReplay(live(() => beginLife(CHANGEABLE), run))),
      { numRuns: LIVES, ...SEED },
    );
    // The run proves something only if it makes every kind of change.
    for (const kind of KINDS) assert.ok((made.get(kind) ?? 0) > LIVES / 50, `${kind} was made ${made.get(kind) ?? 0} times`);
  });
});
