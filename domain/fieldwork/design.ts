import type { PlainDate } from '../time/plain-date.ts';

/** A part of a sample with a target of its own: engaged schools of Tier 1, leaders of one region. */
export type Stratum = {
  readonly id: string;
  readonly title: string;
  /** The group of which it is a part: engaged schools. */
  readonly group: string;
  /** Whom it holds: every one of these facts is among the values. `{ tier: ['tier-1'] }` */
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** How many interviews are wanted. */
  readonly target: number;
};

export type Group = { readonly id: string; readonly title: string };

/** How many are drawn at one time, over which groups. */
export type PlannedDraw = { readonly id: string; readonly size: number; readonly groups: readonly string[] };

/** A time in which nobody may be approached, such as a pre-election period. `to` is null while nobody knows its end. */
export type Stop = { readonly from: PlainDate; readonly to: PlainDate | null; readonly because: string };

/** The plan of a piece of fieldwork: whom to interview, how many of each kind, and when. */
export type SampleDesign = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** What the source leaves open and we have set. */
  readonly assumptions: readonly string[];
  /** The first and the last day on which interviews are held. */
  readonly window: { readonly from: PlainDate; readonly to: PlainDate };
  readonly stops: readonly Stop[];
  readonly groups: readonly Group[];
  readonly strata: readonly Stratum[];
  readonly draws: readonly PlannedDraw[];
};

/** Whoever could be drawn: a school, a leader. The id is a URN or a contact id, and never a name. */
export type Unit = { readonly id: string; readonly facts: Readonly<Record<string, string>> };

/** The strata to which somebody belongs by their facts: one, in a design that is sound. */
export function strataOf({ strata }: SampleDesign, { facts }: Unit): readonly Stratum[] {
  return strata.filter(({ where }) => Object.entries(where).every(([fact, values]) => values.includes(facts[fact] ?? '')));
}
