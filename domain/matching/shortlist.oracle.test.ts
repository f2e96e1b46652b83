import assert from 'node:assert/strict';
import { it } from 'vitest';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { CONTEXTS, PHASES, SPECIALISMS } from './profile.ts';
import type { Context, Phase, Specialism } from './profile.ts';
import { shortlistOf } from './shortlist.ts';
import type { Leader, Need } from './shortlist.ts';

/** The same numbers every time: a linear congruential generator (Numerical Recipes). */
function dice(seed: number) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const upTo = (n: number) => Math.floor(next() * n);
  return {
    upTo,
    chance: (share: number) => next() < share,
    some: <T>(all: readonly T[], share: number) => all.filter(() => next() < share),
  };
}

const TODAY = plainDate('2022-11-07');
const TERM = { from: plainDate('2022-09-01'), to: plainDate('2022-12-16') };
const REGIONS = ['North West', 'London', 'South West'];
const keys = <T extends string>(words: Readonly<Record<T, string>>) => Object.keys(words) as T[];

const { upTo, chance, some } = dice(20_221_107);
const SCHOOLS = Array.from({ length: 2_000 }, (_, at) => ({
  urn: String(900_000 + at),
  trust: chance(0.6) ? String(upTo(250)) : null,
  place: chance(0.97) ? { easting: 300_000 + upTo(350_000), northing: 50_000 + upTo(550_000) } : null,
}));
const day = (from: number, span: number): PlainDate => addDays(TODAY, from + upTo(span));
const LEADERS = Array.from({ length: 300 }, (_, at): Leader => {
  const homes = Array.from({ length: upTo(4) }, () => SCHOOLS[upTo(SCHOOLS.length)]).filter((school) => school !== undefined);
  const homeTrust = chance(0.7) ? String(upTo(250)) : null;
  const awayFrom = day(-40, 60);
  return {
    id: `leader-${at}`,
    name: `Leader ${at}`,
    trusts: [...(homeTrust === null ? [] : [homeTrust]), ...homes.flatMap(({ trust }) => trust ?? [])],
    homes: homes.map(({ place }) => place),
    addressRefused: chance(0.03),
    declinedOn: chance(0.05) ? day(-90, 80) : null,
    relationships: some(['bars', 'warns', 'favours'] as const, 0.08).map((effect) => ({ effect, what: 'x', by: 'y', on: TODAY })),
    commitments: Array.from({ length: upTo(4) }, (__, n) => {
      const from = day(-150, 200);
      return {
        reference: `D${n}`,
        days: chance(0.8) ? 1 + upTo(20) / 2 : null,
        given: chance(0.3) ? upTo(12) : 0,
        from,
        to: addDays(from, upTo(200)),
      };
    }),
    profile: {
      homeSchools: homes.map(({ urn }) => urn),
      homeTrust,
      phases: some(keys<Phase>(PHASES), 0.3),
      specialisms: some(keys<Specialism>(SPECIALISMS), 0.2),
      contexts: some(keys<Context>(CONTEXTS), 0.3),
      designations: some(['ceo', 'nle'] as const, 0.5),
      trainedOn: chance(0.9) ? day(-100, 110) : null,
      daysATerm: upTo(30) / 2,
      furthestMiles: null,
      regions: some(REGIONS, 0.3),
      away: chance(0.2) ? { from: awayFrom, until: addDays(awayFrom, upTo(30)) } : null,
    },
  };
});

/** The free days of each leader do not depend on the school, so the days are counted once. */
const FREE = new Map(
  LEADERS.map((one) => {
    const { profile } = one;
    let taken = 0;
    for (const { days, given, from, to } of one.commitments) {
      const all = Math.max((days ?? 10) - given, 0);
      if (Date.parse(to) < Date.parse(TODAY)) taken += all;
      else {
        let [inside, every] = [0, 0];
        for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 86_400_000) {
          every += 1;
          if (ms >= Date.parse(TERM.from) && ms <= Date.parse(TERM.to)) inside += 1;
        }
        taken += (all * inside) / every;
      }
    }
    return [one.id, Math.round((profile.daysATerm - Math.round(taken * 10) / 10) * 10) / 10] as const;
  }),
);

