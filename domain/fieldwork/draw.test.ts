import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { strataOf } from './design.ts';
import type { SampleDesign, Unit } from './design.ts';
import { drawSample, sharesOf } from './draw.ts';

const stratum = (id: string, target: number) => ({ id, title: `Those of ${id}`, group: 'schools', where: { tier: [id] }, target });
const DESIGN: SampleDesign = {
  id: 'invented',
  title: 'Invented',
  source: 'invented',
  assumptions: [],
  window: { from: plainDate('2040-01-09'), to: plainDate('2040-03-30') },
  stops: [],
  groups: [
    { id: 'schools', title: 'Schools' },
    { id: 'leaders', title: 'Leaders' },
  ],
  strata: [
    stratum('one', 4),
    stratum('two', 2),
    { id: 'leader', title: 'Leaders', group: 'leaders', where: { role: ['leader'] }, target: 9 },
  ],
  draws: [{ id: 'first', size: 6, groups: ['schools'] }],
};
const unit = (id: string, tier: string): Unit => ({ id, facts: { tier } });
const FRAME = 'abcdefgh'
  .split('')
  .map((id) => unit(id, 'one'))
  .concat('pqrstu'.split('').map((id) => unit(id, 'two')));
const rank = (seed: string) => (id: string) => createHash('sha256').update(`${seed}:${id}`).digest('hex');
const drawn = (frame: readonly Unit[], before: readonly string[] = [], seed = 'spring') => {
  const found = drawSample(DESIGN, 'first', frame, before, [], rank(seed));
  assert.ok(found.ok);
  return found.value;
};
const ids = (frame: readonly Unit[], before: readonly string[] = [], seed = 'spring') =>
  drawn(frame, before, seed).drawn.map((one) => one.unit);
const refusal = (
  id: string,
  frame: readonly Unit[],
  before: readonly string[] = [],
  excluded: readonly { readonly unit: string; readonly because: string }[] = [],
) => {
  const found = drawSample(DESIGN, id, frame, before, excluded, rank('spring'));
  return found.ok ? null : found.reason;
};

describe('the share of each stratum', () => {
  it('is in proportion to its target, with the rest to the largest remainders', () => {
    const of = (...targets: readonly number[]) =>
      sharesOf(
        150,
        targets.map((target, at) => stratum(String(at), target)),
      );
    assert.deepEqual(of(20, 20, 20, 20), [38, 38, 37, 37]);
    assert.deepEqual(of(2, 1), [100, 50]);
    assert.deepEqual(of(0, 0), [0, 0]);
    assert.deepEqual(sharesOf(10, [stratum('a', 1), stratum('b', 2), stratum('c', 4)]), [1, 3, 6]);
  });

  it('goes to the first of the list among those of equal remainders', () => {
    const of = (...targets: readonly number[]) =>
      sharesOf(
        2,
        targets.map((target, at) => stratum(String(at), target)),
      );
    assert.deepEqual(of(1, 1, 1, 1), [1, 1, 0, 0]);
    assert.deepEqual(of(1, 1, 1), [1, 1, 0]);
  });

  it('is of those alone who meet every condition of a stratum', () => {
    const both = { ...stratum('one', 4), where: { tier: ['one'], phase: ['primary'] } };
    const design = { ...DESIGN, strata: [both] };
    assert.deepEqual(strataOf(design, { id: 'a', facts: { tier: 'one', phase: 'primary' } }), [both]);
    assert.deepEqual(strataOf(design, { id: 'a', facts: { tier: 'one', phase: 'secondary' } }), []);
    assert.deepEqual(strataOf(design, { id: 'a', facts: { tier: 'one' } }), []);
  });

  it('adds up to the draw, and is never a whole one away from the exact share', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }), (size, targets) => {
        const shares = sharesOf(
          size,
          targets.map((target, at) => stratum(String(at), target)),
        );
        const all = targets.reduce((sum, one) => sum + one, 0);
        assert.equal(
          shares.reduce((sum, one) => sum + one, 0),
          size,
        );
        for (const [at, share] of shares.entries()) assert.ok(Math.abs(share - (size * (targets[at] ?? 0)) / all) < 1);
      }),
    );
  });
});

