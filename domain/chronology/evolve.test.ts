import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL, WHO } from '../../tests/kit/changes.ts';
import { PARTIES, REQUEST, rung, step, answer, programmeOf } from '../../tests/kit/programmes.ts';
import { beginTestLife } from '../../tests/kit/lives.ts';
import { plainDate } from '../time/plain-date.ts';
import { evolve, holdersOf, isChase, stepOf } from './chronology.ts';
import type { ChronologyEvent } from './events.ts';
import type { Chronology } from './state.ts';

const AT = noon('2022-10-18');
const CHANGE = { at: AT, change: 9, ...WHO, about: CONFIRM, tells: [], moves: [] } as const;

/** "confirm" and "visit" are both escalated to the two people of the regional team. */
function escalatedTwice(): Chronology {
  const { chronology } = begun();
  const holders = ['p-region', 'p-second'].map((person) => ({ role: 'regional-team', person }));
  const escalation = { rung: 'escalation+3', turn: 1, holders, since: AT, told: holders, promisedOn: null, atTheTop: 0 };
  return { ...chronology, escalations: ['confirm', 'visit'].map((id) => ({ step: id, round: 1, ...escalation })) };
}

describe('people', () => {
  it('who hold several of the roles asked for are written to once, in the first of them', () => {
    const { chronology } = beginTestLife(SMALL, noon('2022-09-30'), { parties: { ...PARTIES, rdp: ['p-region', 'p-coordinator'] } });
    assert.deepEqual(holdersOf(chronology, ['regional-team', 'rdp', 'nobody']), [
      { role: 'regional-team', person: 'p-region' },
      { role: 'rdp', person: 'p-coordinator' },
    ]);
  });

  it('have the deputy who was named for them, and only on the deputy’s days', () => {
    const days = { from: plainDate('2022-10-10'), to: plainDate('2022-10-12') };
    const chronology = { ...begun().chronology, deputies: [{ person: 'p-region', deputy: 'p-deputy', ...days }] };
    const held = (role: string, on: string) => holdersOf(chronology, [role], plainDate(on)).map(({ person }) => person);
    assert.deepEqual(held('regional-team', '2022-10-10'), ['p-deputy']);
    assert.deepEqual(held('regional-team', '2022-10-12'), ['p-deputy']);
    assert.deepEqual(held('regional-team', '2022-10-09'), ['p-region']);
    assert.deepEqual(held('regional-team', '2022-10-13'), ['p-region']);
    assert.deepEqual(held('rdp', '2022-10-10'), ['p-coordinator']);
  });

  it('lose only the deputy whose days ended', () => {
    const named = (person: string): ChronologyEvent => ({
      ...CHANGE,
      type: 'deputy-named',
      person,
      deputy: 'p-deputy',
      from: plainDate('2022-10-18'),
      to: plainDate('2022-10-20'),
    });
    const both = [named('p-region'), named('p-head')].reduce(evolve, begun().chronology);
    const after = evolve(both, { ...CHANGE, type: 'deputy-ended', person: 'p-head' });
    assert.deepEqual(
      after.deputies.map(({ person }) => person),
      ['p-region'],
    );
  });

  it('who take somebody’s place stand where the other stood, and a further holder comes last', () => {
    const chronology = { ...begun().chronology, parties: { rdp: ['p-one', 'p-two', 'p-three'] } };
    const changed = (from: string | null) =>
      evolve(chronology, { ...CHANGE, type: 'party-changed', role: 'rdp', from, to: 'p-new' }).parties['rdp'];
    assert.deepEqual(changed('p-one'), ['p-new', 'p-two', 'p-three']);
    assert.deepEqual(changed('p-two'), ['p-one', 'p-new', 'p-three']);
    assert.deepEqual(changed(null), ['p-one', 'p-two', 'p-three', 'p-new']);
  });

  it('who take somebody’s place get the escalations that were the other’s in that role, and no others', () => {
    const holders = [
      { role: 'regional-team', person: 'p-region' },
      { role: 'rdp', person: 'p-region' },
      { role: 'regional-team', person: 'p-second' },
    ];
    const [first] = escalatedTwice().escalations;
    const chronology = { ...escalatedTwice(), escalations: [{ ...(first ?? assert.fail()), holders }] };
    const event = { ...CHANGE, type: 'party-changed', role: 'regional-team', from: 'p-region', to: 'p-new' } as const;
    assert.deepEqual(evolve(chronology, event).escalations[0]?.holders, [
      { role: 'regional-team', person: 'p-new' },
      { role: 'rdp', person: 'p-region' },
      { role: 'regional-team', person: 'p-second' },
    ]);
  });

  it('who were named for a role that nobody held leave it empty again when the answer is taken back', () => {
    const named = evolve(begun().chronology, { type: 'party-named', at: AT, role: 'diocese', person: 'p-new' });
    assert.deepEqual(named.before.at(-1), { of: null, role: 'diocese', people: [] });
  });
});

