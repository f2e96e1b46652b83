/**
 * The widths of Arial's letters in thousandths of the font size, grouped by width. A letter not listed here has the
 * most common width.
 */
const WIDTHS: readonly (readonly [letters: string, width: number])[] = [
  ["ijl|'‘’", 222],
  ['ftI \u00a0.,:;!/[]\\', 278],
  ['r-()“”"', 355],
  ['ckJsvxyz', 500],
  ['FTZ', 611],
  ['ABEKPSVXY&', 667],
  ['CDHNRUw', 722],
  ['GOQ', 778],
  ['mM%', 889],
  ['W—…@', 1000],
];
const MOST_WIDTH = 556;
const WIDTH_OF = new Map(WIDTHS.flatMap(([letters, width]) => Array.from(letters).map((letter) => [letter, width])));

/**
 * A text in as few lines as it needs, each within `room` units when set in Arial of that size. Nothing is left out. A
 * word that is wider than a line continues on the next; a no-break space keeps two words together.
 */
export function linesWithin(text: string, size: number, room: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \t\r\n]+/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer, size) <= room) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    const parts = partsOf(word, size, room);
    lines.push(...parts.slice(0, -1));
    line = parts.at(-1) ?? '';
  }
  return [...lines, line];
}

/** How wide a text is when it is set in Arial of that size, in the same units. */
export function widthOf(text: string, size: number): number {
  return (Array.from(text).reduce((sum, letter) => sum + (WIDTH_OF.get(letter) ?? MOST_WIDTH), 0) * size) / 1000;
}

function partsOf(word: string, size: number, room: number): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const letter of word) {
    if (part !== '' && widthOf(part + letter, size) > room) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part];
}
