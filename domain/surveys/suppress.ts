/**
 * Which counts of a live survey stay unsaid, so that nobody can work out what one respondent answered. A published report needs none of it:
 * its figures were printed before.
 */

/** Below this many answers nothing is said of a row, and below this many on either side nothing of an audience. */
export const LEAST_BASE = 10;

/** Counts from one to below this are not said, nor is what they could be worked out from. */
export const LEAST_COUNT = 5;

/** The counts of a row, by option; `net` are the options that are also shown together. */
export type Counted = {
  readonly counts: readonly { readonly id: string; readonly count: number }[];
  readonly base: number;
  readonly net: readonly string[];
  /** Whether somebody may have given several of the answers. */
  readonly multiple: boolean;
};

export type Hidden = { readonly options: ReadonlySet<string>; readonly net: boolean };

/**
 * What is hidden of a row with a large enough base. A count of 1 to 4 is, and as many others, smallest first, as it takes that the hidden
 * ones add up to at least five and are at least two: one alone would follow from the base. Where a net is shown, this holds among its
 * options and among the others. A net is hidden where it, or what is left of the base, is 1 to 4. Where several answers could be given,
 * nothing follows from a sum, and a count is hidden where it or what it leaves of the base is 1 to 4. Nought is shown.
 *
 * Of 20, counts of 12, 5 and 3: the 3 is hidden, and the 5 with it, from which it would follow.
 */
export function hiddenOf({ counts, base, net, multiple }: Counted): Hidden {
  const netted = counts.filter(({ id }) => net.includes(id));
  const others = counts.filter(({ id }) => !net.includes(id));
  const together = netted.reduce((sum, { count }) => sum + count, 0);
  if (multiple) {
    const options = counts.filter(({ count }) => isSmall(count) || isSmall(base - count)).map(({ id }) => id);
    return { options: new Set(options), net: true };
  }
  const netIsHidden = net.length === 0 || isSmall(together) || isSmall(base - together);
  const groups = netIsHidden ? [counts] : [netted, others];
  return { options: new Set(groups.flatMap(hiddenAmong)), net: netIsHidden };
}

/** What was counted of one region: how many gave some answers, of how many who answered. `region` null: responses that tell none. */
export type RegionCount = {
  readonly region: string | null;
  readonly base: number;
  readonly count: number;
  /** Whether at least ten of the region answered, and at least ten did not. */
  readonly told: boolean;
};

/**
 * The regions of a row that are not shown, where the sum of all is: each that is not told, that fewer than ten answered, or in which 1 to 4 gave
 * these answers or gave others. One alone would follow from the sum, and so would all of it if everybody or nobody who is hidden gave these answers. So
 * the next smallest are hidden with them until at least two regions are, with at least ten answers, five of them these and five of them others.
 * All are hidden where that cannot be.
 *
 * Of three regions with 12 of 20, 15 of 30 and 4 of 25, the third is hidden, and the first with it.
 */
export function hiddenRegions(groups: readonly RegionCount[]): ReadonlySet<string | null> {
  const answered = groups.filter(({ base }) => base > 0);
  const isSaid = ({ region, base, count, told }: RegionCount) =>
    region !== null && told && base >= LEAST_BASE && !isSmall(count) && !isSmall(base - count);
  const hidden = answered.filter((group) => !isSaid(group));
  const rest = answered.filter(isSaid).toSorted((one, other) => one.base - other.base);
  const sum = (of: (group: RegionCount) => number) => hidden.reduce((all, group) => all + of(group), 0);
  const enough = () =>
    hidden.length >= 2 &&
    sum(({ base }) => base) >= LEAST_BASE &&
    sum(({ count }) => count) >= LEAST_COUNT &&
    sum(({ base, count }) => base - count) >= LEAST_COUNT;
  while (hidden.length > 0 && !enough()) {
    const next = rest.shift();
    if (next === undefined) return new Set(groups.map(({ region }) => region));
    hidden.push(next);
  }
  return new Set([...hidden, ...groups.filter(({ base }) => base === 0)].map(({ region }) => region));
}

/**
 * Whether the count of several codes together is hidden, where an answer may have several. It is where it or what it leaves of the base is 1 to 4, and where
 * it is 1 to 4 more than a count that is shown of one of them: so many have only the others.
 *
 * Of 30, with 12 shown for one code and 14 for a theme of it and another: two have the other alone, and the 14 is hidden.
 */
export function isHiddenTogether(together: number, base: number, shown: readonly number[]): boolean {
  return isSmall(together) || isSmall(base - together) || shown.some((count) => isSmall(together - count));
}

/** Whether so few are neither nobody nor enough. */
function isSmall(count: number): boolean {
  return count > 0 && count < LEAST_COUNT;
}

/** The ids that are hidden where the sum of all is known. */
function hiddenAmong(counts: Counted['counts']): readonly string[] {
  const hidden = counts.filter(({ count }) => isSmall(count));
  const rest = counts.filter(({ count }) => count >= LEAST_COUNT).toSorted((one, other) => one.count - other.count);
  const enough = () => hidden.length >= 2 && hidden.reduce((sum, { count }) => sum + count, 0) >= LEAST_COUNT;
  while (hidden.length > 0 && !enough()) {
    const next = rest.shift();
    if (next === undefined) return counts.map(({ id }) => id);
    hidden.push(next);
  }
  return hidden.map(({ id }) => id);
}