describe('an escalation', () => {
  const passed = (how: 'raised' | 'promise-passed', to: readonly string[]): ChronologyEvent => ({
    type: 'escalation-passed',
    at: AT,
    ...CONFIRM,
    rung: 'escalation+3',
    turn: 2,
    how,
    by: null,
    because: 'Nobody took it.',
    to: to.map((person) => ({ role: 'regional-team', person })),
    tells: [],
    unheld: [],
  });
  const atTheTop = (event: ChronologyEvent) => evolve(escalatedTwice(), event).escalations.map((each) => each.atTheTop);

  it('counts how often it was raised while nobody was above: only a rise to exactly those who have it', () => {
    assert.deepEqual(atTheTop(passed('raised', ['p-second', 'p-region'])), [1, 0]);
    assert.deepEqual(atTheTop(passed('raised', ['p-region'])), [0, 0]);
    assert.deepEqual(atTheTop(passed('raised', ['p-region', 'p-senior'])), [0, 0]);
    assert.deepEqual(atTheTop(passed('raised', ['p-region', 'p-second', 'p-senior'])), [0, 0]);
    assert.deepEqual(atTheTop(passed('promise-passed', ['p-region', 'p-second'])), [0, 0]);
  });

  it('ends alone, and that of another step stays', () => {
    const closed = evolve(escalatedTwice(), {
      type: 'escalation-closed',
      at: AT,
      change: 9,
      ...CONFIRM,
      rung: 'escalation+3',
      turn: 1,
      because: 'Answered.',
      tells: [],
    });
    assert.deepEqual(
      closed.escalations.map((each) => each.step),
      ['visit'],
    );
  });
});

describe('a step', () => {
  it('whose answer was taken back says why it is closed', () => {
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    life.does({ kind: 'take-back-answer', ...CONFIRM, ...WHO }, noon('2022-10-04'));
    assert.deepEqual(life.chronology.steps[0]?.state, {
      kind: 'overtaken',
      at: noon('2022-10-04'),
      because: 'The answer was taken back: The headteacher is ill.',
    });
  });

  it('that lapses says so, and when', () => {
    const thank = step('thank', 'school', [answer('done')], { optional: true, ladder: [] });
    const life = beginTestLife(programmeOf(['thank'], [thank]), '2022-09-30T09:00:00.000Z');
    life.until(noon('2022-10-06'));
    assert.deepEqual(life.chronology.steps[0]?.state, { kind: 'lapsed', at: '2022-10-05T23:00:00.000Z' });
  });

  it('asks anew by its request, though another letter stands before it in the ladder', () => {
    const notice = { id: 'notice', kind: 'notice', at: 'opening', days: 'working', to: 'rdp', text: 'Soon.' } as const;
    const ask = step('ask', 'school', [answer('done')], { ladder: [notice, REQUEST, rung('reminder', 0)] });
    const { chronology } = beginTestLife(programmeOf(['ask'], [ask]), noon('2022-10-03'));
    const event = { ...CHANGE, type: 'party-changed', role: 'school', from: 'p-head', to: 'p-new' } as const;
    const asked = evolve(chronology, { ...event, asksLater: [{ step: 'ask', round: 1 }] });
    assert.deepEqual(asked.steps[0]?.again, { request: 1 });
  });

  it('that the programme lacks is a fault of ours, named with its programme', () => {
    assert.throws(() => stepOf(SMALL, 'nowhere'), /^Error: Programme invented has no step "nowhere"\.$/);
  });

  it('is chased by a request, a reminder and an overdue notice; a notice, a call and an escalation chase nobody', () => {
    const kinds = ['request', 'reminder', 'overdue', 'notice', 'call', 'escalation'] as const;
    assert.deepEqual(kinds.filter(isChase), ['request', 'reminder', 'overdue']);
  });
});
