/** Whole percentages as all reports give them: a half upwards, and never forced to add up to 100. */

/**
 * A count as a whole per cent of its base, a half upwards: 1 of 8 is 13. In whole numbers, so that no half is lost to a binary fraction.
 * Throws for a base of nought, of which nothing is a share.
 */
export function percentOf(count: number, base: number): number {
  if (base <= 0) throw new RangeError(`Nothing is a share of ${base}.`);
  return Math.floor((200 * count + base) / (2 * base));
}

/** A share that is worked out and no count of a base, as a whole per cent, a half upwards: 0.125 is 13. */
export function percentOfShare(share: number): number {
  return Math.floor(share * 100 + 0.5);
}
