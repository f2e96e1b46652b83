import type { LeaderProfile } from '../../domain/matching/profile.ts';
import type { MatchedLeader } from '../../domain/measures/tally.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';

/** A profile of a leader, with the day on which it was kept. */
export type KeptProfile = { readonly leader: string; readonly on: PlainDate; readonly profile: LeaderProfile };
/** What was declared of a leader and a school or trust, with the day on which it was kept. */
export type KeptDeclaration = {
  readonly leader: string;
  readonly urn: string;
  readonly trust: string;
  readonly effect: string;
  readonly what: string;
  readonly on: PlainDate;
};

/** What is kept of leaders: every profile and everything that was declared of them, in their order. */
export type KeptLeaders = { readonly profiles: readonly KeptProfile[]; readonly declared: readonly KeptDeclaration[] };

/** What was known on a day of a leader, and of them and a school or trust; null where no profile was kept by then. */
type LeaderOn = (leader: string, subject: { readonly urn: string; readonly trust: string }, on: PlainDate) => MatchedLeader | null;

export function leaderAsKept({ profiles, declared }: KeptLeaders): LeaderOn {
  const profilesOf = Map.groupBy(profiles, ({ leader }) => leader);
  const declaredOf = Map.groupBy(declared, ({ leader }) => leader);
  return (leader, { urn, trust }, on) => {
    const profile = profilesOf.get(leader)?.findLast((line) => line.on <= on)?.profile;
    if (profile === undefined) return null;
    const lines = (declaredOf.get(leader) ?? []).filter((line) => line.on <= on && line.urn === urn && line.trust === trust);
    // Each thing that is declared is ended by a later line of its own.
    const newest = new Map(lines.map((line) => [line.what, line.effect]));
    return {
      phases: profile.phases,
      contexts: profile.contexts,
      regions: profile.regions,
      trainedOn: profile.trainedOn,
      knowsSchool: [...newest.values()].some((effect) => effect === 'favours' || effect === 'warns'),
    };
  };
}
