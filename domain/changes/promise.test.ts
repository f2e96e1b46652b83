import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { latestRound } from '../chronology/chronology.ts';
import { changeRulesOf } from '../programme.ts';
import type { Programme, PromiseRule } from '../programme.ts';
import { daysToPromise, mayPromise } from './promise.ts';
import type { MakePromise } from './promise.ts';

/** The system leader was asked on Friday 30 September 2022 and is to answer by Wednesday 12 October. */
const PROMISE: MakePromise = {
  kind: 'promise',
  ...CONFIRM,
  by: 'p-leader',
  onBehalfOf: null,
  via: 'link',
  promisedOn: '2022-10-11',
  words: '',
};
const on = (promisedOn: string): MakePromise => ({ ...PROMISE, promisedOn });
/** A refusal as one line: what it is, what is wrong, and how to mend it. */
const said = ({ kind, message, remedy }: { readonly kind: string; readonly message: string; readonly remedy: string }) =>
  `${kind}: ${message} ${remedy}`;
const promising = (promises: PromiseRule | null): Programme => ({ ...SMALL, changes: { ...changeRulesOf(SMALL), promises } });

describe('a day that is promised', () => {
  it('holds reminders until it is over, moves no date, and the ladder then goes on from its next rung', () => {
    const life = begun();
    const silent = begun();
    life.does(on('2022-10-12'), noon('2022-10-05'));
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    const [held, chased] = [life, silent].map((each) => rungsIn(each.until(noon('2022-10-20'))));
    assert.ok(chased?.some((rung) => rung < 'reminder0' || rung.includes('2022-10-1')));
    for (const rung of held ?? []) assert.ok((/\d{4}-\d\d-\d\d/.exec(rung)?.[0] ?? '') > '2022-10-12', rung);
    assert.ok((held ?? []).length > 0 && (held ?? []).length < (chased ?? []).length);
  });

  it('may lie from today to 5 working days ahead, and the refusals on both sides name the first and the last day', () => {
    const life = begun();
    assert.equal(
      said(life.refuses(on('2022-10-04'), noon('2022-10-05'))),
      'bad-date: 4 October 2022 is in the past. Give a day from Wednesday 5 October 2022 to Wednesday 12 October 2022.',
    );
    assert.equal(
      said(life.refuses(on('2022-10-13'), noon('2022-10-05'))),
      'too-late: Thursday 13 October 2022 is more than 5 working days ahead. Give a day from Wednesday 5 October 2022 to Wednesday 12 October 2022.',
    );
    for (const day of ['2022-10-05', '2022-10-12']) begun().does(on(day), noon('2022-10-05'));
  });

  it('is refused where it is no date, and is told what one looks like', () => {
    assert.equal(
      said(begun().refuses(on('2022-02-30'), noon('2022-10-05'))),
      'bad-date: The day cannot be "2022-02-30". Give it as YYYY-MM-DD, for example 2022-12-05.',
    );
  });

  it('may be given twice and no third time, and the same day twice changes nothing', () => {
    const life = begun();
    life.does(on('2022-10-06'), noon('2022-10-05'));
    assert.equal(
      said(life.refuses(on('2022-10-06'), noon('2022-10-05'))),
      'nothing-changes: You have said already that you will answer by Thursday 6 October 2022. Nothing was changed.',
    );
    life.does(on('2022-10-10'), noon('2022-10-07'));
    assert.equal(
      said(life.refuses(on('2022-10-11'), noon('2022-10-07'))),
      'asked-already: A day has been promised twice already, and no further one can be. Answer, or ask for more time.',
    );
  });

  it('comes only from those who are asked, or is recorded for one of them', () => {
    const life = begun();
    const refusal = life.refuses({ ...PROMISE, by: 'p-head' }, noon('2022-10-05'));
    assert.equal(refusal.kind, 'not-an-owner');
    assert.notEqual(refusal.remedy, '');
    assert.equal(
      life.refuses({ ...PROMISE, by: 'p-coordinator', onBehalfOf: 'p-head', via: 'telephone' }, noon('2022-10-05')).kind,
      'not-an-owner',
    );
    life.does({ ...PROMISE, by: 'p-coordinator', onBehalfOf: 'p-leader', via: 'telephone' }, noon('2022-10-05'));
  });

  it('is for an open step that was asked for, whose clock runs, in a deployment that runs', () => {
    const early = begun();
    assert.equal(early.refuses({ ...PROMISE, step: 'visit' }, noon('2022-10-05')).kind, 'unknown-step');

    const stopped = begun();
    stopped.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: null, expectedEnd: '2022-10-14' },
      noon('2022-10-05'),
    );
    assert.equal(
      said(stopped.refuses(PROMISE, noon('2022-10-06'))),
      'clock-stopped: This has been paused since 5 October 2022, and nobody is reminded during a pause. You do not need to say when you will answer until the pause ends.',
    );

    const answered = begun();
    answered.does(
      { kind: 'answer', ...CONFIRM, answer: 'yes', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} },
      noon('2022-10-05'),
    );
    assert.equal(answered.refuses(PROMISE, noon('2022-10-06')).kind, 'not-open');

    const ended = begun();
    ended.does({ kind: 'answer', ...CONFIRM, answer: 'no', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} }, noon('2022-10-05'));
    assert.equal(ended.refuses(PROMISE, noon('2022-10-06')).kind, 'not-running');
  });

  it('is for programmes that let people promise, as often and as far ahead as they say', () => {
    assert.equal(
      said(begun(promising(null)).refuses(PROMISE, noon('2022-10-05'))),
      `not-in-programme: ${SMALL.title} does not let anybody put off reminders by saying when they will answer. Answer, or ask for more time.`,
    );
    const once = begun(promising({ most: 1, within: 1 }));
    assert.match(said(once.refuses(on('2022-10-07'), noon('2022-10-05'))), /more than 1 working day ahead/);
    once.does(on('2022-10-06'), noon('2022-10-05'));
    assert.match(said(once.refuses(on('2022-10-07'), noon('2022-10-06'))), /promised once already/);
    begun(RULELESS).does(PROMISE, noon('2022-10-05'));
  });

  it('is kept with what was said besides, and is for nobody to be told', () => {
    const life = begun();
    const [promised] = ofType(life.does({ ...PROMISE, note: 'By telephone.' }, noon('2022-10-05')), 'answer-promised');
    assert.deepEqual([promised?.note, promised?.tells], ['By telephone.', []]);
    assert.ok(!('note' in (ofType(begun().does(PROMISE, noon('2022-10-05')), 'answer-promised')[0] ?? {})));
  });

  it('is refused before the first request, and to a stranger for what is closed as to anybody', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-08'));
    const visit = { ...on('2022-10-10'), step: 'visit', by: 'p-head' };
    assert.equal(
      said(life.refuses(visit, noon('2022-10-09'))),
      'nothing-ahead: "visit" has not been asked for yet. The first request goes out by itself in the next sending hours.',
    );
    assert.equal(life.refuses({ ...PROMISE, by: 'p-head' }, noon('2022-10-09')).kind, 'not-open');
    life.does({ kind: 'withdraw', ...WHO, end: 'withdrawn' }, noon('2022-10-09'));
    assert.equal(life.refuses({ ...visit, by: 'p-leader' }, noon('2022-10-09')).kind, 'not-running');
  });

  it('may not lie beyond the day on which a step that may stay unanswered closes by itself', () => {
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    const optional = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, optional: true } } });
    assert.equal(
      said(optional.refuses(on('2022-10-13'), noon('2022-10-10'))),
      'too-late: This closes by itself after Wednesday 12 October 2022, before 13 October 2022. Give a day from Monday 10 October 2022 to Wednesday 12 October 2022.',
    );
    const record = latestRound(optional.chronology, 'confirm') ?? assert.fail();
    const reason = (day: string) => {
      const may = mayPromise(optional.chronology, record, noon(day));
      assert.ok(may.ok);
      return [may.value.because, daysToPromise(optional.chronology, record, may.value, noon(day))];
    };
    assert.deepEqual(reason('2022-10-04'), ['rule', ['2022-10-05', '2022-10-06', '2022-10-07', '2022-10-10']]);
    assert.deepEqual(reason('2022-10-05'), ['rule', ['2022-10-06', '2022-10-07', '2022-10-10', '2022-10-11']]);
    assert.deepEqual(reason('2022-10-10'), ['closes', ['2022-10-11', '2022-10-12']]);
  });

  it('is offered on the next days on which its owner works, four at most and none beyond the last', () => {
    const { chronology } = begun();
    const record = latestRound(chronology, 'confirm') ?? assert.fail();
    const may = mayPromise(chronology, record, noon('2022-10-06'));
    assert.ok(may.ok);
    assert.deepEqual([may.value.last, may.value.because, may.value.left], ['2022-10-13', 'rule', 1]);
    // From Thursday: Friday, and then not the weekend.
    assert.deepEqual(daysToPromise(chronology, record, may.value, noon('2022-10-06')), [
      '2022-10-07',
      '2022-10-10',
      '2022-10-11',
      '2022-10-12',
    ]);
  });
});
