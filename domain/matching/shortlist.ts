import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { capitalised, inWords } from '../words.ts';
import { capacityOf } from './capacity.ts';
import type { Capacity, Commitment } from './capacity.ts';
import { distanceOf } from './distance.ts';
import type { Distance, Place } from './distance.ts';
import { CONTEXTS, DESIGNATIONS, PHASES, SPECIALISMS } from './profile.ts';
import type { Context, LeaderProfile, Phase, Specialism } from './profile.ts';

/** The school or trust that waits for a system leader, and what it needs. */
export type Need = {
  readonly kind: 'school' | 'trust';
  /** Every school that is supported: one, or all open schools of the trust. */
  readonly schools: readonly { readonly urn: string; readonly place: Place | null }[];
  /** The trust that is supported, or every trust that the school belongs to: more than one where memberships overlap. */
  readonly trusts: readonly string[];
  readonly region: string;
  readonly phases: readonly Phase[];
  readonly contexts: readonly Context[];
  readonly specialisms: readonly Specialism[];
};

export type Relationship = {
  readonly effect: 'bars' | 'warns' | 'favours';
  readonly what: string;
  /** Who declared it, by name. */
  readonly by: string;
  readonly on: PlainDate;
};

/** A leader as a shortlist sees them. */
export type Leader = {
  readonly id: string;
  readonly name: string;
  readonly profile: LeaderProfile;
  /** Every trust that they belong to: the one of the profile, and those of their home schools. */
  readonly trusts: readonly string[];
  readonly homes: readonly (Place | null)[];
  readonly addressRefused: boolean;
  /** Those that are declared with the school or trust in question, or with its trust. */
  readonly relationships: readonly Relationship[];
  readonly commitments: readonly Commitment[];
  /** The day on which they declined this school or trust; null: never. */
  readonly declinedOn: PlainDate | null;
};

/** `term` is null where its dates are not known; nothing can be said of free days then. */
export type AsOf = { readonly today: PlainDate; readonly term: { readonly from: PlainDate; readonly to: PlainDate } | null };

/** Why nobody may ask this leader for this school or trust; empty when they may be asked. */
function barsOf(need: Need, leader: Leader, { today }: AsOf): readonly string[] {
  const { profile } = leader;
  const { away, trainedOn } = profile;
  const bars: string[] = [];
  if (need.trusts.some((trust) => leader.trusts.includes(trust))) bars.push('of the same trust');
  else if (need.schools.some(({ urn }) => profile.homeSchools.includes(urn))) bars.push('leads this school');
  for (const { effect, what, by, on } of leader.relationships) {
    if (effect === 'bars') bars.push(`${what} (declared by ${by} on ${longDate(on)})`);
  }
  if (trainedOn === null) bars.push('not trained yet');
  else if (trainedOn > today) bars.push(`to be trained on ${longDate(trainedOn)}`);
  if (away !== null && away.from <= today && today <= away.until) bars.push(`away until ${longDate(away.until)}`);
  if (leader.declinedOn !== null) bars.push(`declined on ${longDate(leader.declinedOn)}`);
  if (leader.addressRefused) bars.push('their e-mail address does not work');
  return bars;
}

export type Candidate = {
  readonly leader: string;
  readonly name: string;
  readonly distance: Distance | null;
  readonly capacity: Capacity | null;
  /** What speaks for the place, in words: "28 miles; 4 of 6 days free this term; led a small school". */
  readonly because: string;
  readonly warnings: readonly string[];
};

export type Barred = { readonly leader: string; readonly name: string; readonly because: string };
export type Shortlist = { readonly candidates: readonly Candidate[]; readonly barred: readonly Barred[] };

/**
 * Who could support a school or trust, the best first, and who may not be asked. Bars come first. The order is that of the first
 * difference in: phase, specialism and context, existing relationship, region, distance, free days (evaluation 2019 to 2020: phase,
 * then expertise, then location; guidance 2022 to 2023: capacity, experience and expertise, conflict of interest, regional priority).
 * For a trust the chief executive of a trust comes before a national leader of education (guidance 2022 to 2023). An unknown distance
 * comes last. Names break ties, so the same facts give the same list.
 */
export function shortlistOf(need: Need, leaders: readonly Leader[], asOf: AsOf): Shortlist {
  const { ranked, barred } = rankedOf(need, leaders, asOf);
  return { candidates: ranked.map(({ candidate }) => candidate), barred };
}

/** A shortlist with the merits that made its order. */
export function rankedOf(
  need: Need,
  leaders: readonly Leader[],
  asOf: AsOf,
): { readonly ranked: readonly Ranked[]; readonly barred: readonly Barred[] } {
  const judged = leaders.map((leader) => ({ leader, bars: barsOf(need, leader, asOf) }));
  const free = judged.filter(({ bars }) => bars.length === 0).map(({ leader }) => judge(need, leader, asOf));
  return {
    ranked: free.toSorted(byMerit),
    barred: judged
      .filter(({ bars }) => bars.length > 0)
      .map(({ leader: { id, name }, bars }) => ({ leader: id, name, because: capitalised(bars.join('; ')) }))
      .toSorted(byName),
  };
}

