/**
 * Who is asked in a wave of a survey, and who is left out and why. Pure: what is known of people and deployments comes in, the frozen
 * list comes out.
 */

/** The audiences that Chaser's record knows. A survey asks some of them. */
export const AUDIENCES = ['system-leader', 'school-leader', 'trust-leader'] as const;
export type KnownAudience = (typeof AUDIENCES)[number];

/**
 * Why somebody is left out of a wave. The order is that in which one reason is named before another when several hold: first what is true
 * of the person, then what is true of their deployments. The last is said only at the end of deployments: no day of theirs is known before the survey closes.
 */
export const LEFT_OUT = [
  'no-address',
  'address-refused',
  'opted-out',
  'staff',
  'surveyed-lately',
  'clock-stopped',
  'not-matched-yet',
  'declined-or-withdrawn',
  'no-days',
] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** How long somebody is left in peace after another wave, in calendar days. A choice of ours: the sources do not say. */
export const PEACE_DAYS = 60;

/** What of a deployment is told with a response, in words; absent where it is not known. */
export const STRATA = ['region', 'phase', 'status', 'programme', 'stage'] as const;
export type Stratum = (typeof STRATA)[number];
export type Strata = Readonly<Partial<Record<Stratum, string>>>;

/** The part that somebody has in one deployment. */
export type Part = {
  readonly audience: KnownAudience;
  readonly status: 'running' | 'completed' | 'declined' | 'withdrawn';
  /** Whether a system leader is named for it now. */
  readonly matched: boolean;
  /** Its clock stands still because somebody is ill or bereaved. */
  readonly stoppedForIllness: boolean;
  readonly strata: Strata;
  /** The calendar that it is counted on. */
  readonly calendar: string;
};

/** Somebody who has a part in the deployments that a wave asks about. */
export type Candidate = {
  readonly person: string;
  readonly hasAddress: boolean;
  readonly addressRefused: boolean;
  readonly optedOut: boolean;
  /** A coordinator, a member of a regional team, or anybody else who sees the pages of the staff. */
  readonly staff: boolean;
  /** Was a member of another wave that opened within `PEACE_DAYS` before this one opens, or opens within them after it. */
  readonly surveyedLately: boolean;
  readonly parts: readonly Part[];
};

/** One person of the frozen list. One person is one member, however many roles and deployments they have. */
export type Member = {
  readonly person: string;
  /** The audiences that they belong to, in the order of `AUDIENCES`; of one that is left out, all that they would have belonged to. */
  readonly audiences: readonly KnownAudience[];
  /** Why they are left out; null: they are asked. */
  readonly leftOut: LeftOut | null;
  readonly strata: Strata;
  /** Whether their days are school days, because they lead a school or trust that is supported, or working days. */
  readonly schoolDays: boolean;
  /** The calendars that say which these are: of each of their own schools and trusts, or of any deployment of theirs. */
  readonly calendars: readonly [string, ...string[]];
};

/**
 * The list of a wave, in the order of the candidates. `asks` are the audiences of the survey. Whoever has a part in none of them is no
 * candidate.
 *
 * A head who is a system leader elsewhere is one member of two audiences. A head whose own deployment was declined, and who leads in
 * another one, is asked as a system leader only.
 */
export function populationOf(candidates: readonly Candidate[], asks: readonly KnownAudience[]): readonly Member[] {
  return candidates.flatMap((candidate) => {
    const parts = candidate.parts.filter(({ audience }) => asks.includes(audience));
    if (parts.length === 0) return [];
    const asked = parts.filter((part) => whyNotOf(part) === null);
    const leftOut = whyNot(candidate) ?? (asked.length > 0 ? null : firstOf(parts.map(whyNotOf)));
    const counted = asked.length > 0 ? asked : parts;
    return [
      {
        person: candidate.person,
        audiences: AUDIENCES.filter((audience) => counted.some((part) => part.audience === audience)),
        leftOut,
        strata: strataOf(counted),
        ...daysOf(counted),
      },
    ];
  });
}

