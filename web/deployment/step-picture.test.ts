import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../../domain/time/plain-date.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, REQUEST, step } from '../../tests/kit/programmes.ts';
import { MOST_ROWS, stepDates, stepPicture } from './step-picture.ts';
import type { StepDates } from './step-picture.ts';

const row = (over: Partial<StepDates> = {}): StepDates => ({
  title: 'Confirm',
  openedOn: plainDate('2022-10-03'),
  dueOn: plainDate('2022-10-14'),
  originalDueOn: null,
  pauses: [],
  closedOn: null,
  closedAs: null,
  ...over,
});
const looks = (rows: readonly StepDates[], today = '2022-10-20') =>
  stepPicture(rows, plainDate(today))
    .shapes.map(({ look }) => look)
    .filter((look) => look !== 'grid' && look !== 'month');

describe('the picture of the dates', () => {
  it('draws an open step to today, with its due date', () => {
    assert.deepEqual(looks([row()]), ['name', 'open', 'due', 'today']);
    const { shapes } = stepPicture([row()], plainDate('2022-10-20'));
    const bar = shapes.find(({ look }) => look === 'open');
    const today = shapes.find(({ look }) => look === 'today');
    assert.ok(bar?.kind === 'box' && today?.kind === 'path');
    assert.equal(`M ${bar.x + bar.width}`, /^M [\d.]+/.exec(today.path)?.[0]);
  });

  it('draws the first due date where it moved, each pause, and the answer', () => {
    const moved = row({
      originalDueOn: plainDate('2022-10-07'),
      pauses: [{ from: plainDate('2022-10-05'), to: plainDate('2022-10-10') }],
      closedOn: plainDate('2022-10-12'),
      closedAs: 'answered',
    });
    assert.deepEqual(looks([moved]), ['name', 'open', 'paused', 'original', 'due', 'answered', 'today']);
  });

  it('draws no answer where there was none', () => {
    assert.ok(!looks([row({ closedOn: plainDate('2022-10-12'), closedAs: 'closed' })]).includes('answered'));
  });

  it('draws the newest steps only when there are many', () => {
    const many = Array.from({ length: MOST_ROWS + 3 }, (_, nth) => row({ title: `Step ${nth}` }));
    const { shapes } = stepPicture(many, plainDate('2022-10-20'));
    const names = shapes.flatMap((shape) => (shape.kind === 'text' && shape.look === 'name' ? [shape.text] : []));
    assert.deepEqual([names.length, names[0]], [MOST_ROWS, 'Step 3']);
  });

  it('stays within its frame, whatever the dates', () => {
    for (const today of ['2022-10-03', '2022-10-20', '2026-01-01']) {
      const { width, shapes } = stepPicture([row()], plainDate(today));
      for (const shape of shapes) if (shape.kind === 'box') assert.ok(shape.x >= 0 && shape.x + shape.width <= width + 3, today);
    }
  });
});

describe('the dates of each step', () => {
  it('tell of a pause until the day that counts again, and of the first due date', () => {
    const life = beginTestLife(
      programmeOf(['confirm'], [step('confirm', 'school', [answer('yes', { ends: 'done' })], { ladder: [REQUEST] })]),
      '2022-10-03T08:00:00Z',
    );
    const [opened] = life.chronology.steps;
    assert.ok(opened);
    life.does(
      { kind: 'stop-clock', scope: null, category: 'illness', from: '2022-10-04', expectedEnd: '2022-10-11', by: 'rdp', because: 'Ill.' },
      '2022-10-04T10:00:00Z',
    );
    const first = new Map([[`confirm/1`, opened.dueOn]]);
    assert.deepEqual(stepDates(life.chronology, first)[0]?.pauses, [{ from: '2022-10-04', to: null }]);
    life.does({ kind: 'resume-clock', stop: 1, on: '2022-10-06', by: 'rdp', because: 'Back.' }, '2022-10-06T10:00:00Z');
    const [dates] = stepDates(life.chronology, first);
    assert.deepEqual(dates?.pauses, [{ from: '2022-10-04', to: '2022-10-06' }]);
    assert.equal(dates?.originalDueOn, opened.dueOn);
    assert.ok((dates?.dueOn ?? '') > opened.dueOn);
  });
});
