import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { eventsAhead } from '../chronology/ahead.ts';
import { blankChronology, evolve, openSteps } from '../chronology/chronology.ts';
import { takeIn } from '../chronology/under-way.ts';
import { nextWakeMs } from '../chasing/due-actions.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { plainDate } from '../time/plain-date.ts';
import { decideWithdraw, reopenableUntilMs } from './ends.ts';
import type { Reopen, Withdraw } from './ends.ts';
import type { Step } from '../programme.ts';
import { begun, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { answer, CALENDAR, PARTIES, rung, step } from '../../tests/kit/programmes.ts';

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
    assert.equal(life.refuses({ ...WITHDRAW, end: 'merged' }, noon('2022-10-05')).kind, 'unknown-end');
    life.does(WITHDRAW, noon('2022-10-05'));
    assert.equal(life.refuses(WITHDRAW, noon('2022-10-06')).kind, 'not-running');
  });

  it('is not told to somebody whose step closed before they were asked, and keeps its reason without the spaces around it', () => {
    const life = begun();
    const saturday = noon('2022-10-08');
    life.answers('confirm', 'yes', 'p-leader', saturday);
    life.answers('visit', 'refused', 'p-coordinator', saturday, { onBehalfOf: 'p-head' });
    const events = life.does({ ...WITHDRAW, because: ' The school closes. ' }, noon('2022-10-09'));
    const [withdrawn] = ofType(events, 'deployment-withdrawn');
    assert.deepEqual(
      withdrawn?.tells.map(({ person }) => person),
      ['p-leader'],
    );
    assert.equal(ofType(events, 'deployment-ended')[0]?.because, 'The school closes.');
  });

  it('is told to whoever is to be asked for an open step, and to the coordinator unless it is theirs', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-08'));
    const [withdrawn] = ofType(life.does({ ...WITHDRAW, by: 'p-region' }, noon('2022-10-09')), 'deployment-withdrawn');
    assert.deepEqual(
      withdrawn?.tells.map(({ person }) => person),
      ['p-leader', 'p-head', 'p-coordinator'],
    );
  });

  it('of a deployment that was under way is told to those alone to whom Chaser has written', () => {
    const beginning = { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES } as const;
    const answers = [{ step: 'confirm', on: plainDate('2022-10-05'), answer: 'yes', fields: {} }];
    const past = { by: 'p-coordinator', began: plainDate('2022-09-30'), answers, pauses: [], extension: null };
    const now = noon('2022-10-10');
    const events = takeIn(SMALL, beginning, { ...past, decideBy: plainDate('2022-12-30') }, CALENDAR, now);
    assert.ok(events.ok);
    const chronology = events.value.reduce(evolve, blankChronology(SMALL, CALENDAR));
    const told = (at: string) => {
      const later = eventsAhead(chronology, Date.parse(now), Date.parse(at)).reduce(evolve, chronology);
      const decision = decideWithdraw(later, { ...WITHDRAW, by: 'p-region' }, at);
      assert.ok(decision.ok);
      return ofType(decision.value, 'deployment-withdrawn')[0]?.tells.map(({ person }) => person);
    };
    // The visit of the headteacher is due on Wednesday 19 October.
    assert.deepEqual([told(now), told(noon('2022-10-20'))], [[], ['p-head', 'p-coordinator']]);
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

  it('asks again what the answer that ended it had closed, and that question, but not what had been answered', () => {
    const { visit } = SMALL.steps;
    assert.ok(visit);
    const off = answer('off', { ends: 'declined', closes: ['note'] });
    const programme = { ...SMALL, steps: { ...SMALL.steps, visit: { ...visit, answers: [...visit.answers, off] } } };
    const at = noon('2022-10-05');
    const reopened = [false, true].map((written) => {
      const life = begun(programme);
      life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
      if (written) life.answers('note', 'written', 'p-coordinator', at);
      life.answers('visit', 'off', 'p-head', at);
      life.does(REOPEN, noon('2022-10-06'));
      return openSteps(life.chronology).map(({ step, round }) => `${step} ${round}`);
    });
    assert.deepEqual(reopened, [['visit 2', 'note 2'], ['visit 2']]);
  });

  it('leaves closed what an earlier end had closed, and the decision on an extension', () => {
    const life = begun();
    life.does(WITHDRAW, noon('2022-10-03'));
    life.does(REOPEN, noon('2022-10-04'));
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    life.does({ kind: 'extend', ...WHO, step: 'note', round: 1, dueOn: '2022-12-20', agreedWith: null }, noon('2022-10-06'));
    assert.ok(openSteps(life.chronology).some(({ step }) => step === 'approve'));
    life.does(WITHDRAW, noon('2022-10-07'));
    life.does(REOPEN, noon('2022-10-10'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step }) => step),
      ['visit', 'note'],
    );
  });

  it('asks its last question again where nothing was left to ask when it ended', () => {
    const life = begun({ ...SMALL, completesAs: 'withdrawn' });
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    life.does({ kind: 'extend', ...WHO, step: 'complete', round: 1, dueOn: '2023-03-01', agreedWith: null }, noon('2022-10-05'));
    life.answers('complete', 'done', 'p-leader', noon('2022-10-06'));
    life.does(REOPEN, noon('2022-10-07'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['complete', 2]],
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
    assert.equal(reopenableUntilMs(life.chronology), null);
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
