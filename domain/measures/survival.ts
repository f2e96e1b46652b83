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
 * them, 3/8 of all. Half are answered within 4 days, nine of ten within a time that is not known.
 * @param share greater than 0 and at most 1: 0.5 asks for the median
 */
export function daysUntilDone(followed: readonly Followed[], share: number): number | null {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share is more than 0 and at most 1, not ${share}.`);
  for (const { days, open } of survival(followed)) if (open <= 1 - share + EXACT) return days;
  return null;
}

/**
 * The share that is still waited for after so many days, by the same estimate: 1 before anything is done. Of the four requests above 3/4 are open after
 * 3 days and 3/8 after 4. What is not followed so long is estimated by the last that is known.
 */
export function shareStillOpen(followed: readonly Followed[], days: number): number {
  return [...survival(followed)].findLast((point) => point.days <= days)?.open ?? 1;
}

/**
 * Those who were waited for longer than so many days. What is estimated from them is what may be expected of somebody who has not answered
 * for so long: who has been silent for three weeks is not asked to be as quick as the average.
 */
export function waitedLonger(followed: readonly Followed[], days: number): readonly Followed[] {
  return followed.filter((one) => one.days > days);
}

/** The share that is open after each day on which something was done, in the order of the days. */
function* survival(followed: readonly Followed[]): Generator<{ readonly days: number; readonly open: number }> {
  const byDay = new Map<number, { done: number; left: number }>();
  for (const { days, count, ended } of followed) {
    const { done, left } = byDay.get(days) ?? { done: 0, left: 0 };
    byDay.set(days, { done: done + (ended ? count : 0), left: left + count });
  }
  let atRisk = followed.reduce((sum, { count }) => sum + count, 0);
  let open = 1;
  for (const [days, { done, left }] of [...byDay].toSorted(([one], [other]) => one - other)) {
    if (done > 0) yield { days, open: (open *= (atRisk - done) / atRisk) };
    atRisk -= left;
  }
}