/** Written apart from the rules: days are counted one by one, distances with a square root, and the order by comparing texts. */
function expected(need: Need): {
  readonly order: readonly string[];
  readonly facts: ReadonlyMap<string, string>;
  readonly barred: ReadonlySet<string>;
} {
  const barred = new Set<string>();
  const keysOf: { id: string; key: string }[] = [];
  const facts = new Map<string, string>();
  for (const one of LEADERS) {
    const { profile } = one;
    const sameTrust = one.trusts.some((trust) => need.trusts.some((its) => its === trust));
    const ownSchool = need.schools.some((school) => profile.homeSchools.some((urn) => urn === school.urn));
    const conflict = one.relationships.some(({ effect }) => effect === 'bars');
    const untrained = !(profile.trainedOn !== null && Date.parse(profile.trainedOn) <= Date.parse(TODAY));
    const away =
      profile.away !== null && Date.parse(profile.away.from) <= Date.parse(TODAY) && Date.parse(TODAY) <= Date.parse(profile.away.until);
    if (sameTrust || ownSchool || conflict || untrained || away || one.declinedOn !== null || one.addressRefused) {
      barred.add(one.id);
      continue;
    }
    const miles: number[] = [];
    for (const { place } of need.schools) {
      if (place === null) continue;
      const each = one.homes.flatMap((home) =>
        home === null
          ? []
          : [Math.round((10 * Math.sqrt((home.easting - place.easting) ** 2 + (home.northing - place.northing) ** 2)) / 1609.344) / 10],
      );
      if (each.length > 0) miles.push(each.reduce((least, n) => (n < least ? n : least)));
    }
    miles.sort((a, b) => a - b);
    const free = FREE.get(one.id) ?? Number.NaN;
    const shared = (mine: readonly string[], wanted: readonly string[]) => wanted.filter((want) => mine.includes(want)).length;
    const digits = (n: number) => String(Math.round(n * 10) + 50_000).padStart(7, '0');
    keysOf.push({
      id: one.id,
      key: [
        need.kind === 'trust' && !profile.designations.includes('ceo') ? 1 : 0,
        9 - shared(profile.phases, need.phases),
        99 - shared(profile.specialisms, need.specialisms) - shared(profile.contexts, need.contexts) + 100,
        one.relationships.some(({ effect }) => effect === 'favours') ? 0 : 1,
        profile.regions.length === 0 || profile.regions.includes(need.region) ? 0 : 1,
        miles[0] === undefined ? '9'.repeat(7) : digits(miles[0]),
        digits(-free),
      ].join('|'),
    });
    const half = Math.floor(miles.length / 2);
    const middle = miles.length % 2 === 1 ? (miles[half] ?? 0) : Math.round((10 * ((miles[half - 1] ?? 0) + (miles[half] ?? 0))) / 2) / 10;
    facts.set(one.id, JSON.stringify([miles.length === 0 ? null : [miles[0], middle, miles.at(-1)], free]));
  }
  const byName = new Intl.Collator('en-GB');
  keysOf.sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : byName.compare(a.id.replace('leader-', 'Leader '), b.id.replace('leader-', 'Leader ')),
  );
  return { order: keysOf.map(({ id }) => id), facts, barred };
}

it('bars, distances, free days and the order of 300 leaders for 2,000 schools are those of an oracle written apart', () => {
  const random = dice(7);
  let suggested = 0;
  const known = new Set<string>();
  for (const [at, school] of SCHOOLS.entries()) {
    // Every twentieth stands for its whole trust.
    const whole = at % 20 === 0 && school.trust !== null;
    const need: Need = {
      kind: whole ? 'trust' : 'school',
      schools: whole ? SCHOOLS.filter(({ trust }) => trust === school.trust) : [school],
      trusts: school.trust === null ? [] : [school.trust],
      region: REGIONS[at % 3] ?? '',
      phases: random.some(keys<Phase>(PHASES), 0.2),
      specialisms: random.some(keys<Specialism>(SPECIALISMS), 0.2),
      contexts: random.some(keys<Context>(CONTEXTS), 0.3),
    };
    const { candidates, barred } = shortlistOf(need, LEADERS, { today: TODAY, term: TERM });
    const oracle = expected(need);
    assert.deepEqual(new Set(barred.map(({ leader }) => leader)), oracle.barred, `barred for ${school.urn}`);
    for (const { leader, distance, capacity } of candidates) {
      const miles = distance === null ? null : [distance.nearest, distance.median, distance.farthest];
      assert.equal(JSON.stringify([miles, capacity?.free]), oracle.facts.get(leader), `${leader} for ${school.urn}`);
    }
    assert.deepEqual(
      candidates.map(({ leader }) => leader),
      oracle.order,
      `the order for ${school.urn}`,
    );
    suggested += candidates.length;
    for (const { because } of barred) known.add(because);
  }
  // The invented world has something of everything in it.
  assert.ok(suggested > 100_000, String(suggested));
  assert.ok(known.has('Of the same trust') && known.has('Not trained yet'));
});
