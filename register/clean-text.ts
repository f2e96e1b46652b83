import { showsNothing, unseenIn, withoutUnseen } from '../domain/unseen-characters.ts';

/** Control characters, line separators and what stands for a character that was lost. None belongs in a line of an e-mail. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\ufffd]/gu;

/**
 * Trims the text and collapses blanks inside it; empty when nothing of it can be seen. Line breaks and tabs inside it are left for
 * `unprintableIn` to find.
 */
export function withoutBlanks(text: string): string {
  if (showsNothing(text)) return '';
  return text.replaceAll(/[ \u00a0]+/g, ' ').replaceAll(/^ | $/g, '');
}

/**
 * What keeps a text from being one line of characters that can be seen: `a line break or another character that cannot be
 * printed`, `a zero-width space (U+200B) after “c.mills”`. Undefined when nothing does.
 */
export function unprintableIn(text: string): string | undefined {
  return text.search(UNPRINTABLE) === -1 ? unseenIn(text) : 'a line break or another character that cannot be printed';
}

/** The text with a blank in place of everything that cannot be printed, and without what cannot be seen. */
export function asPrintable(text: string): string {
  return withoutUnseen(text.replaceAll(UNPRINTABLE, ' '));
}

/** The telephone number with the leading 0 that spreadsheets and the register leave off: "1632960001" is "01632960001". */
export function telephoneNumber(text: string): string {
  return /^[1-9]\d{8,9}$/.test(text) ? `0${text}` : text;
}
