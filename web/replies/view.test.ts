import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { firstWords } from './view.ts';

describe('the first words of an e-mail', () => {
  it('are those of the whole text, however long it is and whatever spaces it begins with', () => {
    const part = fc.constantFrom('a', 'Thank you ', '👋', ' '.repeat(300), '\n');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 400 }), (parts) => {
        const words = parts.join('');
        const signs = Array.from(words.replaceAll(/\s+/gu, ' '));
        const expected = signs.length <= 200 ? signs.join('') : `${signs.slice(0, 200).join('').trimEnd()}…`;
        assert.equal(firstWords({ words, subject: '' }), expected);
      }),
    );
  });
});
