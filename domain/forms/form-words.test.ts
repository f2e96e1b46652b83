import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { field } from '../../tests/kit/programmes.ts';
import { optionLabel, quantityWords, remedyFor, wordsForCondition } from './form-words.ts';

const place = (over: Parameters<typeof field>[1]) => {
  const made = field('what', over);
  return { path: 'what', field: made, entry: null } as never as Parameters<typeof remedyFor>[0];
};

describe('words about a field', () => {
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
