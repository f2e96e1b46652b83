/**
 * The words for shares that reports may use, and nothing else. The evaluation says "most" and "a few" without saying of how many; here each
 * word has its bounds. The scale is ours.
 */
export const QUANTIFIERS = [
  { word: 'none', upTo: 0, words: 'none' },
  { word: 'a few', upTo: 0.2, words: 'more than none, at most 20%' },
  { word: 'some', upTo: 0.4, words: 'more than 20%, at most 40%' },
  { word: 'about half', upTo: 0.6, words: 'more than 40%, at most 60%' },
  { word: 'most', upTo: 0.9, words: 'more than 60%, at most 90%' },
  { word: 'nearly all', upTo: 1, words: 'more than 90%, but not all' },
  { word: 'all', upTo: 1, words: 'all' },
] as const;
export type Quantifier = (typeof QUANTIFIERS)[number]['word'];

/** Of fewer than these a share says little: the report gives the numbers alone. */
const FEWEST_FOR_A_WORD = 10;

/**
 * The word for so many of so many; null of fewer than ten. 14 of 15 is "nearly all", 9 of 15 "about half" (60%), 15 of 15 "all".
 * @param count a whole number, at most `base`
 */
export function quantifier(count: number, base: number): Quantifier | null {
  if (count < 0 || count > base) throw new RangeError(`${count} is not a part of ${base}.`);
  if (base < FEWEST_FOR_A_WORD) return null;
  if (count === base) return 'all';
  // Compared as whole numbers: 3 of 15 is exactly 20%.
  return QUANTIFIERS.find(({ upTo }) => count * 10 <= Math.round(upTo * 10) * base)?.word ?? 'nearly all';
}
