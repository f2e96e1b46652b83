import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { findStep, stepOf } from './chronology.ts';
import { goesRound, notAnOwner, notOpen, notRunning, roleNotHeld, unknownAnswer, unknownStep } from './refusal.ts';
import type { StepRecord } from './state.ts';

/** A step of a life as it stands. */
function recordIn(life: ReturnType<typeof begun>, step = 'confirm'): StepRecord {
  const record = findStep(life.chronology, { step, round: 1 });
  assert.ok(record);
  return record;
}

describe('a refusal says of a step', () => {
  it('that is not there, which ones are open', () => {
    const life = begun();
    assert.deepEqual(unknownStep(life.chronology, { step: 'visit', round: 2 }), {
      kind: 'unknown-step',
      message: 'This deployment has no step "visit" in round 2.',
      remedy: 'Open now: confirm.',
    });
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    assert.equal(unknownStep(life.chronology, CONFIRM).remedy, 'Open now: visit, note.');
    life.does({ kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-03'));
    assert.equal(unknownStep(life.chronology, CONFIRM).remedy, 'No step is open.');
  });

  it('that was answered, who answered what and when', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    assert.match(notOpen(life.chronology, recordIn(life)).message, /was answered "yes" by p-leader on 3 October 2022\.$/);
  });

  it('that was answered, with the words of the answer', () => {
    const confirm = stepOf(SMALL, 'confirm');
    const answers = confirm.answers.map((each) => (each.id === 'no' ? { ...each, label: 'No, I cannot' } : each));
    const life = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, answers } } });
    life.answers('confirm', 'no', 'p-leader', noon('2022-10-03'));
    assert.match(notOpen(life.chronology, recordIn(life)).message, /was answered "No, I cannot" by p-leader/);
  });

  it('that was answered by telephone, for whom and who recorded it', () => {
    const life = begun();
    const state = { kind: 'answered', answer: 'yes', by: 'p-coordinator', onBehalfOf: 'p-leader', at: noon('2022-10-03') } as const;
    const record = { ...recordIn(life), state: { ...recordIn(life).state, ...state } } as StepRecord;
    assert.match(notOpen(life.chronology, record).message, /by p-leader \(recorded by p-coordinator\) on 3 October 2022/);
  });

  it('that Chaser answered itself, that Chaser did', () => {
    const life = begun();
    const state = { kind: 'answered', answer: 'gone', by: 'chaser', onBehalfOf: null, at: noon('2022-10-03') } as const;
    const record = { ...recordIn(life), state: { ...recordIn(life).state, ...state } } as StepRecord;
    assert.match(notOpen(life.chronology, record).message, /was answered "gone" by Chaser/);
  });

  it('that closed unanswered or lapsed, how; and that one is open, since when', () => {
    const life = begun();
    const with_ = (state: object) => ({ ...recordIn(life), state }) as StepRecord;
    const at = noon('2022-10-04');
    assert.match(
      notOpen(life.chronology, with_({ kind: 'overtaken', because: 'A rematch.', at })).message,
      /closed unanswered \(A rematch\.\) on 4 October/,
    );
    assert.match(notOpen(life.chronology, with_({ kind: 'lapsed', at })).message, /lapsed on 4 October 2022/);
    assert.match(notOpen(life.chronology, recordIn(life)).message, /was opened on 30 September 2022/);
  });

  it('an answer that it does not have, and those that it has', () => {
    const step = stepOf(SMALL, 'confirm');
    assert.deepEqual(unknownAnswer(step, step.answers, 'perhaps'), {
      kind: 'unknown-answer',
      message: '"confirm" has no answer "perhaps".',
      remedy: 'Its answers are: yes, no.',
    });
  });

  it('whom it is asked of, when somebody else answers', () => {
    assert.match(notAnOwner(stepOf(SMALL, 'confirm'), 'p-stranger').remedy, /Only system-leader can answer it/);
    const joint = { ...stepOf(SMALL, 'confirm'), with: ['school'] };
    assert.match(notAnOwner(joint, 'p-stranger').remedy, /Only system-leader or school can answer it/);
  });

  it('that opens itself for ever, which one, by its title or its id', () => {
    assert.match(goesRound(SMALL, 'confirm').message, /^"confirm" opens again and again/);
    assert.match(goesRound(SMALL, 'nowhere').message, /^"nowhere" opens again and again/);
    assert.match(goesRound(SMALL, 'confirm').remedy, /correct the programme, and end the deployment\.$/);
  });
});

describe('a refusal says of a deployment', () => {
  it('that has ended, when and how', () => {
    const life = begun();
    life.does({ kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-03'));
    assert.match(notRunning(life.chronology).message, /^This deployment ended on 3 October 2022: /);
    const renamed = { ...life.chronology, programme: { ...SMALL, ends: {} } };
    assert.match(notRunning(renamed).message, /: declined\.$/);
  });

  it('that runs or has not begun, that it has not begun', () => {
    assert.equal(notRunning(begun().chronology).message, 'This deployment has not begun.');
  });

  it('whose first role nobody holds, which role', () => {
    assert.match(roleNotHeld(SMALL, 'system-leader').message, /^Nobody is named as .+, who is asked first\.$/);
    assert.match(roleNotHeld(SMALL, 'nobody-knows').message, /named as nobody-knows,/);
    assert.match(roleNotHeld(SMALL, 'nobody-knows').remedy, /^Import the person with that role, or name one/);
  });
});

describe('a change is refused where its dates are none, or lie beyond the calendar', () => {
  const stop = { kind: 'stop-clock', scope: null, category: 'illness', from: null, ...WHO } as const;
  for (const [what, command, said] of [
    ['a stop with no end', { ...stop, expectedEnd: '2022-10-10', from: 'soon' }, /The first day/],
    ['a stop that ends on no day', { ...stop, expectedEnd: '2022-02-31' }, /The expected end/],
  ] as const) {
    it(what, () => {
      const refusal = begun().refuses(command, noon('2022-10-03'));
      assert.equal(refusal.kind, 'bad-date');
      assert.match(refusal.message, said);
    });
  }

  it('a stop that is prolonged to no day, or resumed on none', () => {
    const life = begun();
    life.does({ ...stop, expectedEnd: '2022-10-10' }, noon('2022-10-03'));
    const prolong = life.refuses({ kind: 'prolong-stop', stop: null, expectedEnd: 'later', ...WHO }, noon('2022-10-04'));
    assert.equal(prolong.kind, 'bad-date');
    const resume = life.refuses({ kind: 'resume-clock', stop: null, on: '2022-13-01', ...WHO }, noon('2022-10-04'));
    assert.equal(resume.kind, 'bad-date');
  });

  it('two stops of steps, of which it is not said which one ends: both are named', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    for (const step of ['visit', 'note']) {
      life.does({ ...stop, scope: { step, round: 1 }, expectedEnd: '2022-10-20' }, noon('2022-10-04'));
    }
    assert.match(
      life.refuses({ kind: 'resume-clock', stop: null, on: null, ...WHO }, noon('2022-10-05')).remedy,
      /visit, since [\s\S]*note, since /,
    );
  });
});
