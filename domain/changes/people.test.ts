import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { holdersOf } from '../chronology/chronology.ts';
import { plainDate } from '../time/plain-date.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import type { ChangePerson, NameDeputy } from './people.ts';
import { begun, noon, WHO } from '../../tests/kit/changes.ts';

const CHANGE: ChangePerson = { kind: 'change-person', ...WHO, role: 'system-leader', from: 'p-leader', to: 'p-other' };
const DEPUTY: NameDeputy = { kind: 'name-deputy', ...WHO, person: 'p-leader', deputy: 'p-deputy', from: '2022-10-12', to: '2022-10-13' };

describe('a change of person', () => {
  it('asks the newcomer for what is open, and tells both people', () => {
    const life = begun();
    const events = life.does(CHANGE, noon('2022-10-05'));
    assert.deepEqual(rungsIn(events), ['request-anew-1 2022-10-05 → p-other']);
    assert.deepEqual(
      ofType(events, 'party-changed')[0]?.tells.map(({ person }) => person),
      ['p-leader', 'p-other'],
    );
    assert.deepEqual(rungsIn(life.until(noon('2022-10-12'))), ['reminder0 2022-10-12 → p-other']);
  });

  it('asks for nothing of another role, nor for what nobody has been asked for yet, and is told once to whoever coordinates', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-05'));
    life.answers('visit', 'refused', 'p-head', noon('2022-10-08'));
    const [changed, ...asked] = life.does({ ...CHANGE, by: 'p-region', to: 'p-coordinator' }, noon('2022-10-08'));
    assert.deepEqual(
      [changed?.type === 'party-changed' && changed.tells.map(({ person }) => person), asked],
      [['p-leader', 'p-coordinator'], []],
    );
    life.answers('find', 'found', 'p-coordinator', noon('2022-10-09'), { fields: { who: 'p-new' } });
    assert.deepEqual(rungsIn(life.does({ ...CHANGE, from: 'p-new' }, noon('2022-10-09'))), []);
  });

  it('asks the newcomer by a request, which tells nobody else', () => {
    const [request] = ofType(begun().does(CHANGE, noon('2022-10-05')), 'rung-reached');
    assert.deepEqual([request?.kind, request?.tells, request?.unheld], ['request', [], []]);
  });

  it('lets a role have one holder more, and fills a role that nobody holds', () => {
    const life = begun();
    life.does({ ...CHANGE, from: null }, noon('2022-10-05'));
    assert.deepEqual(life.chronology.parties['system-leader'], ['p-leader', 'p-other']);
    life.does({ ...CHANGE, role: 'local-authority', from: null, to: 'p-authority' }, noon('2022-10-05'));
    assert.deepEqual(life.chronology.parties['local-authority'], ['p-authority']);
  });

  it('gives an open escalation to the new holder of the role', () => {
    const life = begun();
    life.until(noon('2022-10-17'));
    life.does({ ...CHANGE, role: 'regional-team', from: 'p-region', to: 'p-new-region' }, noon('2022-10-17'));
    assert.deepEqual(life.chronology.escalations[0]?.holders, [{ role: 'regional-team', person: 'p-new-region' }]);
  });

  it('asks the newcomer only once the clock runs again', () => {
    const life = begun();
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'leadership-change', from: '2022-10-04', expectedEnd: '2022-10-07' },
      noon('2022-10-04'),
    );
    assert.deepEqual(rungsIn(life.does(CHANGE, noon('2022-10-05'))), []);
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-06' }, noon('2022-10-06'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-07'))), ['request~2 2022-10-06 → p-other']);
  });

  it('is refused when the person leaving does not hold the role, the newcomer does already, the role is unknown, or no reason is given', () => {
    const life = begun();
    const kindOf = (over: Partial<ChangePerson>) => life.refuses({ ...CHANGE, ...over }, noon('2022-10-05')).kind;
    assert.equal(kindOf({ from: 'p-nobody' }), 'role-not-held');
    life.does({ ...CHANGE, from: null, to: 'p-second' }, noon('2022-10-05'));
    assert.equal(life.refuses({ ...CHANGE, from: 'p-nobody' }, noon('2022-10-05')).remedy, 'That is: p-leader, p-second.');
    assert.equal(kindOf({ to: 'p-leader' }), 'same-person');
    assert.equal(kindOf({ role: 'cook' }), 'role-not-held');
    assert.equal(kindOf({ because: '' }), 'no-reason');
  });
});

