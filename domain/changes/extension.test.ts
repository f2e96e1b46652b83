import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { explain } from '../chronology/opening.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import { recordAgreedExtension } from './extension.ts';
import type { Extend } from './extension.ts';
import { begun, CONFIRM, noon, RULELESS, WHO } from '../../tests/kit/changes.ts';

const EXTEND: Extend = { kind: 'extend', ...WHO, ...CONFIRM, dueOn: '2022-10-19', agreedWith: 'p-region' };

describe('an extension', () => {
  it('moves the due date, says so in the explanation, and keeps the original in the record', () => {
    const life = begun();
    const events = life.does(EXTEND, noon('2022-10-05'));
    const [agreed] = ofType(events, 'extension-agreed');
    assert.deepEqual(agreed?.moves, [{ ...CONFIRM, from: '2022-10-12', to: '2022-10-19' }]);
    assert.deepEqual([agreed?.agreedWith, agreed?.because, agreed?.by], ['p-region', WHO.because, 'p-coordinator']);
    assert.equal(ofType(events, 'due-date-moved')[0]?.originalDueOn, null);
    const [record] = life.chronology.steps;
    assert.ok(record);
    assert.deepEqual(
      explain(life.chronology, record)
        .slice(-3)
        .map(({ kind, on }) => [kind, on]),
      [
        ['rule', '2022-10-12'],
        ['extended', '2022-10-19'],
        ['due', '2022-10-19'],
      ],
    );
    assert.deepEqual(rungsIn(life.until(noon('2022-10-20'))), ['reminder0 2022-10-19 → p-leader', 'overdue+1 2022-10-20 → p-leader']);
  });

  it('keeps the private note, whether it is agreed at once or asked for', () => {
    const note = ' The governors asked. ';
    const [agreed] = begun().does({ ...EXTEND, note }, noon('2022-10-05'));
    const [asked] = begun().does({ ...EXTEND, dueOn: '2022-11-30', note }, noon('2022-10-05'));
    assert.deepEqual([agreed?.type, asked?.type], ['extension-agreed', 'extension-asked']);
    for (const event of [agreed, asked]) assert.ok(event !== undefined && 'note' in event && event.note === 'The governors asked.');
  });

  it('is undone by giving the date without it, even once that has passed', () => {
    const life = begun();
    life.does(EXTEND, noon('2022-10-05'));
    life.does({ ...EXTEND, dueOn: '2022-10-12' }, noon('2022-10-13'));
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    const [record] = life.chronology.steps;
    assert.ok(record);
    assert.equal(explain(life.chronology, record).at(-1)?.on, '2022-10-12');
  });

  it('may be made shorter again', () => {
    const life = begun();
    life.does(EXTEND, noon('2022-10-05'));
    life.does({ ...EXTEND, dueOn: '2022-10-14' }, noon('2022-10-06'));
    assert.equal(life.dueOn('confirm'), '2022-10-14');
  });

  it('is added to a stop in the order in which they were agreed', () => {
    const life = begun();
    life.does(EXTEND, noon('2022-10-05'));
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'inspection', from: '2022-10-06', expectedEnd: '2022-10-07' },
      noon('2022-10-06'),
    );
    assert.equal(life.refuses({ ...EXTEND, dueOn: '2022-10-21' }, noon('2022-10-06')).kind, 'clock-stopped');
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-10' }, noon('2022-10-10'));
    assert.equal(life.dueOn('confirm'), '2022-10-21');
  });

  it('closes the call and escalation of a late step', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    const events = life.does({ ...EXTEND, dueOn: '2022-10-21' }, noon('2022-10-17'));
    assert.equal(ofType(events, 'escalation-closed').length, 1);
    assert.deepEqual(ofType(events, 'due-date-moved')[0]?.rearms, ['reminder0', 'overdue+1', 'call+2', 'escalation+3']);
  });
});

