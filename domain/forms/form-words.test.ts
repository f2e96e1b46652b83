import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { field } from '../../tests/kit/programmes.ts';
import { optionLabel, quantityWords, remedyFor, wordsForCondition, wordsForMissing } from './form-words.ts';

const place = (over: Parameters<typeof field>[1]) => {
  const made = field('what', over);
  return { path: 'what', field: made, entry: null } as never as Parameters<typeof remedyFor>[0];
};

describe('words about a field', () => {
  it('ask in a sentence for what a label asks for, and name what it names', () => {
    const missing = (label: string, over: Parameters<typeof field>[1] = {}) =>
      wordsForMissing(place({ kind: 'long-text', label, ...over }));
    assert.equal(missing('Why not'), 'Tell us why not');
    assert.equal(missing('What is missing or wrong'), 'Tell us what is missing or wrong');
    assert.equal(missing('On what grounds'), 'Tell us on what grounds');
    assert.equal(missing('When it was agreed', { kind: 'date' }), 'Tell us when it was agreed');
    assert.equal(missing('What do you need?'), 'Answer “What do you need?”');
    assert.equal(missing('Whole days of support'), 'Enter “Whole days of support”');
    assert.equal(missing('However many there were'), 'Enter “However many there were”');
    assert.equal(missing('Which tier', { kind: 'choice' }), 'Select an answer to “Which tier”');
  });

  it('name its options, and none where it has none', () => {
    assert.match(remedyFor(place({ kind: 'choice', options: [{ id: 'a', label: 'A' }] })), /as one of: a/);
    assert.match(remedyFor(place({ kind: 'choice' })), /as one of: /);
    assert.match(remedyFor(place({ kind: 'choices' })), /as one or more of: /);
  });

  it('call an option by its label, and by its id where nobody gave it one', () => {
    assert.equal(optionLabel(field('ok', { kind: 'yes-no' }), 'yes'), 'Yes');
    assert.equal(optionLabel(field('ok', { kind: 'yes-no' }), 'no'), 'No');
    assert.equal(optionLabel(field('ok', { kind: 'yes-no' }), 'perhaps'), 'perhaps');
    assert.equal(optionLabel(field('ok', { kind: 'choice', options: [{ id: 'a', label: 'First' }] }), 'a'), 'First');
    assert.equal(optionLabel(field('ok', { kind: 'choice' }), 'b'), 'b');
  });

  it('tell a condition by the label of its field, and by its id where nobody knows it', () => {
    const partnership = field('partnership', { kind: 'yes-no', label: 'Trust partnership' });
    assert.equal(
      wordsForCondition({ partnership: ['yes'] }, () => partnership),
      '“Trust partnership” is “Yes”',
    );
    assert.equal(
      wordsForCondition({ gone: ['a', 'b'] }, () => undefined),
      '“gone” is “a” or “b”',
    );
  });

  it('write money in pounds, a date in words and anything else as it is', () => {
    assert.equal(quantityWords('money', '1600000'), '£16,000');
    assert.equal(quantityWords('date', '2022-12-05'), '5 December 2022');
    assert.equal(quantityWords('date', 'soon'), 'soon');
    assert.equal(quantityWords('number', '9'), '9');
  });
});
