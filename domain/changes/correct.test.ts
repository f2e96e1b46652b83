import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { openSteps } from '../chronology/chronology.ts';
import { explain } from '../chronology/opening.ts';
import { beginTestLife, ofType, rungsIn } from '../../tests/kit/lives.ts';
import { answer, field, programmeOf, step } from '../../tests/kit/programmes.ts';
import type { CorrectFact, TakeBackAnswer } from './correct.ts';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { changeRulesOf } from '../programme.ts';

const CORRECT: CorrectFact = { kind: 'correct-fact', ...WHO, fact: 'matchedOn', value: '2022-12-16' };
const TAKE_BACK: TakeBackAnswer = { kind: 'take-back-answer', ...WHO, ...CONFIRM };

/** Matched on Monday 9 January 2023 and visited the next day: completion is due at the end of the spring term. */
function matched() {
  const life = beginTestLife(SMALL, '2023-01-06T09:00:00.000Z');
  life.answers('confirm', 'yes', 'p-leader', noon('2023-01-09'));
  life.answers('visit', 'made', 'p-head', noon('2023-01-10'));
  return life;
}

describe('a corrected fact', () => {
  it('moves the due dates counted from it: matched on 16 December, not 9 January, so a term earlier', () => {
    const life = matched();
    assert.equal(life.dueOn('complete'), '2023-03-31');
    const events = life.does(CORRECT, noon('2023-01-12'));
    assert.deepEqual(ofType(events, 'fact-corrected')[0]?.moves, [{ step: 'complete', round: 1, from: '2023-03-31', to: '2022-12-16' }]);
    const [moved] = ofType(events, 'due-date-moved');
    assert.deepEqual([moved?.dayZero, moved?.originalDueOn, moved?.inTime], ['2022-12-16', '2022-12-16', false]);
    const record = openSteps(life.chronology).find(({ step }) => step === 'complete');
    assert.ok(record);
    assert.equal(explain(life.chronology, record).at(-1)?.on, '2022-12-16');
    // Counted from 10 January, the day it was asked for.
    assert.deepEqual(rungsIn(life.until(noon('2023-01-12'))), ['overdue+1 2023-01-12 → p-leader', 'call+2 2023-01-12 → p-coordinator']);
    life.does({ ...CORRECT, value: '2023-01-09' }, noon('2023-01-12'));
    assert.equal(life.dueOn('complete'), '2023-03-31');
  });

  it('moves the dates of closed steps too, for the reports', () => {
    const life = matched();
    life.answers('complete', 'more', 'p-leader', noon('2023-01-12'));
    const [moved] = ofType(life.does(CORRECT, noon('2023-01-13')), 'due-date-moved');
    assert.deepEqual([moved?.step, moved?.originalDueOn, moved?.rearms], ['complete', '2022-12-16', []]);
  });

  it('moves the round that was counted from it alone, not one before it', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'rdp', [answer('yes', { records: ['askedOn'], opens: ['go', 'ask'] })]),
        step('go', 'rdp', [answer('gone')], { countsFrom: 'askedOn' }),
      ],
    );
    const life = beginTestLife(programme, noon('2022-10-03'));
    life.answers('ask', 'yes', 'p-coordinator', noon('2022-10-03'));
    life.answers('go', 'gone', 'p-coordinator', noon('2022-10-04'));
    life.answers('ask', 'yes', 'p-coordinator', noon('2022-10-10'));
    const events = life.does({ ...CORRECT, fact: 'askedOn', value: '2022-10-07' }, noon('2022-10-11'));
    assert.deepEqual(
      ofType(events, 'due-date-moved').map(({ step: moved, round, dueOn }) => [moved, round, dueOn]),
      [['go', 2, '2022-10-12']],
    );
  });

  it('may be today, and is refused where a step that has not opened yet would be due beyond the calendar', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-04'));
    assert.equal(life.refuses({ ...CORRECT, value: '2021-10-04' }, noon('2022-10-05')).kind, 'beyond-horizon');
    life.does({ ...CORRECT, value: '2022-10-05' }, noon('2022-10-05'));
    assert.equal(life.chronology.facts['matchedOn'], '2022-10-05');
    // The terms of March 2022 are not known, so no visit could be counted from then; but it is not counted from this.
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'rdp', [answer('yes', { records: ['askedOn'], opens: ['go'] })]),
        step('go', 'rdp', [answer('gone', { opens: ['visit'] })], { countsFrom: 'askedOn' }),
        step('visit', 'school', [answer('made')], { allowed: { unit: 'school-days', count: 10 } }),
      ],
    );
    const early = beginTestLife(programme, noon('2022-10-03'));
    early.answers('ask', 'yes', 'p-coordinator', noon('2022-10-03'));
    early.does({ ...CORRECT, fact: 'askedOn', value: '2022-03-01' }, noon('2022-10-04'));
    assert.equal(early.dueOn('go'), '2022-03-04');
  });

  it('cannot count a step from before its earliest date', () => {
    const complete = SMALL.steps['complete'];
    assert.ok(complete);
    const late = { ...SMALL, steps: { ...SMALL.steps, complete: { ...complete, notBefore: openDate } } };
    const life = beginTestLife(late, '2022-12-09T09:00:00.000Z');
    life.answers('confirm', 'yes', 'p-leader', noon('2022-12-12'));
    life.answers('visit', 'made', 'p-head', noon('2022-12-13'));
    assert.equal(life.dueOn('complete'), '2023-03-31');
    life.does({ ...CORRECT, value: '2022-12-09' }, noon('2022-12-13'));
    assert.equal(life.dueOn('complete'), '2023-03-31');
    life.does({ ...CORRECT, value: '2022-12-12' }, noon('2022-12-13'));
    assert.equal(life.dueOn('complete'), '2023-03-31');
  });

  it('is refused when it changes nothing, is unknown, is no date, is in the future, or lies beyond the calendar', () => {
    const life = matched();
    const kindOf = (over: Partial<CorrectFact>) => life.refuses({ ...CORRECT, ...over }, noon('2023-01-12')).kind;
    assert.equal(kindOf({ value: '2023-01-09' }), 'nothing-changes');
    assert.equal(kindOf({ fact: 'visitedOn' }), 'nothing-changes');
    assert.equal(kindOf({ value: 'last week' }), 'bad-date');
    assert.equal(kindOf({ value: '2023-01-13' }), 'bad-date');
    assert.equal(kindOf({ value: '2021-01-13' }), 'beyond-horizon');
    assert.equal(kindOf({ because: ' ' }), 'no-reason');
  });

  it('is refused when the fact is not a date', () => {
    const tiered = programmeOf(
      ['ask'],
      [
        step('ask', 'rdp', [answer('said', { fields: [field('tier', { records: 'tier' })], opens: ['go'] })]),
        step('go', 'rdp', [answer('gone')]),
      ],
    );
    const life = beginTestLife(tiered, noon('2022-10-03'));
    life.answers('ask', 'said', 'p-coordinator', noon('2022-10-03'), { fields: { tier: 'tier-2' } });
    assert.equal(life.refuses({ ...CORRECT, fact: 'tier', value: '2022-10-01' }, noon('2022-10-03')).kind, 'bad-date');
  });
});

