import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, WHO } from '../../tests/kit/changes.ts';
import { ofType, rungsIn } from '../../tests/kit/lives.ts';
import type { MergePerson } from './merge.ts';

const MERGE: MergePerson = { kind: 'merge-person', ...WHO, from: 'p-leader', to: 'p-other' };

describe('one person who was known twice', () => {
  it('is asked once for what the other entry was asked, and nobody is told of another person', () => {
    const life = begun();
    const events = life.does(MERGE, noon('2022-10-05'));
    assert.deepEqual(rungsIn(events), ['request-anew-1 2022-10-05 → p-other']);
    assert.deepEqual(ofType(events, 'person-merged')[0]?.tells, []);
    assert.deepEqual(life.chronology.parties['system-leader'], ['p-other']);
    assert.deepEqual(rungsIn(life.until(noon('2022-10-13'))), ['reminder0 2022-10-12 → p-other', 'overdue+1 2022-10-13 → p-other']);
  });

  it('is not asked again where both entries held the role, and holds it once', () => {
    const life = begun();
    life.does({ kind: 'change-person', ...WHO, role: 'system-leader', from: null, to: 'p-other' }, noon('2022-10-04'));
    assert.deepEqual(rungsIn(life.does(MERGE, noon('2022-10-05'))), []);
    assert.deepEqual(life.chronology.parties['system-leader'], ['p-other']);
    assert.deepEqual(rungsIn(life.until(noon('2022-10-12'))), ['reminder0 2022-10-12 → p-other']);
  });

  it('is asked only once the clock runs again', () => {
    const life = begun();
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'leadership-change', from: '2022-10-04', expectedEnd: '2022-10-07' },
      noon('2022-10-04'),
    );
    assert.deepEqual(rungsIn(life.does(MERGE, noon('2022-10-05'))), []);
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-06' }, noon('2022-10-06'));
    assert.deepEqual(rungsIn(life.until(noon('2022-10-07'))), ['request~2 2022-10-06 → p-other']);
  });

  it('is not asked for a step that nobody has been asked for yet, and nothing waits where the clock runs', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-08'));
    const events = life.does({ ...MERGE, from: 'p-head', to: 'p-other' }, noon('2022-10-09'));
    assert.deepEqual(rungsIn(events), []);
    assert.ok(!('asksLater' in (ofType(events, 'person-merged')[0] ?? {})));
  });

  it('is named wherever the other entry was, be it as a deputy or as the holder of an escalation alone', () => {
    const life = begun();
    const days = { from: '2022-10-04', to: '2022-10-20' };
    life.does({ kind: 'name-deputy', ...WHO, person: 'p-head', deputy: 'p-deputy', ...days }, noon('2022-10-04'));
    life.does({ ...MERGE, from: 'p-deputy' }, noon('2022-10-05'));
    assert.deepEqual(life.chronology.deputies, [{ person: 'p-head', deputy: 'p-other', ...days }]);
    life.until(noon('2022-10-17'));
    life.does({ kind: 'hand-over', ...CONFIRM, by: 'p-region', because: 'Hers.', to: 'p-colleague' }, noon('2022-10-17'));
    assert.equal(life.refuses({ ...MERGE, from: 'p-nobody' }, noon('2022-10-18')).kind, 'nothing-changes');
    const passed = ofType(life.does({ ...MERGE, from: 'p-colleague', to: 'p-colleague-2' }, noon('2022-10-18')), 'escalation-passed');
    assert.deepEqual(
      passed.map(({ to }) => to.map(({ person }) => person)),
      [['p-colleague-2']],
    );
    // An escalation that is with somebody else is not asked again.
    assert.deepEqual(ofType(life.does({ ...MERGE, from: 'p-leader', to: 'p-leader-2' }, noon('2022-10-18')), 'escalation-passed'), []);
  });

  it('has the escalation that the other entry had, asked of them once, and a promise stands', () => {
    const region: MergePerson = { ...MERGE, from: 'p-region', to: 'p-region-2' };
    const open = begun();
    open.until(noon('2022-10-17'));
    const [passed] = ofType(open.does(region, noon('2022-10-17')), 'escalation-passed');
    assert.deepEqual([passed?.how, passed?.to], ['asked-anew', [{ role: 'regional-team', person: 'p-region-2' }]]);
    const promised = begun();
    promised.until(noon('2022-10-17'));
    const promise = { onBehalfOf: null, via: 'link', because: 'I will telephone.', promisedOn: '2022-10-19' } as const;
    promised.does({ kind: 'acknowledge', ...CONFIRM, by: 'p-region', ...promise }, noon('2022-10-17'));
    assert.deepEqual(ofType(promised.does(region, noon('2022-10-18')), 'escalation-passed'), []);
    assert.deepEqual(
      promised.chronology.escalations.map(({ holders, promisedOn }) => [holders[0]?.person, promisedOn]),
      [['p-region-2', '2022-10-19']],
    );
  });

  it('keeps the deputy, who was asked already, and never stands in for themselves', () => {
    const deputy = { kind: 'name-deputy', ...WHO, person: 'p-leader', from: '2022-10-04', to: '2022-10-20' } as const;
    const life = begun();
    life.does({ ...deputy, deputy: 'p-deputy' }, noon('2022-10-04'));
    assert.deepEqual(rungsIn(life.does(MERGE, noon('2022-10-05'))), []);
    assert.deepEqual(life.chronology.deputies, [{ person: 'p-other', deputy: 'p-deputy', from: '2022-10-04', to: '2022-10-20' }]);
    const itself = begun();
    itself.does({ ...deputy, deputy: 'p-other' }, noon('2022-10-04'));
    itself.does(MERGE, noon('2022-10-05'));
    assert.deepEqual(itself.chronology.deputies, []);
  });

  it('is refused for the same entry, for somebody who is not named here, without a reason, and when nothing runs', () => {
    const life = begun();
    const kindOf = (over: Partial<MergePerson>) => life.refuses({ ...MERGE, ...over }, noon('2022-10-05')).kind;
    assert.equal(kindOf({ to: 'p-leader' }), 'same-person');
    assert.equal(kindOf({ from: 'p-nobody' }), 'nothing-changes');
    assert.equal(kindOf({ because: ' ' }), 'no-reason');
    life.answers('confirm', 'no', 'p-leader', noon('2022-10-05'));
    assert.equal(life.refuses(MERGE, noon('2022-10-05')).kind, 'not-running');
  });

  it('is refused when they would be the head of the school and its system leader', () => {
    const life = begun();
    life.does({ kind: 'change-person', ...WHO, role: 'school', from: null, to: 'p-second-head' }, noon('2022-10-04'));
    const refusal = life.refuses({ ...MERGE, from: 'p-leader', to: 'p-second-head' }, noon('2022-10-05'));
    assert.equal(refusal.kind, 'same-person');
    assert.match(refusal.message, /both the school’s head and the system leader/);
  });
});
