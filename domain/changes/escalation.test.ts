import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { admit } from '../chronology/admit.ts';
import { decide } from '../chronology/decide.ts';
import { PARTIES, rung } from '../../tests/kit/programmes.ts';
import { beginTestLife, ofType, rungsIn } from '../../tests/kit/lives.ts';
import type { TestLife } from '../../tests/kit/lives.ts';
import { takeOnFrom } from '../chasing/escalation-times.ts';
import type { Acknowledge, HandOver, SendBack } from './escalation.ts';
import { BEGAN, begun, CONFIRM, noon, RULELESS, SMALL, WHO } from '../../tests/kit/changes.ts';

const TAKE: Acknowledge = {
  kind: 'acknowledge',
  ...CONFIRM,
  by: 'p-region',
  onBehalfOf: null,
  via: 'link',
  because: 'I telephone the trust.',
  promisedOn: '2022-10-20',
};
const HAND: HandOver = { kind: 'hand-over', ...CONFIRM, by: 'p-region', because: 'Hers.', to: 'p-colleague' };
const BACK: SendBack = { kind: 'send-back', ...CONFIRM, by: 'p-region', because: 'Not for us.' };

/** Escalated to the regional team on Monday 17 October 2022. */
function escalated(): TestLife {
  const life = begun();
  assert.ok(rungsIn(life.until(noon('2022-10-17'))).includes('escalation+3 2022-10-17 → p-region'));
  return life;
}
const passes = (life: TestLife, until: string) =>
  ofType(life.until(until), 'escalation-passed').map(({ at, how, to, tells }) => [
    at.slice(0, 10),
    how,
    to.map(({ person }) => person).join(),
    tells.map(({ person }) => person).join(),
  ]);

