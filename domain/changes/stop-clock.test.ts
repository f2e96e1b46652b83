import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { stopOf } from '../chronology/chronology.ts';
import { daysAgainst } from '../chronology/court-days.ts';
import { explain } from '../chronology/opening.ts';
import { plainDate } from '../time/plain-date.ts';
import { previewOf } from '../chronology/preview.ts';
import { beginTestLife, ofType, rungsIn } from '../../tests/kit/lives.ts';
import { answer, programmeOf, step } from '../../tests/kit/programmes.ts';
import type { Command } from '../chronology/decide.ts';
import type { ResumeClock, StopClock } from './stop-clock.ts';
import { BEGAN, begun, CONFIRM, noon, WHO } from '../../tests/kit/changes.ts';

const STOP: StopClock = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' };
const RESUME: ResumeClock = { kind: 'resume-clock', by: 'p-coordinator', because: 'She is back.', stop: null, on: '2022-10-10' };

describe('a stopped clock', () => {
  it('gives the days back on resume: due on Wednesday 12 October, stopped from Monday 3 to Friday 7, due on Wednesday 19', () => {
    const life = begun();
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    const [stopped] = life.does(STOP, noon('2022-10-03'));
    assert.deepEqual(stopped?.type === 'clock-stopped' && [stopped.stop, stopped.from, stopped.moves, stopped.tells], [
      1,
      '2022-10-03',
      [],
      [{ role: 'system-leader', person: 'p-leader' }],
    ]);
    assert.equal(life.dueOn('confirm'), '2022-10-12', 'nothing moves before it runs again');
    const resumed = life.does(RESUME, noon('2022-10-10'));
    assert.deepEqual(ofType(resumed, 'clock-resumed')[0]?.moves, [{ ...CONFIRM, from: '2022-10-12', to: '2022-10-19' }]);
    assert.equal(life.dueOn('confirm'), '2022-10-19');
    const [record] = life.chronology.steps;
    assert.ok(record);
    assert.deepEqual(
      explain(life.chronology, record)
        .slice(-3)
        .map(({ text }) => text),
      [
        'That would be Wednesday 12 October 2022.',
        'Paused from 3 October 2022 to 9 October 2022: 5 working days are added, to Wednesday 19 October 2022.',
        'Due on Wednesday 19 October 2022.',
      ],
    );
    assert.deepEqual(daysAgainst(life.chronology, record, plainDate('2022-10-11')), { ok: true, value: { counted: 2, stopped: 5 } });
  });

  it('holds rungs that come due, with the reason, and lets them come afterwards', () => {
    const life = begun();
    life.does({ ...STOP, from: '2022-10-11', expectedEnd: '2022-10-14' }, noon('2022-10-11'));
    const still = life.until(noon('2022-10-14'));
    assert.deepEqual(rungsIn(still), []);
    assert.deepEqual(
      ofType(still, 'rung-held').map(({ rung, because }) => [rung, because]),
      [
        ['reminder0', 'Paused since 11 October 2022.'],
        ['overdue+1', 'Paused since 11 October 2022.'],
        ['call+2', 'Paused since 11 October 2022.'],
      ],
    );
    life.does({ ...RESUME, on: '2022-10-17' }, noon('2022-10-17'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-20'))), [
      'reminder0 2022-10-18 → p-leader',
      'overdue+1 2022-10-19 → p-leader',
      'call+2 2022-10-20 → p-coordinator',
    ]);
  });

  it('is asked about on the working day after its expected end, then every five working days until it ends', () => {
    const life = begun();
    life.does(STOP, noon('2022-10-03'));
    const asked = ofType(life.until(noon('2022-10-24')), 'clock-stop-queried');
    assert.deepEqual(
      asked.map(({ at, time, to }) => [at.slice(0, 10), time, to.map(({ person }) => person)]),
      [
        ['2022-10-10', 1, ['p-coordinator']],
        ['2022-10-17', 2, ['p-coordinator']],
        ['2022-10-24', 3, ['p-coordinator']],
      ],
    );
    life.does({ kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-31' }, noon('2022-10-24'));
    assert.deepEqual(
      ofType(life.until(noon('2022-11-01')), 'clock-stop-queried').map(({ at, time }) => [at.slice(0, 10), time]),
      [['2022-11-01', 1]],
    );
    life.does({ ...RESUME, on: '2022-11-01' }, noon('2022-11-01'));
    assert.deepEqual(ofType(life.until(noon('2022-11-30')), 'clock-stop-queried'), []);
  });

  it('undoes a lateness when it is back-dated: calls and escalations end, and their rungs come again under another name', () => {
    const life = begun();
    const late = life.until(noon('2022-10-17'));
    assert.ok(rungsIn(late).includes('escalation+3 2022-10-17 → p-region'));
    life.does({ ...STOP, expectedEnd: '2022-10-17' }, noon('2022-10-17'));
    const resumed = life.does({ ...RESUME, on: '2022-10-17' }, noon('2022-10-17'));
    const [moved] = ofType(resumed, 'due-date-moved');
    // Stopped from Monday 3 to Friday 14 October: ten working days.
    assert.deepEqual(
      [moved?.dueOn, moved?.inTime, moved?.rearms],
      ['2022-10-26', true, ['reminder0', 'overdue+1', 'call+2', 'escalation+3']],
    );
    assert.deepEqual(
      ofType(resumed, 'escalation-closed').map(({ because, tells }) => [because, tells.map(({ person }) => person)]),
      [['The due date is now 26 October 2022.', ['p-region']]],
    );
    assert.deepEqual(life.chronology.escalations, []);
    assert.deepEqual(rungsIn(life.until(noon('2022-10-31'))), [
      'reminder0~2 2022-10-26 → p-leader',
      'overdue+1~2 2022-10-27 → p-leader',
      'call+2~2 2022-10-28 → p-coordinator',
      'escalation+3~2 2022-10-31 → p-region',
    ]);
  });

  it('affects only its own step, and ends with it', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const visit = { step: 'visit', round: 1 };
    life.does({ ...STOP, scope: visit, from: '2022-10-04', expectedEnd: '2022-10-07' }, noon('2022-10-04'));
    assert.ok(stopOf(life.chronology, visit));
    assert.equal(stopOf(life.chronology, { step: 'note', round: 1 }), undefined);
    const note = life.dueOn('note');
    const answered = life.answers('visit', 'made', 'p-head', noon('2022-10-06'));
    assert.deepEqual(
      ofType(answered, 'clock-resumed').map(({ by, because, on, tells }) => [by, because, on, tells]),
      [['chaser', 'The step has closed.', '2022-10-06', []]],
    );
    assert.equal(life.chronology.steps.find(({ step }) => step === 'note')?.dueOn, note);
    assert.deepEqual(ofType(life.until(noon('2022-11-30')), 'clock-stop-queried'), []);
  });

  it('gives back only school days over half term', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-14'));
    // Ten school days from Friday 14 October, half term from 24 to 28: Friday 4 November.
    assert.equal(life.dueOn('visit'), '2022-11-04');
    life.does({ ...STOP, from: '2022-10-20', expectedEnd: '2022-10-31' }, noon('2022-10-20'));
    life.does({ ...RESUME, on: '2022-11-01' }, noon('2022-11-01'));
    // 20, 21 and 31 October.
    assert.equal(life.dueOn('visit'), '2022-11-09');
  });

  it('changes no date when it is resumed on the day it was stopped', () => {
    const life = begun();
    life.does({ ...STOP, from: '2022-10-04' }, noon('2022-10-05'));
    const events = life.does({ ...RESUME, on: '2022-10-04' }, noon('2022-10-05'));
    assert.deepEqual(
      events.map(({ type }) => type),
      ['clock-resumed'],
    );
    // It also leaves room for another stop from the same day.
    life.does({ ...STOP, from: '2022-10-04' }, noon('2022-10-05'));
  });

  it('may begin on the very day on which the last one ended, and each day is given back once', () => {
    const life = begun();
    life.does(STOP, noon('2022-10-03'));
    life.does({ ...RESUME, on: '2022-10-10' }, noon('2022-10-10'));
    assert.equal(life.dueOn('confirm'), '2022-10-19');
    life.does({ ...STOP, from: '2022-10-10', expectedEnd: '2022-10-11' }, noon('2022-10-10'));
    life.does({ ...RESUME, on: '2022-10-12' }, noon('2022-10-12'));
    // Monday 10 and Tuesday 11 October besides.
    assert.equal(life.dueOn('confirm'), '2022-10-21');
    assert.equal(life.refuses({ ...STOP, from: '2022-10-11', expectedEnd: '2022-10-14' }, noon('2022-10-12')).kind, 'clock-stopped');
  });

  it('gives no day back twice, and none after a step has closed', () => {
    const life = begun();
    life.does(STOP, noon('2022-10-03'));
    life.does({ ...RESUME, on: '2022-10-05' }, noon('2022-10-05'));
    assert.equal(life.refuses({ ...STOP, from: '2022-10-04' }, noon('2022-10-06')).kind, 'clock-stopped');
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-06'));
    life.does({ ...STOP, from: '2022-10-10', expectedEnd: '2022-10-14' }, noon('2022-10-10'));
    life.does({ ...RESUME, on: '2022-10-14' }, noon('2022-10-14'));
    life.does({ kind: 'correct-fact', ...WHO, fact: 'matchedOn', value: '2022-10-05' }, noon('2022-10-14'));
    assert.equal(life.chronology.steps[0]?.dueOn, '2022-10-14');
  });

  it('can be previewed before it is made', () => {
    const life = begun();
    life.does(STOP, noon('2022-10-03'));
    life.until(noon('2022-10-10'));
    const preview = previewOf(life.chronology, RESUME, noon('2022-10-10'));
    assert.ok(preview.ok);
    assert.deepEqual(
      preview.value.moves.map(({ from, to, explanation }) => [from, to, explanation.at(-1)?.on]),
      [['2022-10-12', '2022-10-19', '2022-10-19']],
    );
    assert.equal(life.dueOn('confirm'), '2022-10-12');
  });

  it('gives its days to the next round when its step is answered meanwhile and opens again at once', () => {
    const programme = programmeOf(
      ['match', 'other'],
      [
        step('match', 'rdp', [answer('matched', { records: ['matchedOn'], opens: ['form'] })]),
        step('form', 'system-leader', [answer('more', { opens: ['form'] }), answer('whole')], {
          countsFrom: 'matchedOn',
          allowed: { unit: 'working-days', count: 8 },
        }),
        step('other', 'rdp', [answer('done')]),
      ],
    );
    const life = beginTestLife(programme, BEGAN);
    life.answers('match', 'matched', 'p-coordinator', BEGAN);
    life.does({ ...STOP, scope: { step: 'form', round: 1 } }, noon('2022-10-03'));
    const answered = life.answers('form', 'more', 'p-leader', noon('2022-10-05'));
    const [, second] = life.chronology.steps.filter((record) => record.step === 'form');
    assert.ok(second);
    // The clock was stopped for two days: Wednesday 12 October becomes Friday 14.
    assert.deepEqual([second.dueOn, explain(life.chronology, second).at(-1)?.on], ['2022-10-14', '2022-10-14']);
    assert.deepEqual(
      answered.map(({ type }) => type),
      ['step-answered', 'clock-resumed', 'step-opened'],
    );
  });
});

