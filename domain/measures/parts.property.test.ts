import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { mustLoad } from '../../tests/kit/chronology.ts';
import { measuredLives } from '../../tests/kit/measured-lives.ts';
import type { ChronologyEvent } from '../chronology/events.ts';
import { plainDate } from '../time/plain-date.ts';
import { MEASURES } from './evaluation.ts';
import { beginCountingForms, formsOf } from './forms-returned.ts';
import { knownLife, MEASURED_KINDS } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { beginCounting } from './report.ts';
import type { MeasuredLife } from './report.ts';
import type { School } from './tally.ts';

const kinds: ReadonlySet<string> = new Set(MEASURED_KINDS);
const measured = (events: readonly ChronologyEvent[]) =>
  events.filter((event): event is Extract<ChronologyEvent, { type: MeasuredEvent['type'] }> => kinds.has(event.type));

/** Two offers of two years, so that one keeps what another does not. */
const LIVED = [measuredLives(30, 5), measuredLives(30, 7, { id: 'tsi-2021-22', prefix: 'T', year: 2021 })];
const CALENDARS = new Map(LIVED.flatMap(({ calendars }) => [...calendars]));
const SCHOOLS: readonly School[] = [
  { region: 'London', phase: 'primary', type: 'Academies', surroundings: 'rural', inTrust: true },
  { region: 'South West', phase: 'secondary', type: 'Free Schools', surroundings: 'urban', inTrust: false },
  { region: '', phase: null, type: '', surroundings: null, inTrust: null },
];
const schoolAt = (at: number): School => SCHOOLS[at % SCHOOLS.length] ?? assert.fail();
const LEADER = {
  phases: ['primary'],
  contexts: ['rural'],
  regions: ['London'],
  trainedOn: plainDate('2020-01-01'),
  knowsSchool: true,
} as const;

/** In which of some parts each of so many deployments is counted, and in which order the parts are added up. */
const splits = (deployments: number) =>
  fc.record({
    parts: fc.array(fc.nat(3), { minLength: deployments, maxLength: deployments }),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
  });

type Counts<One> = {
  readonly add: (one: One) => void;
  readonly counted: () => unknown;
  readonly addCounted: (others: never) => void;
};

/** Counts each part by itself, hands what was counted over as a thread does, and adds it up. */
function inParts<One, T extends Counts<One>>(
  all: readonly One[],
  { parts, order }: { readonly parts: readonly number[]; readonly order: readonly number[] },
  begin: () => T,
): T {
  const sum = begin();
  for (const part of order) {
    const counting = begin();
    for (const [at, one] of all.entries()) if (parts[at] === part) counting.add(one);
    sum.addCounted(structuredClone(counting.counted()) as never);
  }
  return sum;
}

describe('what is counted of deployments in parts and added up', () => {
  it('is what is counted of all at once: of every measure, by everything it can be broken down by, however they are parted', () => {
    const asOf = plainDate('2023-02-15');
    const reading = { asOf, knownAt: plainDate('2023-12-01') };
    const lives = LIVED.flatMap((lived) => lived.lives).flatMap((events, at): readonly MeasuredLife[] => {
      const life = knownLife(measured(events), reading);
      return life === null ? [] : [{ life, school: schoolAt(at), leaderOn: (person) => (person.length % 2 === 0 ? LEADER : null) }];
    });
    assert.ok(lives.length > 50);
    const asked = MEASURES.flatMap((measure) => measure.strata.map((by) => ({ measure, by })));
    const together = asked.map(({ measure, by }) => {
      const begin = () => beginCounting({ measure, by, asOf, calendarOf: (version) => CALENDARS.get(version) ?? assert.fail(version) });
      const counting = begin();
      for (const one of lives) counting.add(one);
      return { what: `${measure.id} by ${by}`, begin, sections: counting.sections(), notKept: [...counting.notKept()] };
    });
    assert.ok(together.some(({ notKept }) => notKept.length > 0));
    fc.assert(
      fc.property(splits(lives.length), (split) => {
        for (const { what, begin, sections, notKept } of together) {
          const sum = inParts(lives, split, begin);
          assert.deepEqual(sum.sections(), sections, what);
          assert.deepEqual([...sum.notKept()], notKept, what);
          assert.equal(sum.deployments(), lives.length);
        }
      }),
      { numRuns: 3 },
    );
  });

  it('is what is counted of all at once: of forms', () => {
    for (const [id, { lives } = assert.fail()] of [
      ['si-2019-20', LIVED[0]],
      ['tsi-2021-22', LIVED[1]],
    ] as const) {
      const programme = mustLoad(id);
      const all = lives.map((events, at) => ({ region: schoolAt(at).region, programme, events: measured(events) }));
      const begin = () => beginCountingForms(formsOf([programme]), plainDate('2023-06-30'));
      const together = begin();
      for (const one of all) together.add(one);
      const returned = together.sections().flatMap(({ form }) => form.lines.at(-1)?.figures['returned']?.value ?? 0);
      assert.ok(returned.some((value) => value > 0));
      fc.assert(
        fc.property(splits(all.length), (split) => assert.deepEqual(inParts(all, split, begin).sections(), together.sections())),
        { numRuns: 20 },
      );
    }
  });
});
