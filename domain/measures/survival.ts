/** How many were followed for so many days, and whether the time ended with what is waited for or is only known to be longer. */
export type Followed = { readonly days: number; readonly count: number; readonly ended: boolean };

/** A share that differs by less is the same: products of fractions are not exact. */
const EXACT = 1e-9;

/**
 * The days within which a share of those who are followed is done, by Kaplan and Meier. Whoever is still waited for counts as long as they
 * have been followed, instead of being left out, which would make slow ones look fast. Null when so many are not done within the time that
 * was followed. On one day those that are done come before those that are followed no longer.
 *
 * Four requests, answered after 2 and 4 days, open for 3 and for 9: after 2 days 3/4 are still open, after 4 days half of
 * them (one of the two that were followed so long). Half are answered within 4 days, nine of ten within a time that is not known.
 * @param share greater than 0 and at most 1: 0.5 asks for the median
 */
export function daysUntilDone(followed: readonly Followed[], share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share is more than 0 and at most 1, not ${share}.`);
  const byDay = new Map<number, { done: number; left: number }>();
  for (const { days, count, ended } of followed) {
    const { done, left } = byDay.get(days) ?? { done: 0, left: 0 };
    byDay.set(days, { done: done + (ended ? count : 0), left: left + count });
  }
  let atRisk = followed.reduce((sum, { count }) => sum + count, 0);
  let open = 1;
  for (const [days, { done, left }] of [...byDay].toSorted(([one], [other]) => one - other)) {
    if (done > 0) open *= (atRisk - done) / atRisk;
    if (done > 0 && open <= 1 - share + EXACT) return days;
    atRisk -= left;
  }
  return null;
}
