import type { PlainDate } from '../time/plain-date.ts';
import { capitalised, inWords, lowerFirst, ordinal } from '../words.ts';
import { capacityOf, daysWithin } from './capacity.ts';
import { rankedOf } from './shortlist.ts';
import type { Barred, Leader, Need, Ranked } from './shortlist.ts';

/** A term, with the name under which its days are counted, whatever the authority: "Autumn 2022". */
export type NamedTerm = { readonly name: string; readonly from: PlainDate; readonly to: PlainDate };

/** A deployment for which a system leader is to be chosen. */
export type Waiting = {
  readonly reference: string;
  /** The name of the school or trust. */
  readonly subject: string;
  readonly need: Need;
  readonly leaders: readonly Leader[];
  readonly today: PlainDate;
  /** Days of support that are planned. */
  readonly days: number;
  /** The day by which they are expected to be given. */
  readonly until: PlainDate;
  /** The term of which free days are shown, and the one after it as far as its dates are known. Empty: no dates are known. */
  readonly terms: readonly NamedTerm[];
};

/** One leader for one school: what it takes of their days, and how well they suit. Smaller merits are better, the first ones first. */
export type Pair = {
  readonly school: number;
  readonly leader: number;
  /** Hundredths of days in each term of the problem. */
  readonly days: readonly number[];
  readonly merits: readonly number[];
  /** The place on the shortlist, from 1. */
  readonly place: number;
};

/** What a solver is given: plain numbers. `free` holds hundredths of days, by leader and term. */
export type AssignmentProblem = { readonly pairs: readonly Pair[]; readonly free: readonly (readonly number[])[] };

export type ProposedLine = {
  readonly reference: string;
  readonly leader: string;
  readonly name: string;
  /** The place on the shortlist of this school, from 1. */
  readonly place: number;
  readonly because: string;
  /** Why nobody in a better place is proposed; empty for place 1. */
  readonly insteadOf: string;
  readonly warnings: readonly string[];
};

export type LeftLine = { readonly reference: string; readonly why: string };
export type Proposal = { readonly lines: readonly ProposedLine[]; readonly left: readonly LeftLine[] };

type School = { readonly waiting: Waiting; readonly ranked: readonly Ranked[]; readonly barred: readonly Barred[] };

/** Everything that is weighed, and what is needed to tell of it. Schools in the order of their references, leaders by name. */
export type Weighing = {
  readonly schools: readonly School[];
  readonly leaders: readonly string[];
  readonly problem: AssignmentProblem;
};

const BY_NAME = new Intl.Collator('en-GB');

/**
 * What one deployment takes of each term of a list, in hundredths of days: the most that it takes by the dates of any authority, as free
 * days are the fewest. A deployment that is planned for as many days in the same terms
 * as another takes as much as it: the larger share of the two in each term. So the dates of two authorities, which differ by days, do
 * not make two kinds of deployments of one.
 */
function sharesOf(waiting: readonly Waiting[], terms: readonly string[]): ReadonlyMap<Waiting, readonly number[]> {
  const kindOf = ({ days, terms: own }: Waiting) => JSON.stringify([days, own.map(({ name }) => name)]);
  const dated = Map.groupBy(
    waiting.flatMap((one) => one.terms),
    ({ name }) => name,
  );
  const shares = new Map<string, readonly number[]>();
  for (const one of waiting) {
    const own = terms.map((name) => {
      if (!one.terms.some((candidate) => candidate.name === name)) return 0;
      return Math.max(...(dated.get(name) ?? []).map((term) => Math.ceil(100 * shareOf(one, term) - 1e-6)));
    });
    const before = shares.get(kindOf(one));
    shares.set(
      kindOf(one),
      own.map((share, at) => Math.max(share, before?.[at] ?? 0)),
    );
  }
  return new Map(waiting.map((one) => [one, shares.get(kindOf(one)) ?? []]));
}

/** 10 days from 1 to 20 October take 5 of a term that ends on 10 October. */
function shareOf({ reference, days, today, until }: Waiting, term: NamedTerm): number {
  return daysWithin({ reference, days, given: 0, from: today, to: until }, term, today);
}

/**
 * Weighs every leader for every deployment that waits. A leader who may not be asked is in no pair, nor one who has not the days that it
 * takes in this term and the next. Where no dates of a term are known, free days cannot be counted, and nobody is proposed.
 */
