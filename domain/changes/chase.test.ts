import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import type { ChaseNow, SetPace, SkipRung } from './chase.ts';
import { begun, CONFIRM, noon, PROMISE, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';
import { rung } from '../../tests/kit/programmes.ts';

const CHASE: ChaseNow = { kind: 'chase-now', ...CONFIRM, by: 'p-coordinator' };
const SKIP: SkipRung = { kind: 'skip-rung', ...WHO, ...CONFIRM };
const PACE: SetPace = { kind: 'set-pace', ...WHO, pace: 'more' };

describe('chasing now', () => {
  it('uses up the next reminder first, and then sends one of its own', () => {
    const life = begun();
    assert.deepEqual(rungsIn(life.does(CHASE, noon('2022-10-05'))), ['reminder0 2022-10-05 → p-leader']);
    assert.deepEqual(rungsIn(life.does(CHASE, noon('2022-10-06'))), ['chase-now-1 2022-10-06 → p-leader']);
    assert.deepEqual(rungsIn(life.does(CHASE, noon('2022-10-07'))), ['chase-now-2 2022-10-07 → p-leader']);
    assert.deepEqual(rungsIn(life.until(noon('2022-10-13'))), ['overdue+1 2022-10-13 → p-leader']);
  });

  it('waits for the day by which somebody said that they would answer, and goes when it is over', () => {
    const life = begun();
    life.does(PROMISE, noon('2022-10-05'));
    for (const day of ['2022-10-05', '2022-10-06']) {
      assert.deepEqual(life.refuses(CHASE, noon(day)), {
        kind: 'too-early',
        message: 'They have said that they will answer by Thursday 6 October 2022.',
        remedy: 'No reminder goes before that day is over. Telephone, or wait until then.',
      });
    }
    assert.deepEqual(rungsIn(life.does(CHASE, noon('2022-10-07'))), ['reminder0 2022-10-07 → p-leader']);
  });

  it('reminds on the due date itself, and goes by text message too where that reminder does', () => {
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    const ladder = confirm.ladder.map((each) => (each.kind === 'reminder' ? { ...each, also: ['text'] as const } : each));
    const life = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: { ...confirm, ladder } } });
    const [letter] = ofType(life.does(CHASE, '2022-10-12T05:00:00.000Z'), 'rung-reached');
    assert.deepEqual([letter?.kind, letter?.rung, letter?.also], ['reminder', 'reminder0', ['text']]);
  });

  it('says that the step is overdue once it is, and who asked for the letter', () => {
    const life = begun();
    const [letter] = ofType(life.does(CHASE, noon('2022-10-15')), 'rung-reached');
    assert.deepEqual([letter?.kind, letter?.rung, letter?.broughtForwardBy], ['overdue', 'chase-now-1', 'p-coordinator']);
  });

  it('is refused twice a day, before the request, while the clock is stopped, and for a closed step', () => {
    const life = begun();
    life.does(CHASE, noon('2022-10-05'));
    assert.equal(life.refuses(CHASE, noon('2022-10-05')).kind, 'asked-already');
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-06', expectedEnd: '2022-10-07' },
      noon('2022-10-06'),
    );
    assert.equal(life.refuses(CHASE, noon('2022-10-06')).kind, 'clock-stopped');
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-06'));
    assert.equal(life.refuses(CHASE, noon('2022-10-07')).kind, 'not-open');
    assert.equal(life.refuses({ ...CHASE, step: 'visit' }, noon('2022-10-07')).kind, 'clock-stopped');
    assert.equal(life.refuses({ ...CHASE, round: 2 }, noon('2022-10-07')).kind, 'unknown-step');
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-08' }, '2022-10-08T12:00:00.000Z');
    assert.equal(life.refuses({ ...CHASE, step: 'visit' }, '2022-10-08T12:00:00.000Z').kind, 'nothing-ahead');
  });
});

