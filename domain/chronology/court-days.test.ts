import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, noon, WHO } from '../../tests/kit/changes.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { answer, programmeOf, step } from '../../tests/kit/programmes.ts';
import { daysAgainst, daysAgainstEach } from './court-days.ts';
import { plainDate } from '../time/plain-date.ts';

describe('the days that count against whoever has a step', () => {
  const confirmOf = (life: ReturnType<typeof begun>) => {
    const record = life.chronology.steps.find(({ step }) => step === 'confirm');
    assert.ok(record);
    return (until: string) => daysAgainst(life.chronology, record, plainDate(until));
  };

  it('are its working days, without those on which its clock is stopped', () => {
    const life = begun();
    const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;
    life.does(stop, noon('2022-10-05'));
    assert.deepEqual(confirmOf(life)('2022-10-06'), { ok: true, value: { counted: 0, stopped: 4 } });
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-10' }, noon('2022-10-10'));
    assert.deepEqual(confirmOf(life)('2022-10-11'), { ok: true, value: { counted: 2, stopped: 5 } });
  });

  it('end on the day it closed', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-04'));
    assert.deepEqual(confirmOf(life)('2022-11-30'), { ok: true, value: { counted: 2, stopped: 0 } });
    assert.deepEqual(confirmOf(life)('2022-09-30'), { ok: true, value: { counted: 0, stopped: 0 } });
  });

  it('are refused beyond the calendar', () => {
    assert.equal(confirmOf(begun())('2031-01-01').ok, false);
  });
});

describe('the days that count against each party', () => {
  const against = (life: ReturnType<typeof begun>, until: string) => {
    const days = daysAgainstEach(life.chronology, plainDate(until));
    assert.ok(days.ok);
    return Object.fromEntries(days.value);
  };

  it('are those of its own steps: a day on which a step moved on counts against whoever had it that morning', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-04'));
    assert.deepEqual(against(life, '2022-10-06'), {
      'system-leader': { counted: 2, stopped: 0 },
      school: { counted: 2, stopped: 0 },
      rdp: { counted: 2, stopped: 0 },
    });
  });

  it('leave out the days between two steps, on which the party had none', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.answers('note', 'written', 'p-coordinator', noon('2022-10-05'));
    life.answers('visit', 'made', 'p-head', noon('2022-10-07'));
    // The system leader had "confirm" until Monday 3 October and has "complete" since Friday 7: the three days between are nobody's.
    assert.deepEqual(against(life, '2022-10-11'), {
      'system-leader': { counted: 3, stopped: 0 },
      school: { counted: 4, stopped: 0 },
      rdp: { counted: 2, stopped: 0 },
    });
  });

  it('count a day once when the party had two steps, as long as the clock of either ran', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-04'));
    const stop = { kind: 'stop-clock', ...WHO, category: 'illness', from: '2022-10-05', expectedEnd: '2022-10-07' } as const;
    life.does({ ...stop, scope: { step: 'visit', round: 1 } }, noon('2022-10-05'));
    assert.deepEqual(against(life, '2022-10-06'), {
      'system-leader': { counted: 2, stopped: 0 },
      school: { counted: 0, stopped: 2 },
      rdp: { counted: 2, stopped: 0 },
    });
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-07' }, noon('2022-10-07'));
    life.answers('visit', 'refused', 'p-head', noon('2022-10-07'));
    // "find" is the coordinator's too, beside "note".
    assert.deepEqual(against(life, '2022-10-10')['rdp'], { counted: 4, stopped: 0 });
    assert.deepEqual(against(life, '2022-10-10')['school'], { counted: 1, stopped: 2 });
  });

  it('are refused beyond the calendar', () => {
    assert.equal(daysAgainstEach(begun().chronology, plainDate('2031-01-01')).ok, false);
  });

  it('leave out optional steps, and end with whichever of two steps closed last', () => {
    const programme = programmeOf(
      ['long', 'short', 'thank'],
      [
        step('long', 'rdp', [answer('done')], { allowed: { unit: 'weeks', count: 4 } }),
        step('short', 'rdp', [answer('done')]),
        step('thank', 'school', [answer('done')], { optional: true, ladder: [] }),
      ],
    );
    const life = beginTestLife(programme, '2022-09-30T09:00:00.000Z');
    life.answers('short', 'done', 'p-coordinator', noon('2022-10-04'));
    life.answers('long', 'done', 'p-coordinator', noon('2022-10-06'));
    assert.deepEqual(against(life, '2022-10-14'), { rdp: { counted: 4, stopped: 0 } });
  });

  it('are working days for everybody, the headteacher too', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-21'));
    // The week of the half term has five working days and no school day.
    assert.deepEqual(against(life, '2022-10-28')['school'], { counted: 5, stopped: 0 });
  });

  it('count before a stop begins', () => {
    const life = begun();
    const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-05', expectedEnd: '2022-10-07' } as const;
    life.does(stop, noon('2022-10-05'));
    assert.deepEqual(against(life, '2022-10-06'), { 'system-leader': { counted: 2, stopped: 2 } });
  });
});
