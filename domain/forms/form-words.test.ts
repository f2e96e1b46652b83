import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { field } from '../../tests/kit/programmes.ts';
import type { Field } from '../programme.ts';
import { nameOfEntry, optionLabel, quantityWords, remedyFor, wordsForCondition, wordsForMalformed, wordsForMissing } from './form-words.ts';

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

  it('say for each kind what is missing, what is wrong and what would be taken', () => {
    const options = [
      { id: 'a', label: 'A' },
      { id: 'b', label: 'B' },
    ];
    const words = (kind: Field['kind'], value = '', decimals = 0) => {
      const at = { ...place({ kind, label: 'It', options, decimals }), value };
      return [wordsForMissing(at), wordsForMalformed(at), remedyFor(at)];
    };
    assert.deepEqual(words('yes-no'), ['Select yes or no for “It”', 'Select yes or no for “It”', 'Give what as yes or no.']);
    assert.deepEqual(words('choice', 'z'), ['Select an answer to “It”', '“It” has no answer “z”', 'Give what as one of: a, b.']);
    assert.deepEqual(words('choices', 'z\na'), [
      'Select at least one answer to “It”',
      '“It” has no answer “z, a”',
      'Give what as one or more of: a, b.',
    ]);
    assert.deepEqual(words('money'), [
      'Enter “It”, in pounds',
      '“It” must be an amount of money, like 1,600 or 1,600.50',
      'Give what in pounds, for example 1,600.50.',
    ]);
    assert.deepEqual(words('number'), ['Enter “It”', '“It” must be a whole number, like 9', 'Give what as a whole number, like 9.']);
    assert.match(words('number', '', 1)[1] ?? '', /a number with at most 1 decimal place, like 9\.5$/);
    assert.match(words('number', '', 2)[1] ?? '', /a number with at most 2 decimal places, like 9\.5$/);
    assert.deepEqual(words('files'), [
      'Enter the names of the files for “It”',
      '“It” must be names of files, one on each line, like costs.xlsx',
      'Give what as names of files, one on each line.',
    ]);
    assert.deepEqual(words('declaration'), [
      'Enter your full name to sign “It”',
      '“It” must be signed with your full name',
      'Give what as the full name of whoever signs.',
    ]);
    assert.deepEqual(words('date', 'soon'), ['Enter “It”', '“It” must be a real date', 'Give what as YYYY-MM-DD, for example 2022-12-05.']);
    assert.equal(words('person')[2], 'Give what as the contact id or e-mail address of a person.');
    assert.deepEqual(words('text').slice(1), ['“It” must be one line', 'Give what.']);
  });

  it('say what a day lacks', () => {
    const about = (value: string) => wordsForMalformed({ ...place({ kind: 'date', label: 'On' }), value });
    assert.deepEqual(['-00-00', '12022-12-05', 'x2022-12-05', '2022-13-05', '5 December'].map(about), [
      '“On” must include a day and a month and a year',
      '“On” must have a year of 4 numbers',
      '“On” must have a year of 4 numbers',
      '“On” must be a real date',
      '“On” must be a real date',
    ]);
  });

  it('tell several conditions, and call an entry by its name', () => {
    assert.equal(
      wordsForCondition({ one: ['a'], two: ['b'] }, () => undefined),
      '“one” is “a” and “two” is “b”',
    );
    assert.deepEqual(
      [nameOfEntry(field('g', { kind: 'group', entry: 'visit' })), nameOfEntry(field('g', { kind: 'group' }))],
      ['visit', 'entry'],
    );
  });
});
