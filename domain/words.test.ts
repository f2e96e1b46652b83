import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { capitalised, inWords, lowerFirst, ordinal, times } from './words.ts';

describe('small parts of English', () => {
  it('a list ends with “and”, and has no comma before it', () => {
    assert.equal(inWords([]), '');
    assert.equal(inWords(['Jo Head']), 'Jo Head');
    assert.equal(inWords(['Jo Head', 'Sam Okafor']), 'Jo Head and Sam Okafor');
    assert.equal(inWords(['A', 'B', 'C']), 'A, B and C');
  });

  it('an ordinal is a word up to the sixth, and a number after it', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 12].map(ordinal), ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', '7th', '12th']);
    assert.deepEqual([1, 2, 3].map(times), ['once', 'twice', '3 times']);
  });

  it('only the first letter of a name is made large or small', () => {
    assert.equal(capitalised('system leader'), 'System leader');
    assert.equal(lowerFirst('Overdue Notice'), 'overdue Notice');
  });
});
