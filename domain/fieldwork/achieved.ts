import { percentOf } from '../percent.ts';

/** A group of interviews as a report printed it: how many were wanted and how many were held. */
export type AchievedGroup = { readonly id: string; readonly title: string; readonly target: number; readonly achieved: number };

/** One breakdown of a group. Without `categories` the report printed figures that cannot be told apart. */
export type Breakdown = {
  readonly title: string;
  readonly group: string;
  readonly categories: readonly string[];
  readonly printed: readonly number[];
};

/** A figure that stands in a text too, with what the text says. */
export type Statement = { readonly about: string; readonly printed: readonly number[]; readonly note: string };

export type Achieved = {
  readonly groups: readonly AchievedGroup[];
  readonly breakdowns: readonly Breakdown[];
  readonly statements: readonly Statement[];
};

export type AchievedLine = {
  readonly title: string;
  /** "11 of 28 (39%)"; null where the figures cannot be placed. */
  readonly figures: readonly { readonly category: string; readonly words: string }[] | null;
  /** What does not add up, and what is not guessed; empty where all is well. */
  readonly notes: readonly string[];
};

/** "11 of 28 (39%)": a share never stands without its count and its base. Whole percentages, a half upwards. */
export function ofBase(count: number, base: number): string {
  return base === 0 ? `${count} of 0` : `${count} of ${base} (${percentOf(count, base)}%)`;
}

/** Interviews wanted and held, over all groups. */
export function totalsOf(groups: readonly AchievedGroup[]): { readonly target: number; readonly achieved: number } {
  return {
    target: groups.reduce((sum, { target }) => sum + target, 0),
    achieved: groups.reduce((sum, { achieved }) => sum + achieved, 0),
  };
}

/**
 * A breakdown of a printed table with each count beside its base, and a note where it does not add up to the interviews of its group. Figures
 * are never corrected or filled in: where a table prints seven numbers for eight regions, nobody can say which region is missing, and none is
 * placed.
 */
export function achievedLine({ groups }: Pick<Achieved, 'groups'>, { title, group, categories, printed }: Breakdown): AchievedLine {
  const of = groups.find(({ id }) => id === group);
  const base = of?.achieved ?? 0;
  const sum = printed.reduce((all, one) => all + one, 0);
  const notes = [
    ...(printed.length === categories.length
      ? []
      : [
          `The table prints ${printed.length} numbers (${printed.join(', ')}) for ${categories.length} categories. Which one is missing is not said, so none is placed.`,
        ]),
    ...(sum === base ? [] : [`The numbers add up to ${sum}, and ${base} interviews were held.`]),
  ];
  return {
    title: `${of?.title ?? group}: ${title}`,
    figures:
      printed.length === categories.length ? categories.map((category, at) => ({ category, words: ofBase(printed[at] ?? 0, base) })) : null,
    notes,
  };
}
