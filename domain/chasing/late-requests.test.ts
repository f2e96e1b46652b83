import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { beginTestLife, rungsIn } from '../../tests/kit/lives.ts';
import type { Rung } from '../programme.ts';
import type { TestLife } from '../../tests/kit/lives.ts';
import { answer, field, programmeOf, REQUEST, rung, step } from '../../tests/kit/programmes.ts';

/** A visit on a day that was agreed: asked for four days before it is due, as early as it may be. */
const VISITING = programmeOf(
  ['agree'],
  [
    step('agree', 'rdp', [answer('agreed', { fields: [field('on', { kind: 'date', records: 'agreedFor' })], opens: ['visit'] })]),
    step('visit', 'system-leader', [answer('visited')], {
      countsFrom: 'agreedFor',
      allowed: { unit: 'working-days', count: 5 },
      ladder: [{ ...REQUEST, at: { daysFromDue: -4 } }, rung('reminder', 0), rung('overdue', 1), rung('call', 3), rung('escalation', 5)],
    }),
  ],
);

/** Recorded on Thursday 15 September. */
function agreedFor(on: string): TestLife {
  const life = beginTestLife(VISITING, '2022-09-14T09:00:00.000Z');
  life.answers('agree', 'agreed', 'p-coordinator', '2022-09-15T09:00:00.000Z', { fields: { on } });
  return life;
}

describe('a request that comes some days before the due date', () => {
  it('waits for its day', () => {
    const life = agreedFor('2022-09-21');
    assert.equal(life.dueOn('visit'), '2022-09-28');
    assert.deepEqual(rungsIn(life.until('2022-09-29T00:00:00.000Z')), ['request 2022-09-22 → p-leader', 'reminder0 2022-09-28 → p-leader']);
  });

  it('goes out at once when its day was over before the step opened', () => {
    const life = agreedFor('2022-09-14');
    assert.equal(life.dueOn('visit'), '2022-09-21');
    assert.deepEqual(rungsIn(life.until('2022-09-22T23:00:00.000Z')), [
      'request 2022-09-15 → p-leader',
      'reminder0 2022-09-21 → p-leader',
      'overdue+1 2022-09-22 → p-leader',
    ]);
  });

  it('goes out at once when the due date itself has passed, and nobody is called late before they were asked', () => {
    const life = agreedFor('2022-09-01');
    assert.equal(life.dueOn('visit'), '2022-09-08');
    assert.deepEqual(rungsIn(life.until('2022-09-30T00:00:00.000Z')), [
      'request 2022-09-15 → p-leader',
      'overdue+1 2022-09-16 → p-leader',
      'call+3 2022-09-20 → p-coordinator',
      'escalation+5 2022-09-22 → p-region',
    ]);
  });

  it('goes out at once when the due date lies before all known terms', () => {
    const { visit } = VISITING.steps;
    assert.ok(visit);
    const request: Rung = { ...REQUEST, at: { daysFromDue: 0 }, days: 'school' };
    const programme = { ...VISITING, steps: { ...VISITING.steps, visit: { ...visit, ladder: [request, rung('escalation', 3)] } } };
    const life = beginTestLife(programme, '2022-09-14T09:00:00.000Z');
    life.answers('agree', 'agreed', 'p-coordinator', '2022-09-15T09:00:00.000Z', { fields: { on: '2022-08-22' } });
    assert.equal(life.dueOn('visit'), '2022-08-29');
    assert.deepEqual(rungsIn(life.until('2022-09-16T00:00:00.000Z')), ['request 2022-09-15 → p-leader']);
  });

  it('goes before the reminder, however late the worker wakes', () => {
    const life = agreedFor('2022-09-21');
    life.does(
      { kind: 'stop-clock', scope: null, category: 'illness', from: null, expectedEnd: '2022-09-30', by: 'p-coordinator', because: 'Ill.' },
      '2022-09-20T09:00:00.000Z',
    );
    life.does(
      { kind: 'resume-clock', stop: null, on: '2022-09-20', by: 'p-coordinator', because: 'Well again.' },
      '2022-09-28T09:00:00.000Z',
    );
    assert.deepEqual(rungsIn(life.until('2022-09-29T23:00:00.000Z')), ['request 2022-09-28 → p-leader', 'overdue+1 2022-09-29 → p-leader']);
  });

  it('goes to whoever holds the role when the clock runs again', () => {
    const life = agreedFor('2022-09-21');
    const said = { by: 'p-coordinator', because: 'Ill.' };
    life.does(
      { kind: 'stop-clock', scope: null, category: 'illness', from: null, expectedEnd: '2022-09-30', ...said },
      '2022-09-23T09:00:00.000Z',
    );
    life.does({ kind: 'change-person', role: 'system-leader', from: 'p-leader', to: 'p-new', ...said }, '2022-09-26T09:00:00.000Z');
    life.does({ kind: 'resume-clock', stop: null, on: '2022-09-23', ...said }, '2022-09-27T09:00:00.000Z');
    assert.deepEqual(rungsIn(life.until('2022-09-28T00:00:00.000Z')), ['request~2 2022-09-27 → p-new']);
  });

  it('does not hold up a notice, which waits only for a request that goes at the opening', () => {
    const { visit } = VISITING.steps;
    assert.ok(visit);
    const notice: Rung = { ...rung('notice', -5), to: 'school', text: 'A visit was agreed.' };
    const life = beginTestLife(
      { ...VISITING, steps: { ...VISITING.steps, visit: { ...visit, ladder: [notice, ...visit.ladder] } } },
      '2022-09-14T09:00:00.000Z',
    );
    life.answers('agree', 'agreed', 'p-coordinator', '2022-09-15T09:00:00.000Z', { fields: { on: '2022-09-21' } });
    assert.deepEqual(rungsIn(life.until('2022-09-22T23:00:00.000Z')), ['notice-5 2022-09-21 → p-head', 'request 2022-09-22 → p-leader']);
  });

  it('holds up a reminder, whenever it goes itself', () => {
    const { visit } = VISITING.steps;
    assert.ok(visit);
    const programme = { ...VISITING, steps: { ...VISITING.steps, visit: { ...visit, ladder: [rung('reminder', -5), ...visit.ladder] } } };
    const life = beginTestLife(programme, '2022-09-14T09:00:00.000Z');
    life.answers('agree', 'agreed', 'p-coordinator', '2022-09-15T09:00:00.000Z', { fields: { on: '2022-09-21' } });
    assert.deepEqual(rungsIn(life.until('2022-09-22T23:00:00.000Z')), ['request 2022-09-22 → p-leader']);
  });
});
