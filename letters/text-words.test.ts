import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { letterOfKind } from '../tests/kit/letters.ts';
import { isReservedNumber, textNumber } from './text-number.ts';
import { inGsm, MOST_SEPTETS, septetsOf, textWords } from './text-words.ts';

describe('the number of a text message', () => {
  it.each([
    ['07700 900123', '07700900123'],
    ['+44 7700 900123', '07700900123'],
    ['+44 (0)7700 900123', '07700900123'],
    ['0044 7700 900123', '07700900123'],
    ['07624 123456', '07624123456'],
    ['01632 960001', null],
    ['07700 900123 ext 4', null],
    ['070 1234 5678', null],
    ['07600 123456', null],
    ['07700 90012', null],
    ['+33 7 12 34 56 78', null],
    ['', null],
    [null, null],
  ])('of “%s” is %s', (given, number) => {
    assert.equal(textNumber(given), number);
  });

  it('is one that no telephone has only in the range that is kept for plays', () => {
    assert.deepEqual(['07700900000', '07700900999', '07700901000', '07712345678'].map(isReservedNumber), [true, true, false, false]);
  });
});

describe('the words of a text message', () => {
  it('name the step, the school, the day and the link', () => {
    const letter = letterOfKind('reminder');
    assert.equal(
      textWords(letter),
      `Confirm participation (Hillcrest Primary School) is due by 30 November 2022. Answer here: ${letter.link}`,
    );
    assert.match(textWords(letterOfKind('overdue')), /was due on/u);
    assert.match(textWords({ ...letter, link: null }), /Please answer the e-mail that we have sent you\.$/u);
  });

  it('are in the alphabet of text messages', () => {
    assert.equal(inGsm('Siân’s “School” – Łódź…'), 'Sian\'s "School" - ?odz...');
  });

  it('never take more than two fragments, and never lose the link', () => {
    const letter = letterOfKind('request');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 }), (title, subject) => {
        const words = textWords({ ...letter, step: { ...letter.step, title }, deployment: { ...letter.deployment, subject } });
        assert.ok(septetsOf(words) <= MOST_SEPTETS, words);
        assert.equal(words, inGsm(words));
        assert.ok(words.endsWith(`Answer here: ${letter.link}`));
      }),
    );
  });
});