describe('an escalation', () => {
  it('goes up the chain when nobody takes it, is repeated at the top, and then every four weeks without end', () => {
    assert.deepEqual(passes(escalated(), noon('2023-01-31')), [
      ['2022-10-20', 'raised', 'p-senior', 'p-region'],
      ['2022-10-25', 'raised', 'p-senior', ''],
      ['2022-10-28', 'raised', 'p-senior', ''],
      ['2022-11-28', 'raised', 'p-senior', ''],
      ['2022-12-29', 'raised', 'p-senior', ''],
      ['2023-01-30', 'raised', 'p-senior', ''],
    ]);
  });

  it('waits for what was promised, comes back when the day passes, and then goes up', () => {
    const life = escalated();
    life.does(TAKE, noon('2022-10-18'));
    assert.deepEqual(passes(life, noon('2022-10-27')), [
      ['2022-10-21', 'promise-passed', 'p-region', ''],
      ['2022-10-26', 'raised', 'p-senior', 'p-region'],
    ]);
  });

  it('tells everyone else who was told of it when it is taken on', () => {
    const life = escalated();
    life.until(noon('2022-10-20'));
    const [taken] = ofType(
      life.does({ ...TAKE, by: 'p-coordinator', onBehalfOf: 'p-senior', via: 'telephone' }, noon('2022-10-20')),
      'escalation-acknowledged',
    );
    assert.deepEqual(
      [taken?.words, taken?.promisedOn, taken?.tells.map(({ person }) => person)],
      [TAKE.because, '2022-10-20', ['p-region']],
    );
  });

  it('can be handed over, or sent back to the coordinator, each with a reason', () => {
    const life = escalated();
    const [handed] = ofType(life.does(HAND, noon('2022-10-17')), 'escalation-passed');
    assert.deepEqual(
      [handed?.how, handed?.turn, handed?.to, handed?.tells],
      ['handed-over', 2, [{ role: 'regional-team', person: 'p-colleague' }], []],
    );
    const [back] = ofType(life.does({ ...BACK, by: 'p-colleague' }, noon('2022-10-18')), 'escalation-passed');
    assert.deepEqual([back?.how, back?.to], ['sent-back', [{ role: 'rdp', person: 'p-coordinator' }]]);
    assert.equal(life.refuses({ ...BACK, by: 'p-coordinator' }, noon('2022-10-18')).kind, 'not-the-holder');
    assert.deepEqual(passes(life, noon('2022-10-21')), [['2022-10-21', 'raised', 'p-region', 'p-coordinator']]);
  });

  it('may be taken by everybody who holds the role of whoever was asked, with a deputy or not, and handed to the other of two', () => {
    const life = escalated();
    const who = { kind: 'change-person', ...WHO, role: 'regional-team', from: null } as const;
    life.does({ ...who, to: 'p-region-2' }, noon('2022-10-17'));
    const deputy = { kind: 'name-deputy', ...WHO, person: 'p-region-2', deputy: 'p-deputy', from: '2022-10-17', to: '2022-10-30' } as const;
    life.does(deputy, noon('2022-10-17'));
    assert.equal(life.refuses({ ...HAND, to: 'p-region' }, noon('2022-10-17')).kind, 'same-person');
    const [taken] = ofType(life.does({ ...TAKE, by: 'p-region-2' }, noon('2022-10-18')), 'escalation-acknowledged');
    assert.equal(taken?.by, 'p-region-2');
    life.does({ ...HAND, by: 'p-deputy' }, noon('2022-10-18'));
    assert.deepEqual(
      life.chronology.escalations[0]?.holders.map(({ person }) => person),
      ['p-colleague'],
    );
  });

  it('says with whom it is to whoever does not have it, all of them', () => {
    const life = beginTestLife(SMALL, BEGAN, { parties: { ...PARTIES, 'regional-team': ['p-region', 'p-region-2'] } });
    life.until(noon('2022-10-17'));
    assert.match(life.refuses({ ...TAKE, by: 'p-head' }, noon('2022-10-17')).remedy, /^It is with p-region, p-region-2;/);
    assert.equal(life.refuses({ ...HAND, to: 'p-region-2' }, noon('2022-10-17')).kind, 'same-person');
    const anew = { kind: 'ask-anew', person: 'p-region-2', because: 'person-changed', steps: [CONFIRM] } as const;
    const [passed] = ofType(life.does(anew, noon('2022-10-17')), 'escalation-passed');
    assert.deepEqual([passed?.how, passed?.unheld], ['asked-anew', []]);
    assert.equal(life.refuses({ ...anew, person: 'p-head' }, noon('2022-10-17')).kind, 'nothing-changes');
  });

  it('says why it goes up, and why it comes back', () => {
    const reasons = (life: TestLife, until: string) => ofType(life.until(until), 'escalation-passed').map(({ because }) => because);
    assert.deepEqual(reasons(escalated(), noon('2022-10-20')), ['Nobody has acknowledged it since 17 October 2022.']);
    const promised = escalated();
    promised.does(TAKE, noon('2022-10-18'));
    assert.deepEqual(reasons(promised, noon('2022-10-21')), ['It was promised for 20 October 2022, and the step is still open.']);
  });

  it('goes back to whoever telephones the owner of its step, and to nobody where nobody does', () => {
    const { roles } = SMALL;
    const leader = roles['system-leader'] ?? assert.fail();
    const backIn = (calledBy: string | null, parties: Readonly<Record<string, readonly string[]>> = {}) => {
      const programme = { ...SMALL, roles: { ...roles, 'system-leader': { ...leader, calledBy } } };
      const life = beginTestLife(programme, BEGAN, { parties: { ...PARTIES, ...parties } });
      life.until(noon('2022-10-17'));
      const decision = decide(life.chronology, BACK, noon('2022-10-17'));
      return decision.ok
        ? ofType(decision.value, 'escalation-passed').flatMap(({ to }) => to.map(({ person }) => person))
        : decision.reason.message;
    };
    assert.deepEqual(backIn('regional-senior'), ['p-senior']);
    assert.deepEqual(backIn('local-authority'), 'There is nobody to send it back to.');
    assert.deepEqual(backIn('regional-senior', { 'regional-senior': ['p-senior', 'p-region'] }), 'There is nobody to send it back to.');
  });

  it('ends with its step, and everyone who was told of it is told so', () => {
    const life = escalated();
    life.until(noon('2022-10-20'));
    const [closed] = ofType(life.answers('confirm', 'yes', 'p-leader', noon('2022-10-20')), 'escalation-closed');
    assert.deepEqual(
      [closed?.because, closed?.tells.map(({ person }) => person)],
      ['It was answered on 20 October 2022: “yes”.', ['p-region', 'p-senior']],
    );
    assert.equal(life.refuses(TAKE, noon('2022-10-21')).kind, 'no-escalation');
  });

  it('does not go up while the clock is stopped, and those days do not count against its holder', () => {
    const life = escalated();
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-18', expectedEnd: '2022-10-24' },
      noon('2022-10-18'),
    );
    assert.deepEqual(passes(life, noon('2022-10-24')), []);
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-24' }, noon('2022-10-24'));
    assert.deepEqual(
      life.chronology.escalations.map((one) => takeOnFrom(life.chronology, one)),
      ['2022-10-24'],
    );
    assert.deepEqual(passes(life, noon('2022-10-27')), [['2022-10-27', 'raised', 'p-senior', 'p-region']]);
  });

  it('with a promise does not come back while the clock is stopped, nor on the day it runs again', () => {
    const life = escalated();
    life.does(TAKE, noon('2022-10-18'));
    life.does(
      { kind: 'stop-clock', ...WHO, scope: null, category: 'illness', from: '2022-10-19', expectedEnd: '2022-10-25' },
      noon('2022-10-19'),
    );
    assert.deepEqual(passes(life, noon('2022-10-25')), []);
    // The promised day, 20 October, went by while the clock stood.
    life.does({ kind: 'resume-clock', ...WHO, stop: null, on: '2022-10-25' }, noon('2022-10-25'));
    assert.deepEqual(passes(life, noon('2022-10-26')), [['2022-10-26', 'promise-passed', 'p-region', '']]);
  });

  it('creates a contact task and stays where it is when nobody holds the office above', () => {
    const { 'regional-senior': _, ...parties } = PARTIES;
    const life = beginTestLife(SMALL, BEGAN, { parties });
    const raised = ofType(life.until(noon('2022-10-21')), 'escalation-passed');
    assert.deepEqual(
      raised.map(({ to, unheld }) => [to.map(({ person }) => person), unheld]),
      [[['p-region'], ['regional-senior']]],
    );
  });

  it('is refused from somebody else, without words, for a past day, and for one beyond the calendar', () => {
    const life = escalated();
    const kindOf = (over: Partial<Acknowledge>) => life.refuses({ ...TAKE, ...over }, noon('2022-10-18')).kind;
    assert.equal(kindOf({ by: 'p-head' }), 'not-the-holder');
    assert.equal(kindOf({ because: ' ' }), 'no-reason');
    assert.equal(kindOf({ promisedOn: '2022-10-17' }), 'bad-date');
    assert.equal(kindOf({ promisedOn: 'soon' }), 'bad-date');
    assert.equal(kindOf({ promisedOn: '2031-10-17' }), 'beyond-horizon', 'as when a history from before there was a limit is replayed');
    assert.equal(kindOf({ round: 2 }), 'no-escalation');
    assert.equal(life.refuses({ ...HAND, to: 'p-region' }, noon('2022-10-18')).kind, 'same-person');
    assert.equal(life.refuses({ ...HAND, because: '' }, noon('2022-10-18')).kind, 'no-reason');
    assert.equal(life.refuses({ ...BACK, because: '' }, noon('2022-10-18')).kind, 'no-reason');
  });

  it('refuses new promises of a day more than 60 days ahead', () => {
    const { chronology } = escalated();
    const asked = (promisedOn: string) => admit(chronology, { ...TAKE, promisedOn }, noon('2022-10-18'));
    assert.equal(asked('2022-12-17').ok, true);
    const none = asked('soon');
    assert.match(none.ok ? '' : none.reason.message, /cannot be "soon"/);
    for (const day of ['2022-12-18', '2031-10-17']) {
      const refused = asked(day);
      assert.ok(!refused.ok);
      assert.deepEqual(
        [refused.reason.kind, refused.reason.message],
        ['bad-date', 'The day by which it will be done must be on or before Saturday 17 December 2022.'],
      );
      assert.equal(refused.reason.remedy, 'Promise for an earlier day; you can change the promise later.');
    }
    // Histories in which such a promise was accepted still replay.
    assert.equal(decide(chronology, { ...TAKE, promisedOn: '2022-12-18' }, noon('2022-10-18')).ok, true);
  });

  it('can be handed over and sent back on behalf of somebody who telephoned', () => {
    const life = escalated();
    const recorded = { by: 'p-coordinator', onBehalfOf: 'p-region' } as const;
    const [handed] = ofType(life.does({ ...HAND, ...recorded }, noon('2022-10-17')), 'escalation-passed');
    assert.deepEqual([handed?.by, handed?.onBehalfOf, handed?.tells], ['p-coordinator', 'p-region', []]);
    const [back] = ofType(life.does({ ...BACK, ...recorded, onBehalfOf: 'p-colleague' }, noon('2022-10-18')), 'escalation-passed');
    assert.deepEqual([back?.onBehalfOf, back?.to], ['p-colleague', [{ role: 'rdp', person: 'p-coordinator' }]]);
    assert.equal(life.refuses({ ...BACK, by: 'p-region', onBehalfOf: 'p-coordinator' }, noon('2022-10-18')).kind, 'not-the-holder');
    assert.equal(life.refuses({ ...HAND, ...recorded, onBehalfOf: 'p-head' }, noon('2022-10-18')).kind, 'not-the-holder');
  });

  it('does not mention anybody else when its holder passes it on', () => {
    const [handed] = ofType(escalated().does({ ...HAND, onBehalfOf: null }, noon('2022-10-17')), 'escalation-passed');
    assert.ok(handed && !('onBehalfOf' in handed));
    const [own] = ofType(escalated().does({ ...HAND, onBehalfOf: 'p-region' }, noon('2022-10-17')), 'escalation-passed');
    assert.ok(own && !('onBehalfOf' in own));
  });

  it('comes once for one lateness, even when two rungs of the ladder fall on one day', () => {
    const { confirm } = SMALL.steps;
    assert.ok(confirm);
    // This happens when one rung is counted in school days and the other in working days, after a holiday.
    const twice = { ...confirm, ladder: [...confirm.ladder, { ...rung('escalation', 3), id: 'escalation-school' }] };
    const life = begun({ ...SMALL, steps: { ...SMALL.steps, confirm: twice } });
    const reached = ofType(life.until(noon('2022-10-17')), 'rung-reached').filter(({ kind }) => kind === 'escalation');
    assert.deepEqual(
      reached.map(({ rung: name }) => name),
      ['escalation+3'],
    );
    assert.equal(life.chronology.escalations.length, 1);
  });

  it('cannot be taken once its step has closed, in a programme that says nothing of changes', () => {
    const life = begun(RULELESS);
    life.until(noon('2022-10-17'));
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-17'));
    assert.equal(life.refuses(TAKE, noon('2022-10-18')).kind, 'no-escalation');
  });
});