describe('a deputy', () => {
  it('gets the letters on their days only, and may answer then', () => {
    const life = begun();
    life.does(DEPUTY, noon('2022-10-05'));
    const on = (date: string) => holdersOf(life.chronology, ['system-leader'], plainDate(date)).map(({ person }) => person);
    assert.deepEqual([on('2022-10-11'), on('2022-10-12'), on('2022-10-13'), on('2022-10-14')].flat(), [
      'p-leader',
      'p-deputy',
      'p-deputy',
      'p-leader',
    ]);
    const early = {
      kind: 'answer',
      step: 'confirm',
      round: 1,
      answer: 'yes',
      by: 'p-deputy',
      onBehalfOf: null,
      via: 'link',
      fields: {},
    } as const;
    assert.equal(life.refuses(early, noon('2022-10-11')).kind, 'not-an-owner');
    assert.deepEqual(rungsIn(life.until(noon('2022-10-13'))), ['reminder0 2022-10-12 → p-deputy', 'overdue+1 2022-10-13 → p-deputy']);
    life.answers('confirm', 'yes', 'p-deputy', noon('2022-10-13'));
  });

  it('ends when the person who was away is back', () => {
    const life = begun();
    life.does(DEPUTY, noon('2022-10-05'));
    const [ended] = ofType(life.does({ kind: 'end-deputy', ...WHO, person: 'p-leader' }, noon('2022-10-06')), 'deputy-ended');
    assert.deepEqual(
      ended?.tells.map(({ person }) => person),
      ['p-leader', 'p-deputy'],
    );
    assert.deepEqual(rungsIn(life.until(noon('2022-10-12'))), ['reminder0 2022-10-12 → p-leader']);
    assert.equal(life.refuses({ kind: 'end-deputy', ...WHO, person: 'p-leader' }, noon('2022-10-12')).kind, 'nothing-changes');
  });

  it('needs no end once their days are over', () => {
    const life = begun();
    life.does(DEPUTY, noon('2022-10-05'));
    assert.equal(life.refuses({ kind: 'end-deputy', ...WHO, person: 'p-leader' }, noon('2022-10-14')).kind, 'nothing-changes');
  });

  it('may stand in for one day, today, beside the deputy of somebody else and after another of the same person', () => {
    const life = begun();
    const today = { from: '2022-10-05', to: '2022-10-05' };
    life.does({ ...DEPUTY, ...today }, noon('2022-10-05'));
    life.does({ ...DEPUTY, ...today, person: 'p-head', deputy: 'p-second' }, noon('2022-10-05'));
    life.does({ ...DEPUTY, from: '2022-10-06', to: '2022-10-07' }, noon('2022-10-05'));
    life.does({ ...DEPUTY, from: '2022-10-10', to: '2022-10-11' }, noon('2022-10-05'));
    life.does({ ...DEPUTY, from: '2022-10-08', to: '2022-10-09' }, noon('2022-10-05'));
    assert.equal(life.refuses({ ...DEPUTY, from: '2022-10-11', to: '2022-10-12' }, noon('2022-10-05')).kind, 'asked-already');
    assert.equal(
      life.refuses({ ...DEPUTY, person: 'p-region', from: '2022-10-03', to: '2022-10-04' }, noon('2022-10-05')).kind,
      'bad-date',
    );
    life.does({ ...DEPUTY, person: 'p-region', from: '2022-10-03', to: '2022-10-05' }, noon('2022-10-05'));
    const later = { ...DEPUTY, person: 'p-senior' };
    life.does({ ...later, from: '2022-10-20', to: '2022-10-21' }, noon('2022-10-05'));
    assert.equal(life.refuses({ ...later, from: '2022-10-19', to: '2022-10-20' }, noon('2022-10-05')).kind, 'asked-already');
    const [ended] = ofType(life.does({ kind: 'end-deputy', ...WHO, person: 'p-head' }, noon('2022-10-05')), 'deputy-ended');
    assert.deepEqual(
      ended?.tells.map(({ person }) => person),
      ['p-head', 'p-second'],
    );
  });

  it('is refused for a stranger, for themselves, for days in the past or in the wrong order, and twice for the same days', () => {
    const life = begun();
    const kindOf = (over: Partial<NameDeputy>) => life.refuses({ ...DEPUTY, ...over }, noon('2022-10-05')).kind;
    assert.equal(kindOf({ person: 'p-stranger' }), 'role-not-held');
    assert.equal(kindOf({ deputy: 'p-leader' }), 'same-person');
    assert.equal(kindOf({ from: '2022-10-01', to: '2022-10-04' }), 'bad-date');
    assert.equal(kindOf({ from: '2022-10-14' }), 'bad-date');
    assert.equal(kindOf({ to: 'Friday' }), 'bad-date');
    life.does(DEPUTY, noon('2022-10-05'));
    assert.equal(kindOf({ from: '2022-10-13', to: '2022-10-20', deputy: 'p-other' }), 'asked-already');
  });
});
