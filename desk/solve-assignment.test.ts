import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { AssignmentProblem, Pair } from '../domain/matching/assignment.ts';
import { solveAssignment } from './solve-assignment.ts';

/** What a proposal is worth: schools first, then the sum of each merit. Refused when it breaks a limit. */
function worth({ pairs, free }: AssignmentProblem, chosen: readonly number[]): readonly number[] {
  const taken = chosen.map((at) => pairs[at] ?? assert.fail(`There is no pair ${at}.`));
  assert.equal(new Set(taken.map(({ school }) => school)).size, taken.length, 'a school is in two pairs');
  for (const [leader, terms] of free.entries()) {
    for (const [term, most] of terms.entries()) {
      const given = taken.filter((pair) => pair.leader === leader).reduce((sum, { days }) => sum + (days[term] ?? 0), 0);
      assert.ok(given <= most, `leader ${leader} is given ${given} of ${most}`);
    }
  }
  return [-taken.length, ...(pairs[0]?.merits ?? []).map((_, level) => taken.reduce((sum, { merits }) => sum + (merits[level] ?? 0), 0))];
}

function isBetter(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, level) => value !== other[level]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
}

/** Written apart from the solver: every proposal there is, one school after another, each with everybody or nobody. */
function best({ pairs, free }: AssignmentProblem): readonly number[] {
  const schools = [...new Set(pairs.map(({ school }) => school))];
  let found: readonly number[] = worth({ pairs, free }, []);
  const go = (next: number, left: readonly (readonly number[])[], chosen: readonly number[]): void => {
    const school = schools[next];
    if (school === undefined) {
      const value = worth({ pairs, free }, chosen);
      if (isBetter(value, found)) found = value;
      return;
    }
    go(next + 1, left, chosen);
    for (const [at, pair] of pairs.entries()) {
      const own = left[pair.leader] ?? [];
      if (pair.school !== school || pair.days.some((days, term) => days > (own[term] ?? 0))) continue;
      const rest = left.map((terms, leader) => (leader === pair.leader ? terms.map((days, term) => days - (pair.days[term] ?? 0)) : terms));
      go(next + 1, rest, [...chosen, at]);
    }
  };
  go(0, free, []);
  return found;
}

/** Small problems: each school is planned for one of the sizes, and each pair may be missing. */
function problems(sizes: readonly (readonly number[])[]): fc.Arbitrary<AssignmentProblem> {
  const pair = fc.option(fc.tuple(fc.integer({ min: -2, max: 0 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 300 })), {
    freq: 3,
  });
  return fc
    .record({
      planned: fc.array(fc.constantFrom(...sizes), { minLength: 1, maxLength: 5 }),
      free: fc.array(fc.tuple(fc.integer({ min: 0, max: 1500 }), fc.integer({ min: 0, max: 1500 })), { minLength: 1, maxLength: 3 }),
      drawn: fc.array(pair, { minLength: 15, maxLength: 15 }),
    })
    .map(({ planned, free, drawn }) => ({
      free,
      pairs: planned.flatMap((days, school) =>
        free.flatMap((_, leader): readonly Pair[] => {
          const merits = drawn[school * 3 + leader];
          return merits === null || merits === undefined ? [] : [{ school, leader, days, place: leader + 1, merits: [...merits, leader] }];
        }),
      ),
    }));
}

describe('an assignment', () => {
  it('is the best there is, where all take the same days', async () => {
    await fc.assert(
      fc.asyncProperty(problems([[420, 580]]), async (problem) => {
        assert.deepEqual(worth(problem, await solveAssignment(problem)), best(problem));
      }),
      { numRuns: 150 },
    );
  });

  it('serves as many schools as can be served, where they take different days', async () => {
    await fc.assert(
      fc.asyncProperty(
        problems([
          [420, 580],
          [120, 180],
          [300, 0],
        ]),
        async (problem) => {
          assert.equal(worth(problem, await solveAssignment(problem))[0], best(problem)[0]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of one school is the best of its shortlist who has the days', async () => {
    const pair = (leader: number, miles: number): Pair => ({ school: 0, leader, days: [500], place: leader + 1, merits: [0, miles] });
    assert.deepEqual(await solveAssignment({ pairs: [pair(0, 10), pair(1, 20), pair(2, 30)], free: [[499], [500], [900]] }), [1]);
    assert.deepEqual(await solveAssignment({ pairs: [], free: [] }), []);
  });

  it('gives the better leader up where else a school had nobody', async () => {
    const pair = (school: number, leader: number, miles: number): Pair => ({ school, leader, days: [500], place: 1, merits: [miles] });
    assert.deepEqual(await solveAssignment({ pairs: [pair(0, 0, 1), pair(0, 1, 90), pair(1, 0, 5)], free: [[500], [500]] }), [1, 2]);
  });

  it('of 2,000 schools and 300 leaders breaks no limit, and leaves no school with somebody who has the days', async () => {
    let state = 7;
    const upTo = (n: number) => Math.floor(((state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32) * n);
    const free = Array.from({ length: 300 }, () => [upTo(2000), upTo(2000)]);
    const pairs = Array.from({ length: 2_000 }, (_, school) =>
      free
        .map((__, leader) => ({ leader, merits: [upTo(2) - 1, -upTo(3), upTo(20) === 0 ? 0 : 1, upTo(4_000)] }))
        .filter(() => upTo(5) > 0)
        .toSorted((one, other) => (isBetter(one.merits, other.merits) ? -1 : 1))
        .map(({ leader, merits }, at): Pair => ({ school, leader, days: [420, 580], place: at + 1, merits })),
    ).flat();
    const problem = { pairs, free };
    const chosen = await solveAssignment(problem);
    const [served = 0] = worth(problem, chosen);
    const places = free.reduce((sum, [one = 0, other = 0]) => sum + Math.min(Math.floor(one / 420), Math.floor(other / 580)), 0);
    assert.equal(-served, places);
  });
});