describe('leaving out a rung', () => {
  it('leaves out the next rung, whatever its kind, with the reason', () => {
    const life = begun();
    const skipped = [1, 2, 3, 4].map(() => ofType(life.does(SKIP, noon('2022-10-05')), 'rung-skipped')[0]);
    assert.deepEqual(
      skipped.map((event) => [event?.rung, event?.because, event?.by]),
      ['reminder0', 'overdue+1', 'call+2', 'escalation+3'].map((rung) => [rung, WHO.because, 'p-coordinator']),
    );
    assert.equal(life.refuses(SKIP, noon('2022-10-05')).kind, 'nothing-ahead');
    assert.deepEqual(rungsIn(life.until(noon('2022-10-31'))), []);
  });

  it('keeps the private note', () => {
    const [skipped] = ofType(begun().does({ ...SKIP, note: ' By telephone. ' }, noon('2022-10-05')), 'rung-skipped');
    assert.equal(skipped?.note, 'By telephone.');
  });

  it('is refused without a reason', () => {
    assert.equal(begun().refuses({ ...SKIP, because: '' }, noon('2022-10-05')).kind, 'no-reason');
  });
});

describe('the pace', () => {
  /** The letters of "visit", due on Monday 17 October, after the pace was set on Tuesday 4. */
  const letters = (pace: SetPace['pace'] | null) => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    if (pace !== null) life.does({ ...PACE, pace }, noon('2022-10-04'));
    return life.until(noon('2022-10-18')).flatMap((event) => (event.type === 'rung-reached' && event.step === 'visit' ? [event.rung] : []));
  };

  it('changes which rungs come, as the ladder provides; calls and escalations always come', () => {
    assert.deepEqual(letters(null), ['request', 'reminder-1', 'reminder0', 'overdue+1']);
    assert.deepEqual(letters('more'), ['reminder-2', 'reminder-1', 'reminder0', 'overdue+1']);
    assert.deepEqual(letters('less'), ['reminder0', 'overdue+1']);
  });

  it('does not send what the new pace would have sent before it was set', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does({ ...PACE, pace: 'less' }, noon('2022-10-04'));
    life.until(noon('2022-10-14'));
    life.does({ ...PACE, pace: 'usual' }, noon('2022-10-14'));
    const events = life.until(noon('2022-10-14'));
    assert.deepEqual(rungsIn(events), []);
    assert.deepEqual(
      ofType(events, 'rung-skipped').map(({ rung, because }) => [rung, because]),
      [['reminder-1', 'The number of reminders was changed on 14 October 2022.']],
    );
  });

  it('keeps the rungs of both paces on the day of the change', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does({ ...PACE, pace: 'more' }, '2022-10-14T05:00:00.000Z');
    assert.deepEqual(rungsIn(life.until(noon('2022-10-14'))), ['reminder-1 2022-10-14 → p-head']);
  });

  it('is refused when it is set already, when no ladder provides for it, and without a reason', () => {
    assert.equal(begun().refuses({ ...PACE, pace: 'usual' }, noon('2022-10-05')).kind, 'nothing-changes');
    assert.equal(begun().refuses({ ...PACE, because: '' }, noon('2022-10-05')).kind, 'no-reason');
    const flat = {
      ...RULELESS,
      steps: Object.fromEntries(
        Object.values(RULELESS.steps).map((each) => [each.id, { ...each, ladder: each.ladder.filter(({ pace }) => pace === undefined) }]),
      ),
    };
    assert.equal(begun(flat).refuses(PACE, noon('2022-10-05')).kind, 'not-in-programme');
    // A ladder that can be chased more need not provide for less, nor the other way round.
    const only = (pace: 'more' | 'not-less') => ({
      ...flat,
      steps: Object.fromEntries(
        Object.values(flat.steps).map((each) => [each.id, { ...each, ladder: [...each.ladder, { ...rung('reminder', -1), pace }] }]),
      ),
    });
    assert.equal(begun(only('more')).refuses({ ...PACE, pace: 'less' }, noon('2022-10-05')).kind, 'not-in-programme');
    assert.equal(begun(only('not-less')).refuses(PACE, noon('2022-10-05')).kind, 'not-in-programme');
  });
});