describe('a draw', () => {
  it('takes those of the lowest ranks in each stratum, and anybody can work them out', () => {
    const lowest = (from: string, count: number) =>
      from
        .split('')
        .toSorted((a, b) => (rank('spring')(a) < rank('spring')(b) ? -1 : 1))
        .slice(0, count);
    assert.deepEqual(ids(FRAME), [...lowest('abcdefgh', 4), ...lowest('pqrstu', 2)]);
    assert.notDeepEqual(ids(FRAME), ids(FRAME, [], 'autumn'));
    assert.equal(drawn(FRAME).drawn[0]?.rank, rank('spring')(ids(FRAME)[0] ?? ''));
    assert.deepEqual(
      drawn(FRAME).drawn.map(({ stratum: of }) => of),
      ['one', 'one', 'one', 'one', 'two', 'two'],
    );
  });

  it('depends on the seed alone: not on the order of the frame, nor on who else is in it', () => {
    fc.assert(
      fc.property(fc.string(), fc.shuffledSubarray(FRAME, { minLength: FRAME.length }), (seed, frame) => {
        assert.deepEqual(ids(frame, [], seed), ids(FRAME, [], seed));
        const more = ids([...frame, unit('zz', 'one')], [], seed);
        assert.ok(ids(FRAME, [], seed).filter((id) => !more.includes(id)).length <= 1);
      }),
    );
  });

  it('draws nobody twice, and goes on where the one before ended', () => {
    const first = ids(FRAME);
    const second = drawn(FRAME, first);
    assert.deepEqual(
      second.drawn.map((one) => one.unit).filter((id) => first.includes(id)),
      [],
    );
    assert.deepEqual(
      second.leftOut.map(({ unit: id, because }) => `${id} ${because}`).toSorted(),
      first.map((id) => `${id} drawn before`).toSorted(),
    );
    assert.deepEqual(drawn(FRAME, [...first, ...second.drawn.map((one) => one.unit)]).short, [{ stratum: 'one', wanted: 4, drawn: 0 }]);
  });

  it('leaves out the excluded with their reason, and whoever is of no stratum that is drawn', () => {
    const [chosen = ''] = ids(FRAME);
    const frame = [...FRAME, { id: 'L', facts: { role: 'leader' } }, { id: 'X', facts: {} }];
    const found = drawSample(DESIGN, 'first', frame, [], [{ unit: chosen, because: ' closed in 2039 ' }], rank('spring'));
    assert.ok(found.ok);
    assert.ok(!found.value.drawn.some((one) => one.unit === chosen));
    assert.deepEqual(
      found.value.leftOut,
      [
        { unit: chosen, because: 'closed in 2039' },
        { unit: 'L', because: 'of no stratum that is drawn' },
        { unit: 'X', because: 'of no stratum that is drawn' },
      ].toSorted((a, b) => frame.findIndex(({ id }) => id === a.unit) - frame.findIndex(({ id }) => id === b.unit)),
    );
  });

  it('is refused where it would not be fair, or where a list is not of this frame', () => {
    assert.deepEqual(refusal('third', FRAME), {
      kind: 'unknown-draw',
      message: 'The design invented plans no draw "third".',
      remedy: 'Its draws are: first.',
    });
    const two = { ...DESIGN, draws: [...DESIGN.draws, { id: 'second', size: 1, groups: ['schools'] }] };
    const unplanned = drawSample(two, 'third', FRAME, [], [], rank('spring'));
    assert.equal(unplanned.ok ? '' : unplanned.reason.remedy, 'Its draws are: first, second.');
    const twice = refusal('first', [...FRAME, unit('a', 'one')]);
    assert.deepEqual(twice, {
      kind: 'twice-in-frame',
      message: 'a is in the frame twice.',
      remedy: 'Leave out one of the two, which would be drawn twice as easily.',
    });
    const both = { id: 'both', facts: { tier: 'one', role: 'leader' } };
    assert.deepEqual(refusal('first', [...FRAME, both]), {
      kind: 'in-two-strata',
      message: 'both belongs to "Those of one" and to "Leaders".',
      remedy: 'Correct its facts in the frame, or the conditions of the two strata.',
    });
    assert.deepEqual(refusal('first', FRAME, ['z']), {
      kind: 'not-in-frame',
      message: 'z is not in the frame.',
      remedy: 'Correct its id, or take it out of the exclusions and of the earlier draws.',
    });
    assert.equal(refusal('first', FRAME, [], [{ unit: 'z', because: 'closed' }])?.kind, 'not-in-frame');
    assert.deepEqual(refusal('first', FRAME, [], [{ unit: 'a', because: ' ' }]), {
      kind: 'no-reason',
      message: 'a is excluded without a reason.',
      remedy: 'Say why: the reason is reported with the sample.',
    });
  });
});
