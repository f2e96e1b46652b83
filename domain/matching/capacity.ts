import { daysBetween } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';

/** The most that the offer of 2022 to 2023 gives. Taken, as an assumption, where nobody recorded how many days are planned. */
export const DAYS_ASSUMED = 10;

/** A running deployment of a leader. */
export type Commitment = {
  readonly reference: string;
  /** Null: nobody recorded them, and ten are assumed. */
  readonly days: number | null;
  /** Days that they have given already; 0 where nobody has said. */
  readonly given: number;
  /** The day on which they took it on, or on which somebody last said how many days they have given. */
  readonly from: PlainDate;
  /** The day by which it is to be completed. */
  readonly to: PlainDate;
};

type Span = { readonly from: PlainDate; readonly to: PlainDate };

/**
 * The days of a commitment that fall into a term: those planned less those given, spread evenly over every day from the first to the last, both counted. 10 days from
 * 1 to 20 October, in a term that ends on 10 October, are 5. A commitment of which the last day has passed, and which still runs, has
 * all of its days left to be given: they fall into the term in question.
 */
export function daysWithin({ days, given, from, to }: Commitment, term: Span, today: PlainDate): number {
  const planned = Math.max(0, (days ?? DAYS_ASSUMED) - given);
  if (to < today || to < from) return planned;
  const [begins, ends] = [from > term.from ? from : term.from, to < term.to ? to : term.to];
  if (begins > ends) return 0;
  return (planned * (daysBetween(begins, ends) + 1)) / (daysBetween(from, to) + 1);
}

export type Capacity = {
  readonly offered: number;
  readonly committed: number;
  /** Below 0: more is planned than is offered. */
  readonly free: number;
  readonly deployments: number;
  /** In how many of them nobody recorded the days. */
  readonly assumed: number;
};

/** Days free in a term: those offered less those that running deployments take of it, to one decimal. */
export function capacityOf(daysATerm: number, commitments: readonly Commitment[], term: Span, today: PlainDate): Capacity {
  const committed = Math.round(commitments.reduce((sum, one) => sum + daysWithin(one, term, today), 0) * 10) / 10;
  return {
    offered: daysATerm,
    committed,
    free: Math.round((daysATerm - committed) * 10) / 10,
    deployments: commitments.length,
    assumed: commitments.filter(({ days }) => days === null).length,
  };
}
