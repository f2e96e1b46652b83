import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { verdictsOn } from './eligible.ts';
import type { Grade, Inspection } from './judgements.ts';
import type { Group, Known, KnownSchool, Membership } from './schools.ts';

/*
 * The criteria once more, as one would tick them off on paper: for each school and each trust the files are read from top to bottom, and
 * nothing is sorted or indexed. It shares no code with the rules.
 */

/** The grade and the day of the judgement that holds on a day, or of the one before it; null when there is none. */
function held(known: Known, urn: string, day: string, which: 'latest' | 'before'): { grade: number; on: string; knownOn: string } | null {
  let later = '9999-99-99';
  if (which === 'before') {
    const latest = held(known, urn, day, 'latest');
    if (latest === null) return null;
    later = latest.on;
  }
  let best: { grade: number; on: string; knownOn: string } | null = null;
  for (const one of known.inspections) {
    const knownOn = one.publishedOn === null ? one.inspectedOn : one.publishedOn;
    if (one.urn !== urn || knownOn > day || one.inspectedOn >= later) continue;
    if (best === null || one.inspectedOn > best.on || (one.inspectedOn === best.on && knownOn > best.knownOn)) {
      best = { grade: one.grade, on: one.inspectedOn, knownOn };
    }
  }
  return best;
}

/** How many times in a row it required improvement, by walking back one judgement at a time. */
function timesInARow(known: Known, urn: string, day: string): number {
  let count = 0;
  let left = known.inspections.filter((one) => one.urn === urn);
  for (;;) {
    const latest = held({ ...known, inspections: left }, urn, day, 'latest');
    if (latest === null || latest.grade !== 3) return count;
    count += 1;
    left = left.filter((one) => one.inspectedOn < latest.on);
  }
}

/** Whether any judgement of requires improvement came out within the year. Of two on one day only the later one stands. */
function judgedWithin(known: Known, urn: string, from: string, to: string, day: string): boolean {
  let found = false;
  for (const one of known.inspections) {
    const out = one.publishedOn ?? one.inspectedOn;
    if (one.urn !== urn || one.grade !== 3 || out < from || out > to || out > day) continue;
    let replaced = false;
    for (const other of known.inspections) {
      const otherOut = other.publishedOn ?? other.inspectedOn;
      if (other.urn === urn && other.inspectedOn === one.inspectedOn && otherOut > out && otherOut <= day) replaced = true;
    }
    if (!replaced) found = true;
  }
  return found;
}

function open(school: KnownSchool, day: string): boolean {
  const began = school.openedOn === null || school.openedOn <= day;
  const ended = school.closedOn === null ? school.status === 'Closed' : school.closedOn <= day;
  return began && !ended;
}

/** The trust of a school on a day and since when, as "trust|2019-09-01"; '' when it is in none. */
function trustOn(known: Known, school: KnownSchool, day: string): string {
  let trust = '';
  let since = '';
  let any = false;
  for (const one of known.memberships) {
    if (one.urn !== school.urn) continue;
    const group = known.groups.find(({ id }) => id === one.group);
    if (group === undefined || group.kind === 'other') continue;
    any = true;
    if (group.closedOn !== null && group.closedOn <= day) continue;
    if (one.joinedOn !== null && one.joinedOn > day) continue;
    if (one.leftOn !== null && one.leftOn <= day) continue;
    const joined = one.joinedOn ?? '';
    if (trust === '' || joined > since || (joined === since && group.id < trust)) [trust, since] = [group.id, joined];
  }
  if (!any && school.trust !== null) return `${school.trust}|`;
  return trust === '' ? '' : `${trust}|${since}`;
}

type Line = { readonly id: string; readonly grounds: string };

