import type { PlainDate } from '../time/plain-date.ts';
import type { Inspection } from './judgements.ts';
import { latestTrustOn } from './trusts-of-school.ts';
import type { HeldTrust } from './trusts-of-school.ts';

/** A school as far as it matters for who is eligible. */
export type KnownSchool = {
  readonly urn: string;
  readonly name: string;
  /** As the register says it now: "Open", "Closed", … */
  readonly status: string;
  readonly openedOn: PlainDate | null;
  readonly closedOn: PlainDate | null;
  /** Maintained by its local authority, an academy of any kind, or neither, such as an independent school. */
  readonly sector: 'maintained' | 'academy' | 'other';
  /** The trust that the register gives it now. */
  readonly trust: string | null;
};

/** A group of schools. Only academy trusts matter here; a federation, for one, is another kind. */
export type Group = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'multi-academy-trust' | 'single-academy-trust' | 'other';
  readonly closedOn: PlainDate | null;
};

/** That a school belongs to a group from a day on; `joinedOn` is null where the file does not say since when. */
export type Membership = {
  readonly group: string;
  readonly urn: string;
  readonly joinedOn: PlainDate | null;
  /** The first day on which it no longer belongs to it. */
  readonly leftOn: PlainDate | null;
};

/** Everything that is known of schools, their inspections and their trusts. */
export type Known = {
  readonly schools: readonly KnownSchool[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
  readonly inspections: readonly Inspection[];
};

/** A school in a trust, and since when. */
export type Member = { readonly school: KnownSchool; readonly joinedOn: PlainDate | null };

/** What a school is on a day. An empty MAT is a multi-academy trust with one school, which the offers count as a school. */
export type SchoolKind = 'maintained' | 'single-academy-trust' | 'empty-mat' | 'in-mat' | 'other';

/** What is known, as of one day. */
export type AsOf = {
  readonly on: PlainDate;
  readonly schools: readonly KnownSchool[];
  isOpen(school: KnownSchool): boolean;
  /** The academy trust of a school, and since when; undefined when it has none. */
  trustOf(school: KnownSchool): HeldTrust | undefined;
  /** The open schools of a trust. */
  membersOf(trust: string): readonly Member[];
  kindOf(school: KnownSchool): SchoolKind;
  /** The trusts with two or more open schools. */
  readonly multiAcademyTrusts: readonly string[];
  nameOfTrust(trust: string): string;
  inspectionsOf(urn: string): readonly Inspection[];
  /** What was known, as of another day. */
  at(day: PlainDate): AsOf;
};

/** Sets what is known in order, as of a day. A school counts with the academy trust that it joined last (`latestTrustOn`). */
export function asOf(known: Known, on: PlainDate): AsOf {
  const groups = new Map(known.groups.map((group) => [group.id, group]));
  const inspections = Map.groupBy(known.inspections, ({ urn }) => urn);
  const dated = Map.groupBy(
    known.memberships.flatMap((membership) => {
      const { kind, closedOn = null } = groups.get(membership.group) ?? {};
      return kind === 'other' ? [] : [{ ...membership, closedOn }];
    }),
    ({ urn }) => urn,
  );
  return at(on);

  function at(day: PlainDate): AsOf {
    const isOpen = (school: KnownSchool) => isOpenOn(school, day);
    const trustOf: AsOf['trustOf'] = ({ urn, trust }) => latestTrustOn({ dated: dated.get(urn) ?? [], inRegister: trust }, day);
    const members = new Map<string, Member[]>();
    for (const school of known.schools.filter(isOpen)) {
      const held = trustOf(school);
      if (held === undefined) continue;
      const there = members.get(held.trust) ?? [];
      there.push({ school, joinedOn: held.joinedOn });
      members.set(held.trust, there);
    }
    const membersOf = (trust: string): readonly Member[] => members.get(trust) ?? [];
    return {
      on: day,
      schools: known.schools,
      isOpen,
      trustOf,
      membersOf,
      kindOf(school) {
        const trust = trustOf(school)?.trust;
        if (trust === undefined) return school.sector === 'academy' ? 'single-academy-trust' : school.sector;
        if (membersOf(trust).length > 1) return 'in-mat';
        return groups.get(trust)?.kind === 'single-academy-trust' ? 'single-academy-trust' : 'empty-mat';
      },
      multiAcademyTrusts: [...members].flatMap(([trust, there]) => (there.length > 1 ? [trust] : [])),
      nameOfTrust: (trust) => groups.get(trust)?.name ?? trust,
      inspectionsOf: (urn) => inspections.get(urn) ?? [],
      at,
    };
  }
}

/** Whether a school was open on a day. One that closed at a time nobody knows counts as closed throughout. */
function isOpenOn({ status, openedOn, closedOn }: KnownSchool, day: PlainDate): boolean {
  if (openedOn !== null && openedOn > day) return false;
  if (closedOn !== null) return closedOn > day;
  const said = status.toLowerCase();
  return said.startsWith('open') || (said === 'proposed to open' && openedOn !== null);
}
