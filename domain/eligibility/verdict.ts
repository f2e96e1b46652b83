import type { Subject } from '../chronology/events.ts';
import type { FactId } from '../programme.ts';
import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { judgementWords } from './judgements.ts';
import type { Inspection } from './judgements.ts';
import type { AsOf } from './schools.ts';

/** Why a school or trust is eligible, as a code. */
export type Ground = keyof typeof GROUNDS;

export const GROUNDS = {
  'tier-1': 'One judgement of requires improvement: Tier 1',
  'tier-2': 'Two judgements of requires improvement in a row: Tier 2',
  'tier-3': 'Three or more judgements of requires improvement in a row: Tier 3',
  'twice-before-year': 'Requires improvement at the start of the year, and requires improvement or worse before that',
  'during-year': 'Judged to require improvement during the year',
  'half-of-trust': 'Half of the trust’s schools or more require improvement or worse',
  'trust-declines': 'Judgements of the trust’s schools have declined',
} as const;

/** One school on which a verdict rests: its judgements that count, the latest one last, and since when it is in the trust. */
export type Evidence = {
  readonly urn: string;
  readonly name: string;
  readonly joinedOn: PlainDate | null;
  readonly judgements: readonly Inspection[];
};

/** "Loomgate Academy (URN 990006), joined 1 September 2016: Good (inspected 4 May 2022, published 22 June 2022)" */
export function evidenceWords({ urn, name, joinedOn, judgements }: Evidence): string {
  const joined = joinedOn === null ? '' : `, joined ${longDate(joinedOn)}`;
  return `${name} (URN ${urn})${joined}: ${judgements.map(judgementWords).join('; ')}`;
}

/** Whether a school or trust is eligible for an offer, and what makes it so. */
export type Verdict = {
  readonly subject: Subject;
  readonly name: string;
  /** Empty when it is not eligible. */
  readonly grounds: readonly Ground[];
  /** Why it is eligible, or why it is not: one or more sentences. */
  readonly why: string;
  readonly evidence: readonly Evidence[];
  /** What the programme asks at the start and the verdict answers: the tier, for one. */
  readonly facts: Readonly<Record<FactId, string>>;
};

/** Who is eligible for one offer: its academic year, the rule, and what the rule assumes. */
export type Rule = {
  readonly from: PlainDate;
  readonly to: PlainDate;
  readonly source: string;
  /** What the sources leave open and we have set. */
  readonly assumptions: readonly string[];
  judge(known: AsOf): readonly Verdict[];
};

/** What every rule assumes. */
export const ASSUMED_BY_ALL = [
  'A judgement counts from the day it is published or, where that is not known, from the day the inspection began.',
  'A school that is in no academy trust, and is an academy, counts as a single-academy trust.',
  'Judgements of a predecessor count where the inspections file carries them over to the school.',
] as const;
