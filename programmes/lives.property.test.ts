import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from '../calendars/calendar-book.ts';
import type { Instant, Subject } from '../domain/chronology/events.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { CALENDAR } from '../tests/kit/programmes.ts';
import { live, randomActs } from '../tests/kit/random-acts.ts';
import { beginLife, mustReplay } from '../tests/kit/random-lives.ts';
import { rehearse } from '../rehearsal/rehearse.ts';
import { EVERYONE } from '../rehearsal/scenario.ts';
import { formatFinding } from './finding.ts';
import { listProgrammes } from './load-programmes.ts';
import { everyKindOf } from '../tests/kit/beginnings.ts';
import { readProgramme } from './read-programme.ts';
import { mustLoad } from '../tests/kit/chronology.ts';
import { anyProgramme } from '../tests/kit/random-programme.ts';
import type { RandomProgramme } from '../tests/kit/random-programme.ts';

/** How many lives of each programme, and how many random programmes; set CHASER_LIVES=5000 for a longer run. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 120);
/**
 * The lives are the same each day, so that a failure comes from the change just made. A longer run chooses different
 * lives each time.
 */
const SEED: { readonly seed?: number } = process.env['CHASER_LIVES'] === undefined ? { seed: 2022 } : {};

/** The offer of 2021 to 2022 has dates for four terms only. */
const BEGINS: Readonly<Record<string, readonly [at: Instant, until: Instant]>> = {
  'tsi-2021-22': ['2022-01-10T08:30:00.000Z', '2022-12-01T00:00:00.000Z'],
};
const OTHERWISE = ['2022-09-05T08:30:00.000Z', '2023-12-01T00:00:00.000Z'] as const;

describe('random lives', () => {
  for (const id of listProgrammes()) {
    it(`of ${id} keep every promise of the core, for every kind of deployment`, () => {
      const programme = mustLoad(id);
      const calendar = calendarFor(loadCalendarBook(), { authority: '888', assumed: programme.assumedTermCalendars });
      assert.ok(calendar.ok);
      const [at, until] = BEGINS[id] ?? OTHERWISE;
      const kinds = everyKindOf(programme);
      const reached = new Set<string>();
      const acts = randomActs({ mostActs: 80, mostHours: 24 * 20, changes: 1 });
      for (const [index, kind] of kinds.entries()) {
        // Each kind lives other lives: with one seed for all, a programme of many kinds would see the same few over and over.
        const seed = SEED.seed === undefined ? {} : { seed: SEED.seed + index };
        fc.assert(
          fc.property(acts, (run) => {
            const life = live(() => beginLife(programme, { ...kind, calendar: calendar.value, at, until }), run);
            for (const { step } of life.chronology.steps) reached.add(step);
            mustReplay(life);
          }),
          { numRuns: Math.ceil(LIVES / kinds.length), ...seed },
        );
      }
      // The run proves something only if lives get far.
      assert.ok(reached.size > Object.keys(programme.steps).length / 2, `only ${[...reached].join(', ')}`);
    });
  }
});

describe('a random programme that is sound by construction', () => {
  it('has no faults', () => {
    fc.assert(
      fc.property(anyProgramme, ({ text, file }) => {
        const { findings } = readProgramme(text, file);
        assert.deepEqual(findings.map(formatFinding), []);
      }),
      { numRuns: LIVES, ...SEED },
    );
  });

  it('keeps every promise of the core when it is lived through', () => {
    const acts = randomActs({ mostActs: 50, mostHours: 24 * 20, changes: 1 });
    let completed = 0;
    fc.assert(
      fc.property(anyProgramme, acts, fc.nat(), (written, run, which) => {
        const programme = mustRead(written);
        const kinds = everyKindOf(programme);
        const life = live(() => beginLife(programme, kinds[which % kinds.length]), run);
        if (life.chronology.status.kind === 'ended' && life.chronology.status.end === 'completed') completed += 1;
        mustReplay(life);
      }),
      { numRuns: 2 * LIVES, ...SEED },
    );
    // The run proves something only if lives reach their ends.
    assert.ok(completed > LIVES / 10, `only ${completed} were completed`);
  });

  it('can be rehearsed, and every rehearsal comes to rest', () => {
    fc.assert(
      fc.property(
        anyProgramme,
        fc.constantFrom<Subject['kind']>('school', 'trust'),
        fc.constantFrom(...Object.values(EVERYONE)),
        fc.boolean(),
        (written, subject, scenario, letters) => {
          const programme = mustRead(written);
          const rehearsed = rehearse({
            programme,
            calendar: CALENDAR,
            subject,
            startsOn: plainDate('2022-09-12'),
            scenario,
            facts: {},
            letters,
          });
          assert.ok(rehearsed.ok, rehearsed.ok ? '' : rehearsed.reason.message);
          assert.notEqual(rehearsed.value.timeline.length, 0);
        },
      ),
      { numRuns: Math.ceil(LIVES / 4), ...SEED },
    );
  });
});

function mustRead({ text, file }: RandomProgramme): Programme {
  const { programme, findings } = readProgramme(text, file);
  return programme ?? assert.fail(findings.map(formatFinding).join('\n'));
}
