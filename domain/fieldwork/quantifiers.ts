/**
 * The words that stand for a share, each from this share on: three of four is "Most". A page or file says nothing else of a share in
 * words, and shows this scale. It is ours: the evaluation says "most" and "a few" without saying of how many.
 */
const QUANTIFIERS = [
  { word: 'All', from: 1 },
  { word: 'Most', from: 0.6 },
  { word: 'About half', from: 0.4 },
  { word: 'Some', from: 0.2 },
  { word: 'A few', from: 0 },
] as const;

/** Of fewer answers than this no share is put into words. */
const LEAST_FOR_WORDS = 5;

/**
 * The word for `count` of `base`: 8 of 28 is "Some", 21 of 28 "Most", none "None". Null with fewer than five answers: three of three is no
 * "All".
 */
export function quantifier(count: number, base: number): string | null {
  if (base < LEAST_FOR_WORDS) return null;
  if (count === 0) return 'None';
  return QUANTIFIERS.find(({ from }) => count >= from * base)?.word ?? null;
}

/** The scale, as it stands beside a matrix. */
export const SCALE_WORDS =
  '“All” means every answer, “most” 60% or more, “about half” 40% or more, “some” 20% or more, and “a few” fewer than that. Where fewer than 5 people answered, only the count is given.';
