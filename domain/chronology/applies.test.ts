import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, field, programmeOf, step } from '../../tests/kit/programmes.ts';
import type { Field } from '../programme.ts';
import { answerFor, answersFor, holds, knownFacts, stepApplies, stepFor } from './applies.ts';

const FACTS = { tier: 'tier-2', days: '10' };
/** The fields that an answer with these has in a deployment with these facts. */
const fieldsOf = (fields: readonly Field[], facts: Readonly<Record<string, string>> = FACTS) =>
  answerFor(answer('yes', { fields }), facts).fields;

describe('a condition on the facts of a deployment', () => {
  it('holds when each fact has one of its values, and always when there is none', () => {
    assert.ok(holds(undefined, {}));
    assert.ok(holds({ tier: ['tier-1', 'tier-2'] }, FACTS));
    assert.ok(!holds({ tier: ['tier-1'] }, FACTS));
    assert.ok(!holds({ tier: ['tier-2'], days: ['5'] }, FACTS));
    assert.ok(!holds({ unknown: ['yes'] }, FACTS));
  });

  it('may ask whether a school or a trust is supported', () => {
    assert.deepEqual(knownFacts({ facts: FACTS, subject: { kind: 'trust' } }), { ...FACTS, subject: 'trust' });
    assert.deepEqual(knownFacts({ facts: FACTS, subject: null }), FACTS);
  });

  it('decides which steps belong to it, and which answers a step has there', () => {
    const only = { when: { tier: ['tier-2'] } };
    const never = { when: { tier: ['tier-3'] } };
    const go = step('go', 'rdp', [answer('yes'), answer('here', only), answer('elsewhere', never)], never);
    const programme = programmeOf(['go'], [go]);
    assert.ok(!stepApplies(programme, 'go', FACTS));
    assert.ok(stepApplies(programme, 'go', { tier: 'tier-3' }));
    assert.ok(stepApplies(programme, 'a-step-of-no-programme', FACTS));
    assert.deepEqual(
      answersFor(go, FACTS).map(({ id }) => id),
      ['yes', 'here'],
    );
    const there = stepFor(go, FACTS);
    assert.equal(there.title, 'go');
    assert.deepEqual(there.answers, answersFor(go, FACTS));
  });
});

describe('a field whose condition', () => {
  it('the facts decide is asked without it, or not at all', () => {
    const fields = [field('always'), field('here', { when: { tier: ['tier-2'] } }), field('elsewhere', { when: { tier: ['tier-3'] } })];
    assert.deepEqual(fieldsOf(fields), [field('always'), field('here')]);
  });

  it('is on another field of the form keeps it, and loses what the facts have decided', () => {
    const when = { agreed: ['yes'], tier: ['tier-2'] };
    assert.deepEqual(fieldsOf([field('on', { when })]), [field('on', { when: { agreed: ['yes'] } })]);
    assert.deepEqual(fieldsOf([field('on', { when: { ...when, tier: ['tier-1'] } })]), []);
  });

  it('stands within a group is judged there, and so is the condition of a total', () => {
    const totals = [
      { of: 'cost', max: '500' },
      { of: 'cost', max: '300', when: { tier: ['tier-3'] } },
      { of: 'cost', max: '400', when: { tier: ['tier-2'] } },
    ];
    const group = field('items', { kind: 'group', fields: [field('cost'), field('why', { when: { tier: ['tier-3'] } })], totals });
    assert.deepEqual(fieldsOf([group]), [
      {
        ...group,
        fields: [field('cost')],
        totals: [
          { of: 'cost', max: '500' },
          { of: 'cost', max: '400' },
        ],
      },
    ]);
  });
});

describe('a field that may be no more than a fact', () => {
  const limited = (over: Partial<Field>) => field('used', { kind: 'number', atMost: 'days', ...over });

  it('has it as its limit, unless its own is lower', () => {
    assert.deepEqual(fieldsOf([limited({})]), [field('used', { kind: 'number', max: '10' })]);
    assert.deepEqual(fieldsOf([limited({ max: '12' })]), [field('used', { kind: 'number', max: '10' })]);
    assert.deepEqual(fieldsOf([limited({ max: '8' })]), [field('used', { kind: 'number', max: '8' })]);
  });

  it('keeps looking at the form where a field has the name of the fact, or where the fact is not known', () => {
    const inForm = [field('days', { kind: 'number' }), field('notes'), limited({})];
    assert.deepEqual(fieldsOf(inForm), inForm);
    assert.deepEqual(fieldsOf([limited({})], {}), [limited({})]);
  });
});
