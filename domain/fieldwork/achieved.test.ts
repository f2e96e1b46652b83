import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { achievedLine, ofBase, totalsOf } from './achieved.ts';

const GROUPS = [
  { id: 'heads', title: 'Headteachers', target: 28, achieved: 11 },
  { id: 'leaders', title: 'Leaders', target: 12, achieved: 5 },
];
const line = (printed: readonly number[], group = 'heads') =>
  achievedLine({ groups: GROUPS }, { title: 'Phase', group, categories: ['Primary', 'Secondary'], printed });

describe('interviews as a report printed them', () => {
  it('stand as a count of a base, with whole percentages, a half upwards, and none of nothing', () => {
    assert.deepEqual(
      [ofBase(11, 28), ofBase(1, 8), ofBase(1, 200), ofBase(0, 3), ofBase(0, 0)],
      ['11 of 28 (39%)', '1 of 8 (13%)', '1 of 200 (1%)', '0 of 3 (0%)', '0 of 0'],
    );
    assert.deepEqual(totalsOf(GROUPS), { target: 40, achieved: 16 });
  });

  it('are placed by category where there is a number for each', () => {
    assert.deepEqual(line([7, 4]), {
      title: 'Headteachers: Phase',
      figures: [
        { category: 'Primary', words: '7 of 11 (64%)' },
        { category: 'Secondary', words: '4 of 11 (36%)' },
      ],
      notes: [],
    });
  });

  it('are noted where they do not add up, and are not corrected', () => {
    assert.deepEqual(line([7, 5]).notes, ['The numbers add up to 12, and 11 interviews were held.']);
    assert.equal(line([7, 5]).figures?.[1]?.words, '5 of 11 (45%)');
  });

  it('are placed nowhere where a number is missing or there is one too many', () => {
    const missing = line([7, 3, 1]);
    assert.equal(missing.figures, null);
    assert.deepEqual(missing.notes, [
      'The table prints 3 numbers (7, 3, 1) for 2 categories. Which one is missing is not said, so none is placed.',
    ]);
    assert.equal(line([11]).figures, null);
  });

  it('of a group that nobody counted are of no base, and named by its id', () => {
    assert.deepEqual(line([0, 0], 'governors'), {
      title: 'governors: Phase',
      figures: [
        { category: 'Primary', words: '0 of 0' },
        { category: 'Secondary', words: '0 of 0' },
      ],
      notes: [],
    });
  });
});
