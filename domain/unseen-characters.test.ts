import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainLines, showsNothing, unseenIn, unseenSentence, withoutUnseen } from './unseen-characters.ts';

describe('a text that shows nothing', () => {
  it('is one of zero-width spaces, soft hyphens, marks of direction, a byte order mark or fillers, with blanks or without', () => {
    for (const text of [
      '',
      ' ',
      '\u200b',
      '\u00ad\u00ad',
      ' \u200e\u202a\u2069 ',
      '\ufeff',
      '\u2060\n',
      '\u3164',
      '\u2800',
      '\u00a0\u180e',
    ]) {
      assert.equal(showsNothing(text), true, JSON.stringify(text));
    }
  });

  it('is not one with a letter, a sign or a picture among them', () => {
    for (const text of ['a\u200b', '.', '\u200b—', '👩‍🏫', 'é', '\u064a']) assert.equal(showsNothing(text), false, JSON.stringify(text));
  });
});

it('line ends of every machine are one kind, and blanks around a text go', () => {
  assert.equal(plainLines(' \r\nOne\r\ntwo\rthree\n\nfour \t\r'), 'One\ntwo\nthree\n\nfour');
});

it('a character that cannot be seen is named in a sentence that says how to be rid of it', () => {
  assert.equal(
    unseenSentence('\ufeff990001'),
    'There is a byte order mark (U+FEFF) at its beginning, which cannot be seen: delete it, or type it all again.',
  );
});

describe('the name of a character that cannot be seen', () => {
  it('says which it is and what stands before it', () => {
    assert.equal(unseenIn('c.mills\u200b@delivery.example'), 'a zero-width space (U+200B) after “c.mills”');
    assert.equal(unseenIn('\ufeff990001'), 'a byte order mark (U+FEFF) at its beginning');
    assert.equal(unseenIn('2022-12-05\u200e'), 'a left-to-right mark (U+200E) after “2022-12-05”');
    assert.equal(unseenIn(`${'long '.repeat(20)}\u00ad`), `a soft hyphen (U+00AD) after “…${'long '.repeat(8).trim()}”`);
    assert.equal(unseenIn(`${'a'.repeat(40)}\u00ad`), `a soft hyphen (U+00AD) after “${'a'.repeat(40)}”`);
    assert.equal(unseenIn('x\u{e0041}'), 'a character that cannot be seen (U+E0041) after “x”');
  });

  it('is none where every character can be seen', () => {
    for (const text of ['', 'Zoë O’Neill, "Zo", d\'Arcy', 'École', '5 December 2022']) assert.equal(unseenIn(text), undefined);
    assert.equal(unseenSentence('c.mills@delivery.example'), '');
  });
});

it('a text without them is what was meant', () => {
  assert.equal(withoutUnseen('\u200e5/12/2022\u200e'), '5/12/2022');
});
