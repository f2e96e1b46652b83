import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { plainDate } from '../time/plain-date.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { latenessOf, staysLate } from './lateness.ts';
import { previewOf } from './preview.ts';

/** What a clock that is stopped on one day and runs again on another makes of the step that was due on 12 October. */
function resumed(stoppedOn: string, on: string) {
  const life = begun();
  life.does({ kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: stoppedOn, expectedEnd: on }, noon(stoppedOn));
  const preview = previewOf(life.chronology, { kind: 'resume-clock', ...WHO, stop: null, on }, noon(on));
  assert.ok(preview.ok);
  const [move] = preview.value.moves;
  assert.ok(move);
  return [move.to, staysLate(life.chronology, move.step, move.to, plainDate(on))?.words ?? null];
}

describe('a step whose clock was stopped', () => {
  it('stays as late as it was when the clock stopped, once that runs again', () => {
    // Due on Wednesday 12 October; Thursday and Friday have passed when the clock stops on Monday 17.
    assert.deepEqual(resumed('2022-10-17', '2022-10-24'), ['2022-10-19', '3 working days late']);
    assert.deepEqual(resumed('2022-10-14', '2022-10-17'), ['2022-10-13', '2 working days late']);
  });

  it('is not late afterwards where it was not late before', () => {
    assert.deepEqual(resumed('2022-10-12', '2022-10-17'), ['2022-10-17', null]);
    assert.deepEqual(resumed('2022-10-05', '2022-10-10'), ['2022-10-17', null]);
  });
});

describe('how late a step is', () => {
  const late = (step: string, dueOn: string, today: string) => latenessOf(SMALL, CALENDAR, step, plainDate(dueOn), plainDate(today)).words;

  it('is told in the days that the step is counted in, one in the singular', () => {
    assert.equal(late('confirm', '2022-10-12', '2022-10-13'), '1 working day late');
    assert.equal(late('confirm', '2022-10-12', '2022-10-17'), '3 working days late');
    // Half term is from 24 to 28 October.
    assert.equal(late('visit', '2022-10-21', '2022-11-01'), '2 school days late');
    assert.equal(late('confirm', '2022-10-21', '2022-11-01'), '7 working days late');
  });

  it('is only “late” while no such day has passed since', () => {
    assert.equal(late('confirm', '2022-10-14', '2022-10-16'), 'late');
    assert.equal(late('visit', '2022-10-21', '2022-10-28'), 'late');
  });

  it('is told in calendar days where the calendar ends before today', () => {
    assert.equal(late('confirm', '2024-12-30', '2025-01-02'), '3 days late');
    assert.equal(late('confirm', '2024-12-31', '2025-01-01'), '1 day late');
  });

  it('is told in working days for a step that the programme no longer has', () => {
    assert.equal(late('gone', '2022-10-21', '2022-10-25'), '2 working days late');
  });
});
