import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, PROMISE, SMALL, WHO } from '../../tests/kit/changes.ts';
import { decide } from '../chronology/decide.ts';
import type { Command } from '../chronology/decide.ts';
import { plainDate } from '../time/plain-date.ts';
import { reopenableUntilMs } from './ends.ts';

/** A life whose calendar ends on a day: what lies beyond it is not known. */
function endingOn(day: string, life = begun()) {
  const { calendar } = life.chronology;
  return {
    ...life.chronology,
    calendar: { ...calendar, version: `to-${day}`, bankHolidays: { ...calendar.bankHolidays, knownTo: plainDate(day) } },
  };
}

const refusalOf = (chronology: ReturnType<typeof endingOn>, command: Command, at: string) => {
  const decision = decide(chronology, command, noon(at));
  assert.ok(!decision.ok, 'expected a refusal');
  return decision.reason;
};

describe('where the calendar ends', () => {
  it('more time beyond it is refused, and the missing year is named', () => {
    const extend = { kind: 'extend', ...WHO, ...CONFIRM, dueOn: '2022-10-19', agreedWith: 'p-region' } as const;
    assert.match(refusalOf(endingOn('2022-10-14'), extend, '2022-10-05').message, /2022/);
    assert.match(refusalOf(endingOn('2022-10-10'), extend, '2022-10-05').message, /2022/);
  });

  it('more time to the weekend with which it ends is refused without a next day to give', () => {
    const extend = { kind: 'extend', ...WHO, ...CONFIRM, dueOn: '2022-10-16', agreedWith: 'p-region' } as const;
    const { message, remedy } = refusalOf(endingOn('2022-10-16'), extend, '2022-10-05');
    assert.match(message, /Sunday 16 October 2022 is not a working day/);
    assert.equal(remedy, 'Give another date.');
  });

  it('a stop up to it is refused: nobody would ever be asked whether it still holds', () => {
    const stop = { kind: 'stop-clock', scope: null, category: 'illness', from: null, expectedEnd: '2022-10-14', ...WHO } as const;
    assert.equal(refusalOf(endingOn('2022-10-14'), stop, '2022-10-05').kind, 'beyond-horizon');
  });

  it('a promise is refused where nobody could be reminded once its last day has passed', () => {
    for (const day of ['2022-10-10', '2022-10-12']) assert.equal(refusalOf(endingOn(day), PROMISE, '2022-10-05').kind, 'beyond-horizon');
  });

  it('a stop that was to end before it began says from when on', () => {
    const stop = { kind: 'stop-clock', scope: null, category: 'illness', from: '2022-10-05', expectedEnd: '2022-10-04', ...WHO } as const;
    assert.match(refusalOf(endingOn('2024-12-31'), stop, '2022-10-05').remedy, /Give a day from 2022-10-05 on/);
  });

  it('how long a deployment may be reopened is not known, and reopening is refused', () => {
    const life = begun();
    life.does({ kind: 'withdraw', end: 'declined', ...WHO }, noon('2022-10-03'));
    const chronology = endingOn('2022-10-10', life);
    assert.equal(reopenableUntilMs(chronology), null);
    assert.equal(refusalOf(chronology, { kind: 'reopen', ...WHO }, '2022-10-04').kind, 'beyond-horizon');
    // The step alone could open again.
    assert.equal(refusalOf(endingOn('2022-10-28', life), { kind: 'reopen', ...WHO }, '2022-10-04').kind, 'beyond-horizon');
    // The deployment could be reopened, but its step would be due beyond.
    assert.equal(refusalOf(endingOn('2022-11-01', life), { kind: 'reopen', ...WHO }, '2022-10-28').kind, 'beyond-horizon');
    assert.notEqual(reopenableUntilMs(life.chronology), null);
    assert.equal(reopenableUntilMs({ ...life.chronology, programme: { ...SMALL, changes: undefined } as never }), null);
  });

  it('an answer that opens a step beyond it is refused', () => {
    const answer = { kind: 'answer', ...CONFIRM, answer: 'yes', by: 'p-leader', onBehalfOf: null, via: 'link', fields: {} } as const;
    assert.equal(refusalOf(endingOn('2022-10-07'), answer, '2022-10-05').kind, 'beyond-horizon');
  });
});