const rematch = changeRulesOf(SMALL).rematch ?? assert.fail();
const openDate = '2023-01-03' as never;

describe('an answer that is taken back', () => {
  it('restores facts and steps, and asks the question again with its old due date', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    const events = life.does(TAKE_BACK, noon('2022-10-06'));
    assert.deepEqual(ofType(events, 'answer-taken-back')[0]?.facts, { matchedOn: null });
    assert.deepEqual(life.chronology.facts, {});
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round, dueOn }) => [step, round, dueOn]),
      [['confirm', 2, '2022-10-12']],
    );
    assert.deepEqual(
      ofType(events, 'step-overtaken').map(({ step, because }) => [step, because]),
      [
        ['visit', 'The answer that opened it was taken back.'],
        ['note', 'The answer that opened it was taken back.'],
      ],
    );
    assert.equal(life.chronology.steps[0]?.state.kind, 'overtaken');
  });

  it('gives roles back to their former holders, and reopens what it had closed', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    life.answers('visit', 'refused', 'p-head', noon('2022-10-06'));
    life.answers('find', 'found', 'p-coordinator', noon('2022-10-07'), { fields: { who: 'p-other' } });
    assert.deepEqual(life.chronology.parties['system-leader'], ['p-other']);
    const note = life.dueOn('note');
    const find = { ...TAKE_BACK, step: 'find' };
    life.does(find, noon('2022-10-07'));
    assert.deepEqual(life.chronology.parties['system-leader'], ['p-leader']);
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round, dueOn }) => [step, round, dueOn]),
      [
        ['find', 2, '2022-10-11'],
        ['note', 2, note],
      ],
    );
  });

  it('keeps an extension and the days that the clock was stopped', () => {
    const life = begun();
    life.does(
      { kind: 'stop-clock', ...WHO, scope: CONFIRM, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-04' },
      noon('2022-10-03'),
    );
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-04' }, noon('2022-10-04'));
    life.does({ kind: 'extend', ...WHO, ...CONFIRM, dueOn: '2022-10-19', agreedWith: null }, noon('2022-10-04'));
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    const [opened] = ofType(life.does(TAKE_BACK, noon('2022-10-06')), 'step-opened');
    assert.deepEqual([opened?.dueOn, opened?.originalDueOn], ['2022-10-19', '2022-10-12']);
    life.does({ kind: 'extend', ...WHO, ...CONFIRM, round: 2, dueOn: '2022-10-13', agreedWith: null }, noon('2022-10-07'));
    assert.equal(life.dueOn('confirm'), '2022-10-13');
  });

  it('also takes back the answers that Chaser gave itself because of it', () => {
    const automatic = step('issue', 'rdp', [answer('issued', { opens: ['go'] })], {
      automatic: 'issued',
      ladder: [{ id: 'notice', kind: 'notice', at: 'opening', days: 'working', to: 'school', text: 'All is set.' }],
    });
    const programme = programmeOf(
      ['ask', 'else'],
      [
        step('ask', 'rdp', [answer('no'), answer('yes', { records: ['askedOn'], opens: ['issue'], closes: ['else'] })]),
        automatic,
        step('go', 'rdp', [answer('gone', { opens: ['ask'] })]),
        step('else', 'rdp', [answer('done')]),
      ],
    );
    const life = beginTestLife(programme, noon('2022-10-03'));
    life.answers('ask', 'yes', 'p-coordinator', noon('2022-10-03'));
    life.until(noon('2022-10-04'));
    assert.equal(life.refuses({ ...TAKE_BACK, step: 'issue' }, noon('2022-10-04')).kind, 'nothing-changes');
    const events = life.does({ ...TAKE_BACK, step: 'ask' }, noon('2022-10-04'));
    assert.deepEqual(
      ofType(events, 'step-overtaken').map((event) => event.step),
      ['go'],
    );
    assert.deepEqual(
      openSteps(life.chronology).map((record) => [record.step, record.round]),
      [
        ['ask', 2],
        ['else', 2],
      ],
    );
    assert.deepEqual(life.chronology.facts, {});
  });

  it('takes back the right one of two answers given at the same instant', () => {
    const programme = programmeOf(
      ['one', 'two'],
      [
        step('one', 'rdp', [answer('yes', { records: ['oneOn'], opens: ['more'] })]),
        step('two', 'rdp', [answer('yes', { records: ['twoOn'], opens: ['more'] })]),
        step('more', 'rdp', [answer('yes')]),
      ],
    );
    const life = beginTestLife(programme, noon('2022-10-03'));
    life.answers('one', 'yes', 'p-coordinator', noon('2022-10-03'));
    life.answers('two', 'yes', 'p-coordinator', noon('2022-10-03'));
    const unknown = life.refuses({ ...CORRECT, fact: 'threeOn' }, noon('2022-10-03'));
    assert.equal(unknown.remedy, 'Recorded are: oneOn, twoOn.');
    life.does({ ...TAKE_BACK, step: 'two' }, noon('2022-10-03'));
    assert.deepEqual(life.chronology.facts, { oneOn: '2022-10-03' });
  });

  it('reopens what that answer had closed, with the dates of that round, and not where it has been opened since', () => {
    const life = begun({ ...SMALL, changes: { ...changeRulesOf(SMALL), rematch: { ...rematch, opens: 'confirm' } } });
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does({ kind: 'rematch', ...WHO, to: 'p-other' }, noon('2022-10-05'));
    const again = life.refuses(TAKE_BACK, noon('2022-10-06'));
    assert.equal(again.message, '"confirm", which followed from it, has opened again since.');
    // The rematch came before this answer, so it can be taken back.
    life.answers('confirm', 'yes', 'p-other', noon('2022-10-06'));
    life.answers('visit', 'made', 'p-head', noon('2022-10-07'));
    life.does({ ...TAKE_BACK, step: 'visit', round: 2 }, noon('2022-10-10'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round, dueOn }) => [step, round, dueOn]),
      [
        ['visit', 3, '2022-10-20'],
        ['note', 3, '2022-11-03'],
      ],
    );
    life.does({ ...TAKE_BACK, round: 2 }, noon('2022-10-11'));
    const { note } = SMALL.steps;
    assert.ok(note);
    const raised = begun({ ...SMALL, steps: { ...SMALL.steps, note: { ...note, raised: { after: null } } } });
    raised.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    raised.answers('visit', 'made', 'p-head', noon('2022-10-04'));
    raised.does({ kind: 'raise', ...WHO, step: 'note' }, noon('2022-10-05'));
    raised.does({ ...TAKE_BACK, step: 'visit' }, noon('2022-10-06'));
    assert.deepEqual(
      openSteps(raised.chronology).map(({ step, round }) => [step, round]),
      [
        ['note', 2],
        ['visit', 2],
      ],
    );
  });

  it('reopens only what it had closed itself, and neither what was answered then nor a decision on an extension', () => {
    const { visit } = SMALL.steps;
    assert.ok(visit);
    const made = visit.answers.map((one) => (one.id === 'made' ? { ...one, closes: ['note', 'approve'] } : one));
    const programme = { ...SMALL, steps: { ...SMALL.steps, visit: { ...visit, answers: made } } };
    const at = noon('2022-10-05');
    const reopened = [false, true].map((written) => {
      const life = begun(programme);
      life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
      life.does({ kind: 'extend', ...WHO, step: 'note', round: 1, dueOn: '2022-12-20', agreedWith: null }, noon('2022-10-04'));
      if (written) life.answers('note', 'written', 'p-coordinator', at);
      life.answers('visit', 'made', 'p-head', at);
      life.does({ ...TAKE_BACK, step: 'visit' }, noon('2022-10-06'));
      return openSteps(life.chronology).map(({ step }) => step);
    });
    assert.deepEqual(reopened, [['visit', 'note'], ['visit']]);
    const two = programmeOf(
      ['a', 'b', 'c', 'd', 'e'],
      [
        step('a', 'rdp', [answer('yes', { closes: ['c'] })]),
        step('b', 'rdp', [answer('yes', { closes: ['d'] })]),
        ...['c', 'd', 'e'].map((id) => step(id, 'rdp', [answer('yes')])),
      ],
    );
    const life = beginTestLife(two, noon('2022-10-03'));
    life.answers('a', 'yes', 'p-coordinator', at);
    life.answers('b', 'yes', 'p-coordinator', at);
    life.does({ ...TAKE_BACK, step: 'a' }, noon('2022-10-06'));
    assert.deepEqual(
      openSteps(life.chronology).map((record) => record.step),
      ['e', 'a', 'c'],
    );
  });

  it('is refused after a rematch, when it would leave nobody to ask or bring back somebody who has left', () => {
    for (const to of [null, 'p-other']) {
      const life = begun();
      life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
      life.answers('visit', 'refused', 'p-head', noon('2022-10-06'));
      life.answers('find', 'found', 'p-coordinator', noon('2022-10-06'), { fields: { who: 'p-new' } });
      life.does({ kind: 'rematch', ...WHO, to }, noon('2022-10-07'));
      const open = openSteps(life.chronology).map(({ step, round }) => [step, round]);
      for (const [step, round] of [
        ['visit', 1],
        ['find', 1],
      ] as const) {
        const refusal = life.refuses({ ...TAKE_BACK, step, round }, noon('2022-10-10'));
        assert.equal(refusal.kind, 'answered-since');
      }
      assert.deepEqual(
        openSteps(life.chronology).map(({ step, round }) => [step, round]),
        open,
      );
    }
  });

  it('is refused when a later step was answered, when there is no answer, and without a reason', () => {
    const life = begun();
    assert.equal(life.refuses(TAKE_BACK, noon('2022-10-04')).kind, 'nothing-changes');
    assert.equal(life.refuses({ ...TAKE_BACK, round: 2 }, noon('2022-10-04')).kind, 'unknown-step');
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    assert.equal(life.refuses({ ...TAKE_BACK, because: '' }, noon('2022-10-05')).kind, 'no-reason');
    life.answers('visit', 'made', 'p-head', noon('2022-10-06'));
    const since = life.refuses(TAKE_BACK, noon('2022-10-06'));
    assert.deepEqual([since.kind, since.message], ['answered-since', '"visit", which followed from it, has been answered since.']);
    life.does({ ...TAKE_BACK, step: 'visit' }, noon('2022-10-06'));
    life.does(TAKE_BACK, noon('2022-10-06'));
    assert.deepEqual(
      openSteps(life.chronology).map(({ step, round }) => [step, round]),
      [['confirm', 2]],
    );
  });
});
