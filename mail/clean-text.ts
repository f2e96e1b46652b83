/** The byte order mark and characters that change the direction of writing: they can make one text read as another. */
const DECEIVING = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;
const CONTROL = /\p{Cc}/gu;
const CONTROL_BUT_LINES = /[^\P{Cc}\n]/gu;
/**
 * A character that may have to be cleaned, or white space that is to be one space, or none at an end: anything but the letters and signs of most texts with
 * single spaces between them. Among them are letters with accents, dashes, “quotation marks”, bullets and ellipses.
 */
const UNCLEAN = /[^ -~\u00A1-\u024F\u2010-\u2015\u2018-\u201F\u2022\u2026]|^ | {2}| $/u;
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/gu;

/** A text that may stand in a header or a heading: one line, no control characters, nothing that turns its direction. */
export function oneLine(text: string): string {
  // Most texts are clean, and a letter cleans a hundred.
  if (!UNCLEAN.test(text)) return text;
  return text.toWellFormed().replace(LINE_ENDS, ' ').replace(DECEIVING, '').replace(CONTROL, ' ').replace(/\s+/gu, ' ').trim();
}

/** A text that may stand in a letter: its paragraphs are kept, everything else is cleaned as in `oneLine`. */
export function paragraphsOf(text: string): readonly string[] {
  if (!UNCLEAN.test(text)) return text === '' ? [] : [text];
  return text
    .toWellFormed()
    .replace(LINE_ENDS, '\n')
    .replace(CONTROL_BUT_LINES, ' ')
    .split(/\n\s*\n/u)
    .map(oneLine)
    .filter((paragraph) => paragraph !== '');
}