/** Working days are the same in every calendar, so one is enough for whoever is a system leader only. */
function daysOf(parts: readonly Part[]): Pick<Member, 'schoolDays' | 'calendars'> {
  const own = parts.filter(({ audience }) => audience !== 'system-leader');
  const [first = '', ...more] = [...new Set((own.length > 0 ? own : parts.slice(0, 1)).map(({ calendar }) => calendar))].toSorted();
  return { schoolDays: own.length > 0, calendars: [first, ...more] };
}

function whyNot({ hasAddress, addressRefused, optedOut, staff, surveyedLately }: Candidate): LeftOut | null {
  if (!hasAddress) return 'no-address';
  if (addressRefused) return 'address-refused';
  if (optedOut) return 'opted-out';
  if (staff) return 'staff';
  return surveyedLately ? 'surveyed-lately' : null;
}

function whyNotOf({ status, matched, stoppedForIllness }: Part): LeftOut | null {
  if (status === 'declined' || status === 'withdrawn') return 'declined-or-withdrawn';
  if (stoppedForIllness) return 'clock-stopped';
  return matched ? null : 'not-matched-yet';
}

function firstOf(reasons: readonly (LeftOut | null)[]): LeftOut | null {
  return LEFT_OUT.find((reason) => reasons.includes(reason)) ?? null;
}

/** What all of somebody's deployments have in common, and "several" where they differ. */
function strataOf(parts: readonly Part[]): Strata {
  const found: Partial<Record<Stratum, string>> = {};
  for (const stratum of STRATA) {
    const values = new Set(parts.flatMap(({ strata }) => strata[stratum] ?? []));
    const [only] = values;
    if (only !== undefined) found[stratum] = values.size === 1 ? only : 'several';
  }
  return found;
}

/** How many people must share what is told with a response. */
export const SHARED_BY = 10;

/** How many of the strata, in their order, are told at each level, the finest first: all, three, two, the first alone, none. */
const LEVELS = [STRATA.length, 3, 2, 1, 0] as const;

/**
 * What may be told of each member with a response: only what at least `SHARED_BY` members who are asked, of the same audiences, are told
 * of in the same words. Whoever has too few like them is told of more coarsely, in the end by nothing but their audiences; so few of these
 * that they would stand out take the smallest group with them. Only where an audience itself has fewer people is a group smaller, and then
 * nothing is told of any of it. `order` says which stratum is kept longest.
 *
 * Twelve heads of primary schools in the North East are told of as such; of three heads of secondary schools there, with nine others of
 * the region in the same case, the region alone is told.
 */
export function bandStrata<M extends Pick<Member, 'audiences' | 'strata'>>(
  members: readonly M[],
  order: readonly Stratum[] = STRATA,
): readonly M[] {
  const banded = new Map<M, Strata>();
  for (const alike of Map.groupBy(members, ({ audiences }) => audiences.join(' ')).values()) {
    let rest: readonly M[] = alike;
    let groups: (readonly M[])[] = [];
    for (const level of LEVELS.map((count) => order.slice(0, count))) {
      const byStrata = [...Map.groupBy(rest, ({ strata }) => JSON.stringify(level.map((stratum) => strata[stratum] ?? null))).values()];
      const large = byStrata.filter((group) => group.length >= SHARED_BY);
      for (const group of large) for (const member of group) banded.set(member, only(member.strata, level));
      groups = [...groups, ...large];
      rest = byStrata.filter((group) => group.length < SHARED_BY).flat();
    }
    // Those of whom nothing is told would stand out by being few.
    for (const group of groups.toSorted((one, other) => one.length - other.length)) {
      if (rest.length === 0 || rest.length >= SHARED_BY) break;
      rest = [...rest, ...group];
    }
    for (const member of rest) banded.set(member, {});
  }
  return members.map((member) => ({ ...member, strata: banded.get(member) ?? {} }));
}

function only(strata: Strata, level: readonly Stratum[]): Strata {
  return Object.fromEntries(level.flatMap((stratum) => (strata[stratum] === undefined ? [] : [[stratum, strata[stratum]]])));
}
