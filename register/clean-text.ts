/**
 * Control characters, line separators, and marks that change the direction of writing. None of them belongs in a line
 * of an e-mail.
 */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]/gu;

/** Trims the text and collapses blanks inside it. Line breaks and tabs are left for `isPrintable` to find. */
export function withoutBlanks(text: string): string {
  return text.replaceAll(/[ \u00a0]+/g, ' ').replaceAll(/^ | $/g, '');
}

/** Whether a text is one line of printable characters. */
export function isPrintable(text: string): boolean {
  return text.search(UNPRINTABLE) === -1;
}

/** The text with a blank in place of everything that cannot be printed. */
export function asPrintable(text: string): string {
  return text.replaceAll(UNPRINTABLE, ' ');
}

/** The telephone number with the leading 0 that spreadsheets and the register leave off: "1632960001" is "01632960001". */
export function telephoneNumber(text: string): string {
  return /^[1-9]\d{8,9}$/.test(text) ? `0${text}` : text;
}
