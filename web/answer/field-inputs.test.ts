import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Answer, Field } from '../../domain/programme.ts';
import { answerChoices, hasConditions } from './field-inputs.ts';

const PLAIN = { hint: null, required: true, names: null, records: null } as const;
const field = (id: string, more: Partial<Field> = {}): Field => ({ id, label: `The ${id}`, kind: 'text', ...PLAIN, ...more });
const answerOf = (id: string, fields: readonly Field[]): Answer => ({
  id,
  label: id,
  fields,
  opens: [],
  closes: [],
  ends: null,
  records: [],
});

const TRAINING = [field('trains', { kind: 'yes-no' }), field('whom', { when: { trains: ['yes'], tier: ['2', '3'] } })];
const SENT = answerOf('sent', [
  field('title'),
  field('tier', { kind: 'choice', options: ['1', '2', '3'].map((id) => ({ id, label: `Tier ${id}` })) }),
  field('partnership', { kind: 'yes-no' }),
  field('partner', { when: { partnership: ['yes'] } }),
  field('interventions', { kind: 'group', fields: TRAINING }),
]);
const REFUSED = answerOf('refused', [field('why')]);

describe('what of a form is asked only sometimes', () => {
  const [title, , , partner, group] = answerChoices([SENT, REFUSED], '', {}, [])[0]?.fields ?? [];

  it('is told in words before the label, and to the script by the inputs of this page', () => {
    assert.deepEqual([partner?.condition, partner?.label], ['If yes: ', 'The partner']);
    assert.deepEqual(partner?.when, { 'sent-partnership': ['yes'] });
  });

  it('hangs on the inputs of its own entry inside a group, and otherwise on those of the form', () => {
    const whom = group?.entries[0]?.fields[1];
    assert.equal(whom?.name, 'sent-interventions.1.whom');
    assert.deepEqual(whom.when, { 'sent-interventions.1.trains': ['yes'], 'sent-tier': ['2', '3'] });
  });

  it('is nothing where everything is always asked', () => {
    assert.deepEqual([title?.condition, title?.when], ['', null]);
    const conditionsOf = (...answers: readonly Answer[]) => hasConditions(answerChoices(answers, '', {}, []));
    assert.equal(conditionsOf(REFUSED), false);
    assert.equal(conditionsOf(SENT), true, 'a field with a condition');
    assert.equal(conditionsOf(REFUSED, answerOf('yes', [])), true, 'the fields of one of several answers');
    assert.equal(conditionsOf(answerOf('one', [field('whole', { kind: 'group', fields: TRAINING })])), true, 'inside a group');
  });
});