export function weigh(given: readonly Waiting[]): Weighing {
  const waiting = given.toSorted((one, other) => (one.reference < other.reference ? -1 : 1));
  const names = new Map(waiting.flatMap(({ leaders }) => leaders.map(({ id, name }) => [id, name] as const)));
  const leaders = [...names].toSorted(([a, an], [b, bn]) => BY_NAME.compare(an, bn) || (a < b ? -1 : 1)).map(([id]) => id);
  const numberOf = new Map(leaders.map((id, at) => [id, at]));
  const terms = [...new Set(waiting.flatMap((one) => one.terms.map(({ name }) => name)))];
  const free = freeDays(waiting, leaders, terms);
  const shares = sharesOf(waiting, terms);
  const schools = waiting.map((one): School => {
    const [term] = one.terms;
    return { waiting: one, ...rankedOf(one.need, one.leaders, { today: one.today, term: term ?? null }) };
  });
  const pairs = schools.flatMap(({ waiting: one, ranked }, school) =>
    one.terms.length === 0
      ? []
      : ranked.flatMap(({ candidate, merits }, at): readonly Pair[] => {
          const leader = numberOf.get(candidate.leader) ?? -1;
          const days = shares.get(one) ?? [];
          if (!days.every((share, term) => share <= (free[leader]?.[term] ?? 0))) return [];
          return [{ school, leader, days, place: at + 1, merits: [...merits.flatMap(wholeMerit), leader] }];
        }),
  );
  return { schools, leaders, problem: { pairs, free } };
}

/** A merit in whole numbers, with one before it that says whether it is known at all: 28.4 → 0, 284; unknown → 1, 0. */
function wholeMerit(merit: number): readonly number[] {
  return Number.isFinite(merit) ? [0, Math.round(merit * 10)] : [1, 0];
}

/** The fewest days that each leader has free in a term by the dates of any authority, in hundredths; none when they are overcommitted. */
function freeDays(waiting: readonly Waiting[], leaders: readonly string[], terms: readonly string[]): readonly (readonly number[])[] {
  const least = new Map(leaders.map((id) => [id, terms.map(() => Number.POSITIVE_INFINITY)]));
  const seen = new Set<string>();
  for (const { leaders: all, terms: own, today } of waiting) {
    for (const term of own) {
      for (const { id, profile, commitments } of all) {
        const key = JSON.stringify([id, term, today]);
        if (seen.has(key)) continue;
        seen.add(key);
        const line = least.get(id);
        const at = terms.indexOf(term.name);
        const { free } = capacityOf(profile.daysATerm, commitments, term, today);
        if (line !== undefined) line[at] = Math.min(line[at] ?? 0, Math.max(0, Math.floor(100 * free + 1e-6)));
      }
    }
  }
  return leaders.map((id) => (least.get(id) ?? []).map((days) => (Number.isFinite(days) ? days : 0)));
}

/** Tells what a solver found: `chosen` are numbers of pairs. */
export function proposalOf({ schools, leaders, problem }: Weighing, chosen: readonly number[]): Proposal {
  const pairs = chosen.flatMap((at) => problem.pairs[at] ?? []);
  const subjectOf = (school: number) => schools[school]?.waiting.subject ?? '';
  const forWhom = Map.groupBy(pairs, ({ leader }) => leaders[leader]);
  const lines: ProposedLine[] = [];
  const left: LeftLine[] = [];
  for (const [school, { waiting, ranked, barred }] of schools.entries()) {
    const pair = pairs.find((one) => one.school === school);
    const candidate = pair === undefined ? undefined : ranked[pair.place - 1]?.candidate;
    const passed = (most: number) =>
      ranked.slice(0, most).map(({ candidate: { leader, name } }) => {
        const others = (forWhom.get(leader) ?? []).map((one) => subjectOf(one.school));
        return others.length === 0 ? `${name} has too few days free` : `${name} is proposed for ${inWords(others)}`;
      });
    if (pair !== undefined && candidate !== undefined) {
      const { leader, name, because, warnings } = candidate;
      const words = pair.place === 1 ? '' : `${capitalised(ordinal(pair.place))} on its shortlist: ${firstOf(passed(pair.place - 1))}`;
      lines.push({ reference: waiting.reference, leader, name, place: pair.place, because, insteadOf: words, warnings });
    } else left.push({ reference: waiting.reference, why: whyNobody(waiting, ranked, barred, passed(ranked.length)) });
  }
  return { lines, left };
}

/** As many as can be read; the rest is counted. */
function firstOf(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 3);
  const more = reasons.length - shown.length;
  return more === 0 ? inWords(shown) : `${shown.join(', ')} and ${more} more who cannot take it or are proposed for others`;
}

function whyNobody(waiting: Waiting, ranked: readonly Ranked[], barred: readonly Barred[], reasons: readonly string[]): string {
  if (waiting.leaders.length === 0) return 'No profile of a system leader is known';
  if (ranked.length === 0) {
    const kinds = [...Map.groupBy(barred, ({ because }) => because)].map(([because, all]) => `${lowerFirst(because)} (${all.length})`);
    return `None of the ${barred.length} may be asked: ${kinds.slice(0, 4).join(', ')}${kinds.length > 4 ? ', and others' : ''}`;
  }
  if (waiting.terms.length === 0) return 'The dates of this term are not known, so free days cannot be counted';
  return `${ranked.length} could be asked: ${firstOf(reasons)}`;
}
