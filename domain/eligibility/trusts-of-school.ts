import { compareText } from './judgements.ts';
import type { PlainDate } from '../time/plain-date.ts';

/** That a school belongs to an academy trust from a day on; null where nobody knows since when, or that it ever ends. */
export type TrustMembership = {
  readonly group: string;
  readonly joinedOn: PlainDate | null;
  /** The first day on which the school no longer belongs to it. */
  readonly leftOn: PlainDate | null;
  /** The day on which the trust itself closed. */
  readonly closedOn: PlainDate | null;
};

/** What is known of the trusts of one school. */
export type TrustsOfSchool = {
  /** As the memberships file dates them; empty where it says nothing of the school. */
  readonly dated: readonly TrustMembership[];
  /** The trust that the register gives the school now; null for none. */
  readonly inRegister: string | null;
};

export type HeldTrust = { readonly trust: string; readonly joinedOn: PlainDate | null };

/**
 * Every academy trust that a school belongs to on a day, the one that it joined last first; of two joined on one day, the one with the
 * lower code. A school that no membership is known of is in the trust of the register, since when is then not known.
 *
 * There are two readings of memberships that overlap, because the published file seldom says when a school left. This is the one for
 * **whom nobody may send there**: each of the trusts may be the school's own, so each of them bars a leader. Joined X in 2020 and Y in
 * 2040, left neither: on a day in 2041 both X and Y.
 */
export function everyTrustOn({ dated, inRegister }: TrustsOfSchool, day: PlainDate): readonly HeldTrust[] {
  if (dated.length === 0) return inRegister === null ? [] : [{ trust: inRegister, joinedOn: null }];
  return dated
    .filter(({ joinedOn, leftOn, closedOn }) => (joinedOn ?? day) <= day && isAfter(leftOn, day) && isAfter(closedOn, day))
    .toSorted((a, b) => compareText(b.joinedOn ?? '', a.joinedOn ?? '') || compareText(a.group, b.group))
    .map(({ group, joinedOn }) => ({ trust: group, joinedOn }));
}

/**
 * The one academy trust that a school is counted with on a day, which is the one that it joined last: the reading for **who is eligible**,
 * where a school counts once and a transfer ends the membership before it. Undefined when it is in none. Joined X in 2020 and Y in 2040,
 * left neither: on a day in 2041 Y.
 */
export function latestTrustOn(known: TrustsOfSchool, day: PlainDate): HeldTrust | undefined {
  return everyTrustOn(known, day)[0];
}

function isAfter(date: PlainDate | null, day: PlainDate): boolean {
  return date === null || date > day;
}
