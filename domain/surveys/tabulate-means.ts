import { inWords } from '../words.ts';
import type { Titled } from './tabulate.ts';

/** The mean ratings behind a table: for each row and audience the sum of the ratings, and what the source prints of their mean. */
export type CountedMeans = Titled & {
  /** How many answered, by audience. The source prints none for a row: they are those of the audience. */
  readonly bases: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly title: string;
    readonly sums: Readonly<Record<string, number>>;
    readonly printed: Readonly<Record<string, number>>;
  }[];
  readonly remarks: readonly string[];
};

export type MeanCell = {
  readonly title: string;
  readonly audience: string;
  readonly base: number;
  readonly sum: number;
  /** "9.4" */
  readonly mean: string;
  readonly printed: number | null;
  readonly notes: readonly string[];
};

export type TabulatedMeans = Titled & {
  readonly cells: readonly MeanCell[];
  readonly sentences: readonly string[];
  readonly notes: readonly string[];
};

/** How many of the highest and of the lowest a sentence names. */
const NAMED = 3;

/**
 * A mean of whole ratings to one decimal, a half upwards: 15 over 2 is "7.5", 17 over 20 is "0.9". Throws for a base of nought, which has no
 * mean.
 */
export function meanOf(sum: number, base: number): string {
  if (base <= 0) throw new RangeError(`Nothing is a mean of ${base}.`);
  return (Math.floor((20 * sum + base) / (2 * base)) / 10).toFixed(1);
}

/**
 * A table of means as a report prints it: each beside what the source prints, with the sums that would give the same, and sentences about what
 * each audience rates highest and lowest. Means are compared as they are printed, since sums that round to the same mean are ours.
 */
export function tabulateMeans({ id, title, bases, rows, remarks }: CountedMeans, audiences: readonly Titled[]): TabulatedMeans {
  const cells = rows.flatMap((row) =>
    Object.entries(row.sums).map(([audience, sum]): MeanCell => {
      const base = bases[audience] ?? 0;
      const [mean, printed] = [meanOf(sum, base), row.printed[audience] ?? null];
      return { title: row.title, audience, base, sum, mean, printed, notes: printed === null ? [] : notesOf(mean, printed) };
    }),
  );
  const titleOf = (audience: string) => audiences.find((one) => one.id === audience)?.title ?? audience;
  return {
    id,
    title,
    cells,
    sentences: Object.keys(bases).flatMap((audience) =>
      extremes(
        cells.filter((cell) => cell.audience === audience),
        titleOf(audience),
      ),
    ),
    notes: [
      'The source prints neither the bases of these means nor the sums of the ratings. The bases are all of an audience, and each sum is the nearest to what is printed. Both are ours.',
      ...remarks,
    ],
  };
}

function notesOf(mean: string, printed: number): readonly string[] {
  return mean === printed.toFixed(1) ? [] : [`The source prints ${printed.toFixed(1)}.`];
}

/** The three highest and the three lowest, and whatever is level with the third. */
function extremes(cells: readonly MeanCell[], audience: string): readonly string[] {
  if (cells.length <= 2 * NAMED) return [];
  const say = (which: string, sign: number) => {
    const sorted = cells.toSorted((one, other) => sign * (Number(other.mean) - Number(one.mean)));
    const last = sorted[NAMED - 1]?.mean ?? '';
    const named = sorted.filter(({ mean }, at) => at < NAMED || mean === last);
    return `${audience} rate ${which}: ${inWords(named.map(({ title, mean }) => `“${title}” (${mean})`))}.`;
  };
  return [say('highest', 1), say('lowest', -1)];
}
