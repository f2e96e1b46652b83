/**
 * Characters that show nothing and stay behind when text is copied: zero-width spaces, soft hyphens, marks of the direction of
 * writing, a byte order mark inside a text, fillers. People cannot see them, so a text of nothing else is empty, and where one
 * makes a value wrong the message must name it.
 */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u;
const ALL_UNSEEN = new RegExp(UNSEEN, 'gu');

const NAMES: Readonly<Record<string, string>> = {
  '\u00ad': 'a soft hyphen',
  '\u061c': 'an Arabic letter mark',
  '\u200b': 'a zero-width space',
  '\u200c': 'a zero-width non-joiner',
  '\u200d': 'a zero-width joiner',
  '\u200e': 'a left-to-right mark',
  '\u200f': 'a right-to-left mark',
  '\u2060': 'a word joiner',
  '\u2800': 'an empty Braille pattern',
  '\ufeff': 'a byte order mark',
};

/** Whether a text has nothing that anybody could see: no letter, digit, sign or picture. */
export function showsNothing(text: string): boolean {
  return text.replaceAll(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/gu, '') === '';
}

/** What somebody typed, with line ends as \n whatever their machine makes of them, and without blanks before and after it. */
export function plainLines(text: string): string {
  return text.replaceAll(/\r\n?/gu, '\n').trim();
}

/** The text without the characters that show nothing; for values such as dates and numbers, in which they mean nothing. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(ALL_UNSEEN, '');
}

/**
 * Names the first character of a text that nobody can see: `a zero-width space (U+200B) after “c.mills”`. Undefined when there
 * is none.
 */
export function unseenIn(text: string): string | undefined {
  const at = text.search(UNSEEN);
  if (at < 0) return undefined;
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const before = text.slice(Math.max(0, at - 40), at).trim();
  const where = before === '' ? 'at its beginning' : `after “${at > 40 ? '…' : ''}${before}”`;
  return `${NAMES[character] ?? 'a character that cannot be seen'} (U+${code}) ${where}`;
}

/** A sentence that says which character nobody can see is in the way; empty when there is none. */
export function unseenSentence(text: string): string {
  const unseen = unseenIn(text);
  return unseen === undefined ? '' : `There is ${unseen}, which cannot be seen: delete it, or type it all again.`;
}