describe('an extension beyond the limit', () => {
  const FAR: Extend = { ...EXTEND, dueOn: '2022-11-30', agreedWith: null };

  it('becomes a step for the regional team, and holds once they agree', () => {
    const life = begun();
    const asked = life.does(FAR, noon('2022-10-05'));
    assert.deepEqual(
      asked.map(({ type }) => type),
      ['extension-asked', 'step-opened'],
    );
    assert.equal(life.dueOn('confirm'), '2022-10-12');
    assert.equal(life.refuses(FAR, noon('2022-10-06')).kind, 'asked-already');
    const [agreed] = ofType(life.answers('approve', 'agrees', 'p-region', noon('2022-10-06')), 'extension-agreed');
    assert.deepEqual([agreed?.dueOn, agreed?.agreedWith, agreed?.because], ['2022-11-30', 'p-region', WHO.because]);
    assert.equal(life.dueOn('confirm'), '2022-11-30');
    // A second request is asked in another round.
    life.does({ ...FAR, dueOn: '2022-12-09' }, noon('2022-10-07'));
    assert.equal(life.chronology.steps.at(-1)?.round, 2);
  });

  it('leaves the date as it is when it is refused, and tells the person who asked why', () => {
    const life = begun();
    life.does(FAR, noon('2022-10-05'));
    const [refused] = ofType(
      life.answers('approve', 'refuses', 'p-region', noon('2022-10-06'), { fields: { why: 'Too late for this year.' } }),
      'extension-refused',
    );
    assert.deepEqual(
      [refused?.because, refused?.tells.map(({ person }) => person), refused?.moves],
      ['Too late for this year.', ['p-leader', 'p-coordinator'], []],
    );
    assert.equal(life.dueOn('confirm'), '2022-10-12');
  });

  it('is refused in words of its own where nobody gave any, and whoever asked is told whatever their role', () => {
    const told = (by: string, fields: Readonly<Record<string, string>>) => {
      const life = begun();
      const [asked] = ofType(life.does({ ...FAR, by, because: ' A new head. ' }, noon('2022-10-05')), 'extension-asked');
      assert.equal(asked?.asked.because, 'A new head.');
      const [refused] = ofType(life.answers('approve', 'refuses', 'p-region', noon('2022-10-06'), { fields }), 'extension-refused');
      return [refused?.because, refused?.tells.map(({ role, person }) => `${role} ${person}`)];
    };
    const always = ['system-leader p-leader', 'rdp p-coordinator'];
    assert.deepEqual(told('p-head', {}), ['The extension was not agreed.', [...always, 'school p-head']]);
    assert.deepEqual(told('p-leader', { why: ' ' })[0], 'The extension was not agreed.');
    assert.deepEqual(told('p-leader', {}), ['The extension was not agreed.', always]);
    assert.deepEqual(told('p-stranger', { why: 'No.' }), ['No.', always]);
  });

  it('is one day more than the programme allows without asking, and never one that was agreed before it came here', () => {
    const life = begun();
    // Ten working days after 12 October.
    life.does({ ...FAR, dueOn: '2022-10-26' }, noon('2022-10-05'));
    assert.equal(life.dueOn('confirm'), '2022-10-26');
    assert.equal(ofType(life.does({ ...FAR, dueOn: '2022-10-27' }, noon('2022-10-05')), 'extension-asked').length, 1);
    const agreed = recordAgreedExtension(begun().chronology, FAR, noon('2022-10-05'));
    assert.ok(agreed.ok);
    assert.equal(ofType(agreed.value, 'extension-agreed').length, 1);
  });

  it('need not be decided once its step has closed', () => {
    const life = begun();
    life.does(FAR, noon('2022-10-05'));
    const [overtaken] = ofType(life.answers('confirm', 'yes', 'p-leader', noon('2022-10-06')), 'step-overtaken');
    assert.deepEqual([overtaken?.step, overtaken?.because], ['approve', 'The step that was to be extended has closed.']);
  });

  it('is agreed at once when one of the regional team asks for it, or when the programme sets no limit', () => {
    const life = begun();
    life.does({ kind: 'change-person', ...WHO, role: 'regional-team', from: null, to: 'p-region-2' }, noon('2022-10-04'));
    life.does({ ...FAR, by: 'p-region' }, noon('2022-10-05'));
    assert.equal(life.dueOn('confirm'), '2022-11-30');
    const ruleless = begun(RULELESS);
    ruleless.does(FAR, noon('2022-10-05'));
    assert.equal(ruleless.dueOn('confirm'), '2022-11-30');
  });
});

describe('an extension is refused', () => {
  for (const [what, over, kind] of [
    ['without a reason', { because: '' }, 'no-reason'],
    ['to a date that is none', { dueOn: '19 October' }, 'bad-date'],
    ['to a date earlier than the original', { dueOn: '2022-10-11' }, 'too-early'],
    ['to the date that it has', { dueOn: '2022-10-12' }, 'nothing-changes'],
    ['to a Sunday', { dueOn: '2022-10-16' }, 'bad-date'],
    ['beyond the calendar', { dueOn: '2031-10-16' }, 'beyond-horizon'],
    ['of a step that there is not', { round: 2 }, 'unknown-step'],
  ] as const) {
    it(`${what}: ${kind}`, () => {
      assert.equal(begun().refuses({ ...EXTEND, ...over }, noon('2022-10-05')).kind, kind);
    });
  }

  it('to a past day, or of a step that was answered', () => {
    const life = begun();
    for (const [dueOn, day] of [
      ['2022-10-12', '12 October 2022'],
      ['2022-10-13', '13 October 2022'],
    ] as const) {
      const refusal = life.refuses({ ...EXTEND, dueOn }, noon('2022-10-14'));
      assert.deepEqual([refusal.kind, refusal.message], ['too-early', `${day} is in the past.`]);
    }
    const extended = begun();
    extended.does(EXTEND, noon('2022-10-05'));
    assert.equal(extended.refuses({ ...EXTEND, dueOn: '2022-10-13' }, noon('2022-10-14')).kind, 'too-early');
    assert.match(extended.refuses({ ...EXTEND, dueOn: 'soon' }, noon('2022-10-14')).message, /^The new date cannot be "soon"/);
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-14'));
    assert.equal(life.refuses(EXTEND, noon('2022-10-14')).kind, 'not-open');
  });
});