describe('a stop or a resume is refused', () => {
  const refusals = [
    ['without a reason', { because: ' ' }, 'no-reason'],
    ['from tomorrow on', { from: '2022-10-06', expectedEnd: '2022-10-07' }, 'bad-date'],
    ['from before the deployment began', { from: '2022-09-29' }, 'too-early'],
    ['from before the step opened', { from: '2022-09-29', scope: CONFIRM }, 'too-early'],
    ['with an end before its first day', { from: '2022-10-05', expectedEnd: '2022-10-04' }, 'bad-date'],
    ['with an end in the past', { expectedEnd: '2022-10-04' }, 'bad-date'],
    ['with an end beyond the calendar, after which nobody would be asked', { expectedEnd: '2031-01-01' }, 'beyond-horizon'],
    ['with a day that is none', { from: '2022-02-30' }, 'bad-date'],
    ['of a step that there is not', { scope: { step: 'tea', round: 1 } }, 'unknown-step'],
  ] as const;
  for (const [what, over, kind] of refusals) {
    it(`${what}: ${kind}`, () => {
      assert.equal(begun().refuses({ ...STOP, ...over }, noon('2022-10-05')).kind, kind);
    });
  }

  it('when it overlaps another, of the deployment or of the step', () => {
    const life = begun();
    life.does({ ...STOP, scope: CONFIRM }, noon('2022-10-05'));
    const reason = life.refuses({ ...STOP, from: '2022-10-05' }, noon('2022-10-05'));
    assert.equal(reason.kind, 'clock-stopped');
    assert.match(reason.message, /"confirm" has been paused since 3 October 2022\./);
  });

  it('in words that name the day that was typed', () => {
    const life = begun();
    const about = (command: Command) => life.refuses(command, noon('2022-10-05')).message;
    assert.match(about({ ...STOP, from: 'Monday' }), /^The first day cannot be "Monday"/);
    assert.match(about({ ...STOP, expectedEnd: 'Friday' }), /^The expected end cannot be "Friday"/);
    life.does(STOP, noon('2022-10-05'));
    assert.match(about({ ...RESUME, on: 'today' }), /^The day cannot be "today"/);
    assert.match(about({ kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: 'soon' }), /^The expected end cannot be "soon"/);
    assert.equal(
      about({ kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-04' }),
      'The expected end, 4 October 2022, is in the past.',
    );
  });

  it('when it is not clear which of two is meant, which are then named', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    const [visit, note] = ['visit', 'note'].map((step) => ({ step, round: 1 }));
    assert.ok(visit && note);
    life.does({ ...STOP, scope: visit }, noon('2022-10-03'));
    const ofNote = { ...STOP, by: 'p-region', scope: note, from: '2022-10-04' };
    const [stopped] = ofType(life.does(ofNote, noon('2022-10-04')), 'clock-stopped');
    assert.deepEqual([stopped?.scope, stopped?.tells.map(({ person }) => person)], [note, ['p-coordinator']]);
    const refusal = life.refuses(RESUME, noon('2022-10-10'));
    assert.equal(refusal.remedy, 'Say which: 1 (visit, since 2022-10-03); 2 (note, since 2022-10-04).');
    const [resumed] = ofType(life.does({ ...RESUME, by: 'p-region', stop: 1 }, noon('2022-10-10')), 'clock-resumed');
    assert.deepEqual([resumed?.stop, resumed?.tells.map(({ person }) => person)], [1, ['p-head', 'p-coordinator']]);
    assert.deepEqual(
      ofType(life.events, 'clock-stop-queried').map(({ stop, about }) => [stop, about]),
      [
        [1, visit],
        [2, note],
      ],
    );
    const [over] = ofType(life.does({ ...RESUME, by: 'p-region', on: '2022-10-11' }, noon('2022-10-11')), 'clock-resumed');
    assert.deepEqual(
      over?.tells.map(({ person }) => person),
      ['p-coordinator'],
    );
    const whole = begun();
    whole.does(STOP, noon('2022-10-03'));
    assert.match(whole.refuses({ ...RESUME, stop: 7 }, noon('2022-10-10')).remedy, /1 \(the whole deployment, since 2022-10-03\)/);
  });

  it('but not where it begins on the day of the opening, ends on its first day, or where the one before was undone', () => {
    const life = begun();
    const one = { ...STOP, from: '2022-10-03', expectedEnd: '2022-10-03' };
    life.does(one, noon('2022-10-03'));
    life.does({ ...RESUME, on: '2022-10-03' }, noon('2022-10-03'));
    assert.match(life.refuses({ ...one, expectedEnd: '2022-10-02' }, noon('2022-10-03')).remedy, /^Give a day from 2022-10-03 on\./);
    life.does({ ...one, from: '2022-09-30' }, noon('2022-10-03'));
    life.does({ kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-04' }, noon('2022-10-03'));
    assert.match(begun().refuses(one, noon('2022-10-05')).message, /is in the past\.$/);
  });

  it('when the clock runs, or the date is before the stop or in the future, or the stop meant is unclear', () => {
    const life = begun();
    assert.equal(life.refuses(RESUME, noon('2022-10-03')).kind, 'clock-runs');
    assert.equal(
      life.refuses({ kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-10' }, noon('2022-10-03')).kind,
      'clock-runs',
    );
    life.does(STOP, noon('2022-10-03'));
    assert.equal(life.refuses({ ...RESUME, because: '' }, noon('2022-10-04')).kind, 'no-reason');
    assert.equal(life.refuses({ ...RESUME, on: '2022-10-01' }, noon('2022-10-04')).kind, 'too-early');
    assert.equal(life.refuses({ ...RESUME, on: '2022-10-05' }, noon('2022-10-04')).kind, 'bad-date');
    assert.equal(life.refuses({ ...RESUME, stop: 7, on: '2022-10-04' }, noon('2022-10-04')).kind, 'clock-runs');
    const same = { kind: 'prolong-stop', ...WHO, stop: null, expectedEnd: '2022-10-07' } as const;
    assert.equal(life.refuses(same, noon('2022-10-04')).kind, 'nothing-changes');
  });

  it('once the deployment has ended, and a stop ends with it', () => {
    const life = begun();
    life.does(STOP, noon('2022-10-03'));
    const ended = life.does({ kind: 'withdraw', ...WHO, end: 'withdrawn' }, noon('2022-10-04'));
    assert.deepEqual(
      ofType(ended, 'clock-resumed').map(({ because }) => because),
      ['The deployment has ended.'],
    );
    assert.equal(life.refuses(STOP, noon('2022-10-05')).kind, 'not-running');
    assert.equal(life.refuses(RESUME, noon('2022-10-05')).kind, 'not-running');
  });
});

describe('a note about a stop', () => {
  const stop = { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-03', expectedEnd: '2022-10-07' } as const;

  it('is kept with the stop and with its event, without the spaces around it', () => {
    const life = begun();
    life.does({ ...stop, note: ' Back in spring, perhaps. ' }, noon('2022-10-03'));
    assert.equal(life.chronology.stops[0]?.note, 'Back in spring, perhaps.');
    const event = life.events.find(({ type }) => type === 'clock-stopped');
    assert.ok(event !== undefined && 'note' in event);
    assert.equal(event.note, 'Back in spring, perhaps.');
  });

  it('is none where only spaces were typed', () => {
    const life = begun();
    life.does({ ...stop, note: '  ' }, noon('2022-10-03'));
    assert.ok(!('note' in (life.chronology.stops[0] ?? {})));
  });
});