function byHand(programme: string, whole: Known, day: string): readonly Line[] {
  // Each school has a folder with its own papers, so that 2,000 of them are read within seconds.
  const folders = new Map(
    whole.schools.map(({ urn }) => [urn, { ...whole, memberships: [] as Membership[], inspections: [] as Inspection[] }]),
  );
  for (const one of whole.memberships) folders.get(one.urn)?.memberships.push(one);
  for (const one of whole.inspections) folders.get(one.urn)?.inspections.push(one);
  const papers = (urn: string): Known => folders.get(urn) ?? whole;
  const trusts = new Map<string, { school: KnownSchool; since: string }[]>();
  const trustsAtStart = new Map<string, { school: KnownSchool; since: string }[]>();
  for (const school of whole.schools) {
    for (const [map, when] of [
      [trusts, day],
      [trustsAtStart, '2022-09-01'],
    ] as const) {
      const [trust = '', since = ''] = trustOn(papers(school.urn), school, when).split('|');
      if (trust !== '' && open(school, when)) map.set(trust, [...(map.get(trust) ?? []), { school, since }]);
    }
  }
  const lines: Line[] = [];
  for (const school of whole.schools) {
    if (!open(school, day)) continue;
    const [trust = ''] = trustOn(papers(school.urn), school, day).split('|');
    if (trust === '' && school.sector === 'other') continue;
    const alone = trust === '' || (trusts.get(trust)?.length ?? 0) < 2;
    const grounds: string[] = [];
    if (programme === 'si-2019-20') {
      const times = timesInARow(papers(school.urn), school.urn, day);
      if (times > 0) grounds.push(`tier-${times > 3 ? 3 : times}`);
    } else if (alone && programme === 'tsi-2021-22') grounds.push(...of2021(papers(school.urn), school.urn, day));
    else if (alone && judgedWithin(papers(school.urn), school.urn, '2022-09-01', '2023-08-31', day)) grounds.push('during-year');
    if (grounds.length > 0) lines.push({ id: school.urn, grounds: grounds.join('+') });
  }
  for (const [trust, members] of trusts) {
    if (members.length < 2 || programme === 'si-2019-20') continue;
    const grounds: string[] = [];
    if (programme === 'tsi-2021-22') {
      const all = members.flatMap(({ school }) => of2021(papers(school.urn), school.urn, day));
      if (all.includes('twice-before-year')) grounds.push('twice-before-year');
      if (all.includes('during-year')) grounds.push('during-year');
    } else {
      let settled = 0;
      for (const { since } of trustsAtStart.get(trust) ?? []) if (since !== '' && since <= '2019-09-01') settled += 1;
      let [inspected, bad, gained] = [0, 0, 0];
      for (const { school, since } of members) {
        const latest = held(papers(school.urn), school.urn, day, 'latest');
        if (latest === null || since === '' || latest.on < since) continue;
        inspected += 1;
        if (latest.grade === 3 || latest.grade === 4) bad += 1;
        const before = held(papers(school.urn), school.urn, day, 'before');
        if (before !== null) gained += before.grade - latest.grade;
      }
      if (settled >= 2 && inspected > 0 && bad / inspected >= 0.5) grounds.push('half-of-trust');
      if (settled >= 2 && gained < 0) grounds.push('trust-declines');
    }
    if (grounds.length > 0) lines.push({ id: trust, grounds: grounds.join('+') });
  }
  return lines.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function of2021(known: Known, urn: string, day: string): readonly string[] {
  const latest = held(known, urn, '2021-08-31', 'latest');
  const before = held(known, urn, '2021-08-31', 'before');
  return [
    ...(latest?.grade === 3 && (before?.grade ?? 0) >= 3 ? ['twice-before-year'] : []),
    ...(judgedWithin(known, urn, '2021-09-01', '2022-08-31', day) ? ['during-year'] : []),
  ];
}

function byRule(programme: string, known: Known, day: PlainDate): readonly Line[] {
  const verdicts = verdictsOn(programme, known, day);
  assert.ok(verdicts.ok);
  return verdicts.value
    .filter(({ grounds }) => grounds.length > 0)
    .map(({ subject, grounds }) => ({ id: subject.kind === 'school' ? subject.urn : subject.trust, grounds: grounds.join('+') }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Numbers from 0 to below n, the same ones in every run. */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** Invented schools in invented trusts: some closed or not open yet, some moved, some with gaps in what is known of them. */
function invented(count: number, seed: number): Known {
  const roll = dice(seed);
  const day = (from: string, span: number) => addDays(plainDate(from), roll(span));
  const groups = Array.from({ length: Math.ceil(count / 5) }, (_, index): Group => {
    const kind = (['multi-academy-trust', 'multi-academy-trust', 'multi-academy-trust', 'single-academy-trust', 'other'] as const)[roll(5)];
    return { id: `T${index}`, name: `Trust ${index}`, kind: kind ?? 'other', closedOn: roll(40) === 0 ? day('2019-01-01', 1_500) : null };
  });
  const group = () => groups[roll(groups.length)]?.id ?? 'T0';
  const schools: KnownSchool[] = [];
  const memberships: Membership[] = [];
  const inspections: Inspection[] = [];
  for (let index = 0; index < count; index += 1) {
    const urn = String(900_000 + index);
    const sector = (['maintained', 'academy', 'academy', 'other'] as const)[roll(20) === 0 ? 3 : roll(3)] ?? 'other';
    const closes = roll(12) === 0;
    const closedOn = closes && roll(5) > 0 ? day('2018-01-01', 2_000) : null;
    schools.push({
      urn,
      name: `School ${urn}`,
      status: closes ? 'Closed' : 'Open',
      openedOn: roll(6) === 0 ? day('2016-01-01', 2_800) : null,
      closedOn,
      sector,
      trust: sector === 'academy' && roll(4) === 0 ? group() : null,
    });
    for (const trust of new Set(sector === 'academy' ? Array.from({ length: [0, 1, 1, 1, 2][roll(5)] ?? 1 }, group) : [])) {
      const joinedOn = roll(15) === 0 ? null : roll(8) === 0 ? plainDate('2019-09-01') : day('2015-09-01', 2_700);
      memberships.push({
        group: trust,
        urn,
        joinedOn,
        leftOn: joinedOn !== null && roll(20) === 0 ? addDays(joinedOn, 300 + roll(900)) : null,
      });
    }
    const since = memberships.find((one) => one.urn === urn)?.joinedOn ?? null;
    let inspectedOn = since !== null && roll(6) === 0 ? since : day('2009-01-01', 1_500);
    for (let more = roll(7); more > 0; more -= 1) {
      const grade = ([1, 2, 2, 3, 3, 3, 4] as const)[roll(7)] ?? 2;
      inspections.push({
        urn,
        urnAtTime: urn,
        inspectedOn,
        publishedOn: roll(10) === 0 ? null : addDays(inspectedOn, 20 + roll(70)),
        grade: grade satisfies Grade,
      });
      // Now and then a second inspection on the same day, published at another time.
      inspectedOn = roll(25) === 0 ? inspectedOn : addDays(inspectedOn, 200 + roll(1_100));
    }
  }
  // On one day, published on one day: what holds then is nobody's to say, and an import keeps only one of them.
  const once = new Map(inspections.map((one) => [`${one.urn} ${one.inspectedOn} ${one.publishedOn ?? one.inspectedOn}`, one]));
  return { schools, groups, memberships, inspections: [...once.values()] };
}

const DAYS: readonly (readonly [string, readonly string[]])[] = [
  ['si-2019-20', ['2019-09-01', '2020-02-14', '2020-08-31']],
  ['tsi-2021-22', ['2021-09-01', '2022-02-18', '2022-08-31']],
  ['tsi-2022-23', ['2022-09-01', '2022-11-28', '2023-08-31']],
];

describe('who is eligible', () => {
  it('is the same by hand, of 2,000 invented schools on three days of each offer', () => {
    const known = invented(2_000, 14);
    const seen = new Set<string>();
    for (const [programme, days] of DAYS) {
      for (const day of days) {
        const rule = byRule(programme, known, plainDate(day));
        assert.deepEqual(rule, byHand(programme, known, day), `${programme} on ${day}`);
        for (const { id, grounds } of rule)
          for (const ground of grounds.split('+')) seen.add(`${programme} ${id.startsWith('T') ? 'trust' : 'school'} ${ground}`);
      }
    }
    assert.deepEqual([...seen].toSorted(), [
      'si-2019-20 school tier-1',
      'si-2019-20 school tier-2',
      'si-2019-20 school tier-3',
      'tsi-2021-22 school during-year',
      'tsi-2021-22 school twice-before-year',
      'tsi-2021-22 trust during-year',
      'tsi-2021-22 trust twice-before-year',
      'tsi-2022-23 school during-year',
      'tsi-2022-23 trust half-of-trust',
      'tsi-2022-23 trust trust-declines',
    ]);
  });

  it('does not depend on the order in which anything is known', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.constantFrom(...DAYS.flatMap(([id, days]) => days.map((day) => [id, day] as const))),
        (seed, [id, day]) => {
          const known = invented(40, seed);
          const turned = {
            schools: known.schools.toReversed(),
            groups: known.groups.toReversed(),
            memberships: known.memberships.toReversed(),
            inspections: known.inspections.toReversed(),
          };
          assert.deepEqual(byRule(id, turned, plainDate(day)), byRule(id, known, plainDate(day)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never names a school in a trust of several schools for an offer that goes to the trust, nor one that is not open', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.constantFrom('tsi-2021-22', 'tsi-2022-23'), (seed, id) => {
        const known = invented(40, seed);
        const day = id === 'tsi-2021-22' ? '2022-02-18' : '2022-11-28';
        const verdicts = verdictsOn(id, known, plainDate(day));
        assert.ok(verdicts.ok);
        const eligible = verdicts.value.filter(({ grounds }) => grounds.length > 0);
        for (const { subject, evidence } of eligible) {
          assert.ok(evidence.length > 0);
          for (const one of evidence) {
            const school = known.schools.find(({ urn }) => urn === one.urn);
            assert.ok(school !== undefined && open(school, day));
            assert.ok(one.judgements.every((judgement) => (judgement.publishedOn ?? judgement.inspectedOn) <= day));
          }
          if (subject.kind !== 'school') continue;
          const [trust] = trustOn(known, known.schools.find(({ urn }) => urn === subject.urn) ?? assert.fail(), day).split('|');
          const beside = known.schools.filter((other) => open(other, day) && trustOn(known, other, day).split('|')[0] === trust);
          assert.ok(trust === '' || beside.length === 1);
        }
      }),
      { numRuns: 200 },
    );
  });
});
