import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { CHANGEABLE } from '../../tests/kit/everything.ts';
import { live, randomActs } from '../../tests/kit/random-acts.ts';
import { beginLife } from '../../tests/kit/random-lives.ts';
import { blankChronology, evolve } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { dueActions, nextWakeMs } from './due-actions.ts';

const DAY_MS = 86_400_000;
const LIVES = Number(process.env['CHASER_LIVES'] ?? 150);

/** The same chronology, of whose steps nothing was ever planned. */
function unplanned(chronology: Chronology): Chronology {
  return { ...chronology, steps: chronology.steps.map((record) => ({ ...record })) };
}

describe('what was planned for an opened step before', () => {
  it('is what would be planned for it now, after whatever has happened in between and at whatever time it is asked', () => {
    let asked = 0;
    fc.assert(
      fc.property(
        randomActs({ mostActs: 40, mostHours: 24 * 20, changes: 2, made: new Map() }),
        fc.array(fc.integer({ min: -3 * DAY_MS, max: 40 * DAY_MS }), { minLength: 1, maxLength: 3 }),
        (run, offsets) => {
          const { events, chronology: last } = live(() => beginLife(CHANGEABLE), run);
          let chronology = blankChronology(last.programme, last.calendar);
          for (const event of events) {
            chronology = evolve(chronology, event);
            for (const offset of [0, ...offsets]) {
              const nowMs = Date.parse(event.at) + offset;
              const fresh = unplanned(chronology);
              assert.equal(nextWakeMs(chronology, nowMs), nextWakeMs(fresh, nowMs));
              assert.deepEqual(dueActions(chronology, nowMs), dueActions(fresh, nowMs));
              asked += dueActions(chronology, nowMs).length;
            }
          }
        },
      ),
      { numRuns: LIVES, seed: 2022 },
    );
    assert.ok(asked > 10 * LIVES, `only ${asked} actions were due`);
  });
});
