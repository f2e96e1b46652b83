import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openSteps } from '../chronology/chronology.ts';
import { nextWakeMs } from '../chasing/due-actions.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { reopenableUntilMs } from './ends.ts';
import type { Reopen, Withdraw } from './ends.ts';
import type { Step } from '../programme.ts';
import { begun, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { answer, rung, step } from '../../tests/kit/programmes.ts';

const WITHDRAW: Withdraw = { kind: 'withdraw', ...WHO, end: 'withdrawn', withdrawnBy: 'school' };
const REOPEN: Reopen = { kind: 'reopen', ...WHO };

describe('a withdrawal', () => {
  it('ends everything at once, and tells everyone who has been asked for something', () => {
    const life = begun();
    const events = life.does(WITHDRAW, noon('2022-10-05'));
    assert.deepEqual(
      events.map(({ type }) => type),
      ['deployment-withdrawn', 'step-overtaken', 'deployment-ended'],
    );
    const [withdrawn] = ofType(events, 'deployment-withdrawn');
    assert.deepEqual([withdrawn?.withdrawnBy, withdrawn?.tells.map(({ person }) => person)], ['school', ['p-leader']]);
    assert.equal(nextWakeMs(life.chronology, Date.parse(noon('2022-10-05'))), null);
  });

  it('is refused without a reason, after completion, and a second time', () => {
    const life = begun();
    assert.equal(life.refuses({ ...WITHDRAW, because: '' }, noon('2022-10-05')).kind, 'no-reason');
    const wrong = life.refuses({ ...WITHDRAW, end: 'done' }, noon('2022-10-05'));
    assert.deepEqual([wrong.kind, wrong.remedy], ['unknown-end', 'Choose one of: declined, withdrawn.']);
    life.does(WITHDRAW, noon('2022-10-05'));
    assert.equal(life.refuses(WITHDRAW, noon('2022-10-06')).kind, 'not-running');
  });
});

describe('a reopened deployment', () => {
  it('reopens what was open, in a new round with its full time', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does(WITHDRAW, noon('2022-10-05'));
    life.does(REOPEN, noon('2022-10-10'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round, dueOn }) => [step, round, dueOn]),
      [
        ['visit', 2, '2022-10-31'],
        ['note', 2, '2022-11-07'],
      ],
    );
    assert.deepEqual(rungsIn(life.until(noon('2022-10-10'))), ['request 2022-10-10 → p-head', 'request 2022-10-10 → p-coordinator']);
    // It is still attributed to the answer that opened it.
    assert.equal(life.refuses({ kind: 'reopen', ...WHO }, noon('2022-10-11')).kind, 'not-ended');
    life.does({ kind: 'take-back-answer', ...WHO, step: 'confirm', round: 1 }, noon('2022-10-11'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['confirm', 2]],
    );
  });

  it('asks again the question whose answer ended it', () => {
    const life = begun();
    life.answers('confirm', 'no', 'p-leader', noon('2022-10-03'));
    life.does(REOPEN, noon('2022-10-04'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['confirm', 2]],
    );
  });

  it('asks again the question that led to an end which Chaser told by itself', () => {
    const told: Step = {
      ...step('tell', 'rdp', [answer('told', { ends: 'declined' })], {
        ladder: [
          { ...rung('request', 0), id: 'notice-regional-team', kind: 'notice', at: 'opening', to: 'regional-team', text: 'Declined.' },
        ],
      }),
      automatic: 'told',
    };
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    const answers = confirm.answers.map((one) => (one.id === 'no' ? { ...one, ends: null, opens: ['tell'] } : one));
    const life = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, answers }, tell: told } });
    life.answers('confirm', 'no', 'p-leader', noon('2022-10-03'));
    life.until(noon('2022-10-04'));
    assert.equal(life.chronology.status.kind, 'ended');
    life.does(REOPEN, noon('2022-10-05'));
    assert.deepEqual(
      openSteps(life.chronology).map((record) => [record.step, record.round]),
      [['confirm', 2]],
    );
  });

  it('leaves closed what had closed at the same instant for another reason', () => {
    const at = noon('2022-10-04');
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does({ kind: 'take-back-answer', ...WHO, step: 'confirm', round: 1 }, at);
    life.answers('confirm', 'no', 'p-leader', at);
    life.does(REOPEN, noon('2022-10-05'));
    const rematched = begun();
    rematched.does({ kind: 'rematch', ...WHO, to: null }, at);
    rematched.does(WITHDRAW, at);
    rematched.does(REOPEN, noon('2022-10-05'));
    assert.deepEqual(
      [life, rematched].map(({ chronology }) => openSteps(chronology).map(({ step, round }) => [step, round])),
      [[['confirm', 3]], [['find', 2]]],
    );
  });

  it('is refused too late, without a reason, and when it was completed', () => {
    const life = begun();
    life.does(WITHDRAW, noon('2022-10-05'));
    // Twenty working days: up to Wednesday 2 November, to its last minute.
    assert.equal(new Date(reopenableUntilMs(life.chronology) ?? 0).toISOString(), '2022-11-03T00:00:00.000Z');
    assert.equal(life.refuses({ ...REOPEN, because: '' }, noon('2022-10-06')).kind, 'no-reason');
    assert.equal(life.refuses(REOPEN, noon('2022-11-03')).kind, 'too-late');
    const done = begun();
    done.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    done.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    done.answers('complete', 'done', 'p-leader', noon('2022-10-05'));
    assert.equal(done.refuses(REOPEN, noon('2022-10-06')).kind, 'not-ended');
    assert.equal(reopenableUntilMs(done.chronology), null);
  });

  it('cannot be reopened when the programme says nothing of changes', () => {
    const life = begun(RULELESS);
    life.does(WITHDRAW, noon('2022-10-05'));
    assert.equal(reopenableUntilMs(life.chronology), null);
  });
});
