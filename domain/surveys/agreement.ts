/** How far two people who coded the same answers, each without the other's codes, agree. Pure arithmetic on what each gave. */

/** The codes that each of two coders gave one answer. No code at all is a judgement too. */
export type CodedTwice = { readonly one: readonly string[]; readonly other: readonly string[] };

export type Agreement = {
  readonly code: string;
  /** The share of answers on which both said the same of this code, from 0 to 1. */
  readonly agreed: number;
  /**
   * Cohen's kappa: how far they agree beyond what two coders who gave the code as often, by chance, would have. 1 is full agreement, 0 is
   * chance, and below it is less than chance. Null where chance alone would have them agree on everything, as on a code that neither ever gave.
   */
  readonly kappa: number | null;
};

/**
 * The agreement on one code, or on whether any code of a theme fits (`any`, by the theme’s id). Throws where nothing was coded. In whole numbers until the last division.
 *
 * Of 50 answers, 20 were given the code by both, 5 by the one alone, 10 by the other alone and 15 by neither: they agree on 35 of 50, 70%;
 * by chance it would be 50%; kappa is 0.4.
 */
export function agreementOn(code: string, answers: readonly CodedTwice[], any: readonly string[] = [code]): Agreement {
  const all = answers.length;
  if (all === 0) throw new RangeError('Nothing was coded.');
  const counts = { both: 0, one: 0, other: 0, neither: 0 };
  for (const { one, other } of answers) {
    const [a, b] = [one, other].map((given) => any.some((each) => given.includes(each)));
    counts[a ? (b ? 'both' : 'one') : b ? 'other' : 'neither'] += 1;
  }
  const { both, one, other, neither } = counts;
  const same = both + neither;
  const byChance = (both + one) * (both + other) + (other + neither) * (one + neither);
  return { code, agreed: same / all, kappa: byChance === all * all ? null : (all * same - byChance) / (all * all - byChance) };
}

/** Whether two coders gave an answer the same codes, in whatever order. */
export function isAgreed({ one, other }: CodedTwice): boolean {
  const [a, b] = [new Set(one), new Set(other)];
  return a.size === b.size && [...a].every((code) => b.has(code));
}
