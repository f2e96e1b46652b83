/** How sure a percentage of a survey is, if those who answered are taken for a random part of those who were asked. Off unless asked for. */

/** Which interval is given beside a percentage: none, Wilson’s, or Wilson’s for a part of a finite population. */
export const INTERVAL_RULES = ['none', 'wilson', 'wilson-finite'] as const;
export type IntervalRule = (typeof INTERVAL_RULES)[number];

/** From and to, in per cent to one decimal, with 95% confidence. */
export type Interval = { readonly low: number; readonly high: number };

/** The quantile of the normal distribution that leaves 2.5% above it. */
const Z = 1.959963984540054;

/**
 * The interval of a share with 95% confidence, by Wilson’s score. `asked` is how many the answers are a part of, for the finite
 * population correction: z is multiplied by √((asked − base) ÷ (asked − 1)), so that the interval is nothing but the share once all have answered. Null
 * where none is asked for, of a base of nought, and where a correction is asked for and nobody knows of how many. A base can be larger than the number
 * asked, since people say themselves which roles they have: all of them have answered then.
 *
 * 81 of 263: 25.5% to 36.6%.
 */
export function intervalOf(count: number, base: number, asked: number | null, rule: IntervalRule): Interval | null {
  if (rule === 'none' || base <= 0 || (rule === 'wilson-finite' && asked === null)) return null;
  const correction = rule === 'wilson' || asked === null ? 1 : asked <= 1 ? 0 : Math.max(0, (asked - base) / (asked - 1));
  const [share, z2] = [count / base, Z * Z * correction];
  const middle = share + z2 / (2 * base);
  const half = Math.sqrt(z2 * ((share * (1 - share)) / base + z2 / (4 * base * base)));
  const whole = 1 + z2 / base;
  return { low: perCent((middle - half) / whole), high: perCent((middle + half) / whole) };
}

/** To one decimal, a half upwards, and never outside of 0 to 100. */
function perCent(share: number): number {
  return Math.min(100, Math.max(0, Math.floor(share * 1000 + 0.5) / 10));
}

/** What an interval is, in the words of pages and files. */
export const INTERVAL_WORDS = {
  none: 'None.',
  wilson:
    'With 95% confidence, by Wilson’s score interval. Counted as if those who answered were drawn at random from a very large population.',
  'wilson-finite':
    'With 95% confidence, by Wilson’s score interval with the finite population correction: z × √((N − n) ÷ (N − 1)), where N is how many were asked in the role or group and n how many answered the row. Counted as if those who answered were drawn at random from those who were asked. None by what people answered, since nobody knows how many of each such group were asked.',
} as const satisfies Record<IntervalRule, string>;
