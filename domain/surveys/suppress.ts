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

/** Somebody who answered a row, as a split of it sees them. */
export type InSplit = {
  /** Which part of the row they are in by the splits that are shown already; the same for all before the first. */
  readonly part: string;
  /** Their group; null: none is told of them. */
  readonly group: string | null;
  /** Whether they gave the answers that are shown together. */
  readonly gave: boolean;
};

type Counts = { readonly base: number; readonly count: number };

/**
 * The groups of a split that are shown beside the sum of a row and beside the splits that are shown already. A group is one where it is told,
 * and where each part of it that lies in one group of every earlier split has at least ten answers and no 1 to 4 of either kind. All other groups
 * are one lot: at least two of them in each part, with ten answers, five of either kind. Until that is so the smallest group goes to them,
 * and where it cannot be, no group is shown.
 *
 * So whatever is added to what is shown or taken from it, of one split or of several, is of whole parts, and none of these is small. Of three regions with
 * 12 of 20, 15 of 30 and 4 of 25, the third is not shown, and the first goes with it. Two phases of which one has three people in the second region are not
 * shown beside it.
 */
export function shownGroups(answers: readonly InSplit[], isTold: (group: string) => boolean): ReadonlySet<string> {
  const parts = [...Map.groupBy(answers, ({ part }) => part).values()].map(
    (of) => new Map([...Map.groupBy(of, ({ group }) => group)].map(([group, members]) => [group, countsOf(members)] as const)),
  );
  const sizes = new Map([...Map.groupBy(answers, ({ group }) => group)].map(([group, members]) => [group, members.length] as const));
  const isSaid = (group: string) => isTold(group) && parts.every((part) => isSayable(part.get(group)));
  const [shown, hidden] = [new Set<string>(), new Set<string | null>()];
  for (const group of sizes.keys()) {
    if (group !== null && isSaid(group)) shown.add(group);
    else hidden.add(group);
  }
  const size = (group: string) => sizes.get(group) ?? 0;
  const bySize = [...shown].toSorted((one, other) => size(one) - size(other) || (one < other ? -1 : 1));
  while (hidden.size > 0 && !parts.every((part) => isLot([...part].filter(([group]) => hidden.has(group)).map(([, counts]) => counts)))) {
    const next = bySize.shift();
    if (next === undefined) return new Set();
    shown.delete(next);
    hidden.add(next);
  }
  return shown;
}

function countsOf(members: readonly InSplit[]): Counts {
  return { base: members.length, count: members.filter(({ gave }) => gave).length };
}

/** Whether so many of so many may be said; of nobody, they may. */
function isSayable(counts: Counts | undefined): boolean {
  return counts === undefined || (counts.base >= LEAST_BASE && !isSmall(counts.count) && !isSmall(counts.base - counts.count));
}

/** Whether what is left unsaid of a part is enough that nothing follows from it of one group, nor that all of it answered alike. */
function isLot(groups: readonly Counts[]): boolean {
  const [base, count] = [groups.reduce((sum, one) => sum + one.base, 0), groups.reduce((sum, one) => sum + one.count, 0)];
  return groups.length === 0 || (groups.length >= 2 && base >= LEAST_BASE && count >= LEAST_COUNT && base - count >= LEAST_COUNT);
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
