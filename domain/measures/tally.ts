/** What a tally is, and what tallies are made of: so much of so much for each figure, in one deployment at a time. */
import { linesIn } from '../forms/form-values.ts';
import type { Phase } from '../matching/profile.ts';
import type { GivenAnswer, KnownLife } from './known-life.ts';
import { occurrencesOf } from './moments.ts';
import type { MomentId, Occurrence } from './moments.ts';
import type { PlainDate } from '../time/plain-date.ts';

/** The figure of a tally that all its others are a part of, where it has one. It is not shown by itself. */
export const ALL = 'all';

/** One addition to a figure of a report: so much, of so much. */
export type Increment = { readonly figure: string; readonly value: number; readonly base: number };

/** What the register knows of the school, and of the trust the school that stands for it. '' and null: not known. */
export type School = {
  readonly region: string;
  readonly phase: Phase | null;
  readonly type: string;
  readonly surroundings: 'rural' | 'urban' | null;
  readonly inTrust: boolean | null;
};

/** What was known of a leader when they were matched. */
export type MatchedLeader = {
  readonly phases: readonly Phase[];
  readonly contexts: readonly string[];
  readonly regions: readonly string[];
  readonly trainedOn: PlainDate | null;
  /** Something was declared between them and the school that speaks for them, or that warns. */
  readonly knowsSchool: boolean;
};

export type TallyOf = {
  readonly life: KnownLife;
  readonly asOf: PlainDate;
  readonly school: School;
  /** What was known of a leader on a day; null where no profile was kept. */
  readonly leaderOn: (person: string, on: PlainDate) => MatchedLeader | null;
};

export type Tally = {
  readonly title: string;
  /** What the second number of each figure counts. */
  readonly base: string;
  readonly unit: 'count' | 'pence' | 'tenths-of-days' | 'days';
  readonly needs: readonly MomentId[];
  /** Figures in their order. A figure that is not named here is shown under its id, after these. */
  readonly figures: Readonly<Record<string, string>>;
  /** It asks who held a role when an answer was given. */
  readonly asksPeople?: true;
  /** It looks at the steps of its moments themselves: when each was opened and closed. */
  readonly looksAtSteps?: true;
  /** Figures are months, and each counts all up to its end. */
  readonly cumulative?: true;
  readonly of: (given: TallyOf) => readonly Increment[];
};

export const HOW_MANY = { '1': 'One', '2': 'Two', '3': 'Three', '4-or-more': 'Four or more' } as const;

export const howMany = (n: number): string => (n >= 4 ? '4-or-more' : String(n));

/** A figure for each option: whether it was ticked, of one answer. None ticked is a figure of its own. */
export function ticked(options: Readonly<Record<string, string>>, value: string | undefined): readonly Increment[] {
  const known = linesIn(value ?? '').filter((line) => Object.hasOwn(options, line));
  return Object.keys(options).map((option) => ({
    figure: option,
    value: (option === 'not-given' ? known.length === 0 : known.includes(option)) ? 1 : 0,
    base: 1,
  }));
}

/** One of the figures is so; the others are not. */
export function oneOf(figures: Readonly<Record<string, string>>, which: string): readonly Increment[] {
  return Object.keys(figures).map((figure) => ({ figure, value: figure === which ? 1 : 0, base: 1 }));
}

export const yes = (figure: string, is: boolean): Increment => ({ figure, value: is ? 1 : 0, base: 1 });
export const at = ({ life, asOf }: TallyOf, id: MomentId): readonly Occurrence[] => occurrencesOf(life, id, asOf);
export const answersOf = (given: TallyOf, id: MomentId): readonly GivenAnswer[] => at(given, id).flatMap(({ answer }) => answer ?? []);