const BY_NAME = new Intl.Collator('en-GB');

/** A candidate, and what is compared, the first difference first. Smaller is better; an unknown distance is infinite. */
export type Ranked = { readonly candidate: Candidate; readonly merits: readonly number[] };

function judge(need: Need, leader: Leader, { today, term }: AsOf): Ranked {
  const { id, name, profile } = leader;
  const phases = need.phases.filter((phase) => profile.phases.includes(phase));
  const specialisms = need.specialisms.filter((one) => profile.specialisms.includes(one));
  const contexts = need.contexts.filter((one) => profile.contexts.includes(one));
  const favours = leader.relationships.filter(({ effect }) => effect === 'favours');
  const warns = leader.relationships.filter(({ effect }) => effect === 'warns');
  const inRegion = profile.regions.length === 0 || profile.regions.includes(need.region);
  const preferred = need.kind === 'school' || profile.designations.includes('ceo');
  const distance = distanceOf(
    leader.homes,
    need.schools.map(({ place }) => place),
  );
  const capacity = term === null ? null : capacityOf(profile.daysATerm, leader.commitments, term, today);
  const { furthestMiles } = profile;
  return {
    // Smaller is better.
    merits: [
      preferred ? 0 : 1,
      -phases.length,
      -(specialisms.length + contexts.length),
      favours.length > 0 ? 0 : 1,
      inRegion ? 0 : 1,
      distance?.nearest ?? Number.POSITIVE_INFINITY,
      -(capacity?.free ?? 0),
    ],
    candidate: {
      leader: id,
      name,
      distance,
      capacity,
      because: [
        distanceWords(need, distance),
        capacity === null ? 'free days unknown: the dates of the term are not known' : capacityWords(capacity),
        ...(need.kind === 'trust' && preferred ? [DESIGNATIONS.ceo] : []),
        ...(phases.length > 0 ? [`works in ${inWords(phases.map((phase) => PHASES[phase]))}`] : []),
        ...(specialisms.length > 0 ? [`knows ${inWords(specialisms.map((one) => SPECIALISMS[one]))}`] : []),
        ...(contexts.length > 0 ? [`led ${inWords(contexts.map((one) => `a ${CONTEXTS[one]} school`))}`] : []),
        ...favours.map(({ what, by, on }) => `${what} (declared by ${by} on ${longDate(on)})`),
        ...(inRegion && profile.regions.length > 0 ? [`works in ${need.region}`] : []),
      ].join('; '),
      warnings: [
        ...warns.map(({ what, by, on }) => `${capitalised(what)} (declared by ${by} on ${longDate(on)}).`),
        ...(phases.length === 0 && need.phases.length > 0
          ? [`Has not worked in ${inWords(need.phases.map((phase) => PHASES[phase]))}.`]
          : []),
        ...(inRegion ? [] : [`Does not offer to work in ${need.region}.`]),
        ...(distance !== null && furthestMiles !== null && distance.nearest > furthestMiles
          ? [`Travels ${furthestMiles} miles at most.`]
          : []),
        ...(capacity !== null && capacity.free <= 0 ? [fullWords(capacity)] : []),
        ...(capacity !== null && capacity.assumed > 0
          ? [`In ${capacity.assumed} of their deployments nobody recorded the days, so ten are assumed.`]
          : []),
        ...(need.kind === 'trust' && !preferred ? ['Not the chief executive of a trust.'] : []),
      ],
    },
  };
}

function byMerit(one: Ranked, other: Ranked): number {
  for (const [at, merit] of one.merits.entries()) {
    const against = other.merits[at] ?? 0;
    if (merit !== against) return merit < against ? -1 : 1;
  }
  return byName(one.candidate, other.candidate);
}

function byName(
  one: { readonly name: string; readonly leader: string },
  other: { readonly name: string; readonly leader: string },
): number {
  return BY_NAME.compare(one.name, other.name) || (one.leader < other.leader ? -1 : 1);
}

function distanceWords({ kind }: Need, distance: Distance | null): string {
  if (distance === null) return 'distance unknown';
  const { nearest, median, farthest, unplaced } = distance;
  if (kind === 'school') return miles(nearest);
  const missing = unplaced === 0 ? '' : `, ${unplaced} of its schools unknown`;
  return `${miles(nearest)} to the nearest school, ${median} in the middle, ${farthest} to the farthest${missing}`;
}

/** "4 of 6 days free this term" */
function capacityWords({ free, offered }: Capacity): string {
  return `${Math.max(0, free)} of ${offered} ${offered === 1 ? 'day' : 'days'} free this term`;
}

function fullWords({ free, committed, offered }: Capacity): string {
  return free < 0 ? `Overcommitted: ${committed} days are planned this term, and ${offered} are offered.` : 'No days free this term.';
}

function miles(count: number): string {
  return `${count} ${count === 1 ? 'mile' : 'miles'}`;
}
