import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { formProgramme } from '../../tests/support/form-programme.ts';
import { answerChoices, hasConditions } from './field-inputs.ts';

const answers = formProgramme().steps['plan']?.answers ?? [];
const [sent, refused] = answers;

describe('what of a form is asked only sometimes', () => {
  const fields = answerChoices(answers, '', {}, [])[0]?.fields ?? [];
  const inside = fields.find(({ kind }) => kind === 'group')?.entries[0]?.fields ?? [];

  it('is told in words before the label, and to the script by the inputs of this page', () => {
    const partner = fields.find(({ name }) => name === 'sent-partner');
    assert.deepEqual([partner?.condition, partner?.label], ['If yes: ', 'With which trust']);
    assert.deepEqual(partner?.when, { 'sent-partnership': ['yes'] });
  });

  it('hangs on the input of its own entry, inside a group', () => {
    const whom = inside.find(({ name }) => name === 'sent-interventions.1.whom');
    assert.deepEqual(whom?.when, { 'sent-interventions.1.trains': ['yes'] });
  });

  it('is nothing where everything is always asked', () => {
    assert.deepEqual([fields[0]?.condition, fields[0]?.when], ['', null]);
    assert.ok(sent && refused);
    assert.equal(hasConditions(answerChoices([refused], '', {}, [])), false);
    assert.equal(hasConditions(answerChoices([sent], '', {}, [])), true, 'a field with a condition');
    assert.equal(hasConditions(answerChoices([refused, { ...refused, id: 'other' }], '', {}, [])), true, 'fields of several answers');
  });
});
