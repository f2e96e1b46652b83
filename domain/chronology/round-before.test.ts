import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { beginTestLife, ofType } from '../../tests/kit/lives.ts';
import type { TestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, step } from '../../tests/kit/programmes.ts';
import { ROUND_BEFORE } from '../programme.ts';
import type { Step } from '../programme.ts';

/** A review that repeats, beside a step that can close it and one that opens it again. */
function reviewed(allowed: Step['allowed']): TestLife {
  const programme = programmeOf(
    ['review', 'route'],
    [
      step('review', 'rdp', [answer('again', { opens: ['review'] }), answer('last')], { allowed, countsFrom: ROUND_BEFORE }),
      step('route', 'rdp', [answer('other', { closes: ['review'], opens: ['back'] })]),
      step('back', 'rdp', [answer('back', { opens: ['review'] })]),
    ],
  );
  return beginTestLife(programme, '2022-09-12T09:00:00.000Z');
}

const TERMLY = { unit: 'end-of-next-whole-term' } as const;

describe('a review that is counted from the due date of the round before', () => {
  it('is due at the end of the first whole term, and then of each term, however early it is held', () => {
    const life = reviewed(TERMLY);
    assert.equal(life.dueOn('review'), '2023-03-31');
    life.answers('review', 'again', 'p-coordinator', '2022-12-01T12:00:00.000Z');
    // Counted from its opening, it would be due at the end of the spring term once more.
    assert.equal(life.dueOn('review'), '2023-07-21');
  });

  it('is due at the end of the next term, however late in the holidays it is held', () => {
    const life = reviewed(TERMLY);
    life.answers('review', 'again', 'p-coordinator', '2023-04-12T12:00:00.000Z');
    assert.equal(life.dueOn('review'), '2023-07-21');
  });

  it('is due at the end of the running term when the one before was held in it late', () => {
    const life = reviewed(TERMLY);
    life.answers('review', 'again', 'p-coordinator', '2023-04-19T12:00:00.000Z');
    // Counted from its opening, with the summer term begun, it would be due at the end of the autumn term.
    assert.equal(life.dueOn('review'), '2023-07-21');
  });

  it('leaves out the dates that have passed while nobody answered', () => {
    const life = reviewed({ unit: 'weeks', count: 2 });
    assert.equal(life.dueOn('review'), '2022-09-26');
    // Due on 10 October and on 24 October; the first has passed.
    life.answers('review', 'again', 'p-coordinator', '2022-10-11T12:00:00.000Z');
    assert.equal(life.dueOn('review'), '2022-10-24');
  });

  it('says from which day it is counted', () => {
    const life = reviewed({ unit: 'weeks', count: 2 });
    const [opened] = ofType(life.answers('review', 'again', 'p-coordinator', '2022-09-19T12:00:00.000Z'), 'step-opened');
    assert.equal(opened?.dayZero, '2022-09-26');
    assert.ok(opened.explanation.some(({ text }) => text.includes('the due date of the one before') && text.includes('26 September 2022')));
  });

  it('is still to come when it was closed without having been held', () => {
    const life = reviewed(TERMLY);
    life.answers('route', 'other', 'p-coordinator', '2022-10-03T12:00:00.000Z');
    life.answers('back', 'back', 'p-coordinator', '2022-11-01T12:00:00.000Z');
    assert.equal(life.dueOn('review'), '2023-03-31');
  });
});
