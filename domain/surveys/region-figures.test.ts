import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { shippedSurvey } from '../../tests/kit/surveys.ts';
import { regionFigures } from './region-figures.ts';
import type { RegionResponse } from './region-figures.ts';
import { readSubmission } from './submission.ts';
import { hiddenRegions, LEAST_BASE, LEAST_COUNT } from './suppress.ts';
import { waveFigures } from './wave-figures.ts';

const feedback = shippedSurvey('tsi-2021-22-feedback');
const EACH = new Set(feedback.audiences.map(({ id }) => id));

/** So many leaders of schools in a region who were satisfied with the relevance, or were not. */
function heads(count: number, region: string | null, relevance: 'satisfied' | 'dissatisfied'): readonly RegionResponse[] {
  return Array.from({ length: count }, () => {
    const read = readSubmission(feedback, { R1: 'school-leader', 'school-leader.S.S6': relevance });
    return read.ok ? { ...read.value, region } : assert.fail(JSON.stringify(read.reason));
  });
}
const regionsOf = (responses: readonly RegionResponse[], told: (audience: string, region: string) => boolean = () => true) =>
  regionFigures(feedback, responses, waveFigures(feedback, responses, EACH, 'of-counts'), told).flatMap(({ rows }) =>
    rows.map(({ region, count, base, percent }) => `${region}: ${count} of ${base} (${percent}%)`),
  );

const NORTH = [...heads(12, 'North', 'satisfied'), ...heads(8, 'North', 'dissatisfied')];
const SOUTH = [...heads(15, 'South', 'satisfied'), ...heads(15, 'South', 'dissatisfied')];

describe('the figures of a wave by region', () => {
  it('count of each region how many gave the answers that are shown together', () => {
    assert.deepEqual(regionsOf([...NORTH, ...SOUTH]), ['North: 12 of 20 (60%)', 'South: 15 of 30 (50%)']);
  });

  it('leave a small count unsaid, and the next smallest region with it, from which it would follow', () => {
    const east = [...heads(4, 'East', 'satisfied'), ...heads(21, 'East', 'dissatisfied')];
    assert.deepEqual(regionsOf([...NORTH, ...SOUTH, ...east]), ['South: 15 of 30 (50%)']);
  });

  it('leave a third unsaid where the first two would tell that nearly everybody in them said the same', () => {
    const east = [...heads(28, 'East', 'satisfied'), ...heads(2, 'East', 'dissatisfied')];
    assert.deepEqual(regionsOf([...NORTH, ...SOUTH, ...east, ...heads(12, 'West', 'satisfied')]), ['South: 15 of 30 (50%)']);
  });

  it('say nothing where one region alone could stay unsaid', () => {
    assert.deepEqual(regionsOf([...NORTH, ...heads(3, 'East', 'satisfied')]), []);
  });

  it('leave out a region in which too few did not answer, and responses that tell no region', () => {
    const west = [...heads(6, 'West', 'satisfied'), ...heads(6, 'West', 'dissatisfied')];
    assert.deepEqual(
      regionsOf([...NORTH, ...SOUTH, ...west, ...heads(6, null, 'satisfied')], (_, region) => region !== 'West'),
      ['North: 12 of 20 (60%)', 'South: 15 of 30 (50%)'],
    );
  });

  it('are none where no response tells a region, as at the end of deployments', () => {
    assert.deepEqual(regionsOf([...heads(20, null, 'satisfied'), ...heads(20, null, 'dissatisfied')]), []);
  });

  it('leave out so much that nobody can take what is shown from the sum and learn of few', () => {
    const group = fc.record({ base: fc.nat(40), part: fc.oneof(fc.nat(6), fc.nat(40)), most: fc.boolean(), told: fc.boolean() });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), (given) => {
        const groups = given.map(({ base, part, most, told }, at) => {
          const some = part % (base + 1);
          return { region: `Region ${at}`, base, count: most ? base - some : some, told };
        });
        const hidden = hiddenRegions(groups);
        const shown = groups.filter(({ region }) => !hidden.has(region));
        for (const { base, count, told } of shown) {
          assert.ok(told && base >= LEAST_BASE);
          for (const part of [count, base - count]) assert.ok(part === 0 || part >= LEAST_COUNT);
        }
        // What somebody learns who takes all that is shown from the sum.
        const left = groups.filter(({ region, base }) => hidden.has(region) && base > 0);
        if (left.length === 0 || shown.length === 0) return;
        const [base, count] = [left.reduce((sum, one) => sum + one.base, 0), left.reduce((sum, one) => sum + one.count, 0)];
        assert.ok(left.length >= 2 && base >= LEAST_BASE && count >= LEAST_COUNT && base - count >= LEAST_COUNT);
      }),
      { numRuns: 1_000 },
    );
  });
});
