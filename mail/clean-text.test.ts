import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { oneLine, paragraphsOf } from './clean-text.ts';

/** Characters of names and letters, and those that are cleaned away. */
const CHARACTERS = [
  ...Array.from("abZ09 ,.-'@&éÖßłğ–—‘’“”•…"),
  '\u00AD',
  '\u00A0',
  '\u2009',
  '\u3000',
  '\t',
  '\r',
  '\n',
  '\u0000',
  '\u0085',
  '\u009F',
];
const TURNING = ['\u2028', '\u2029', '\u061C', '\u200E', '\u202E', '\u2066', '\uFEFF', '\uD800', '日', '😀'];
const texts = fc.string({
  unit: fc.oneof({ weight: 4, arbitrary: fc.constantFrom('a', ' ', 'é', '’') }, fc.constantFrom(...CHARACTERS, ...TURNING)),
  maxLength: 30,
});
const sentences = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', 'é', '’', '–'), maxLength: 30 });

/** What a character becomes in one line, by its code. */
function cleaned(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x61c || code === 0x200e || code === 0x200f || code === 0xfeff) return '';
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return '';
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return ' ';
  return code >= 0xd800 && code <= 0xdfff ? '\uFFFD' : character;
}

const cleanedWords = (text: string) =>
  Array.from(text, cleaned)
    .join('')
    .split(/\s/u)
    .filter((word) => word !== '');

describe('a text in a letter', () => {
  it('is one line of words with one space between them, without what controls or turns it', () => {
    fc.assert(
      fc.property(fc.oneof(texts, sentences), (text) => {
        assert.equal(oneLine(text), cleanedWords(text).join(' '));
      }),
      { numRuns: 3_000 },
    );
  });

  it('has its paragraphs where a line is empty, each as one line', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(texts, sentences), { maxLength: 4 }), (parts) => {
        const ownLines = parts.map((part) => part.replaceAll(/[\r\n\u0085\u2028\u2029]/gu, ' '));
        const expected = ownLines.map((part) => cleanedWords(part).join(' ')).filter((part) => part !== '');
        assert.deepEqual(paragraphsOf(ownLines.join('\n\n')), expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
