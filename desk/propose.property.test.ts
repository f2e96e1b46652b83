import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { proposalOf, weigh } from '../domain/matching/assignment.ts';
import type { Waiting } from '../domain/matching/assignment.ts';
import type { Leader } from '../domain/matching/shortlist.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { solveAssignment } from './solve-assignment.ts';

const TODAY = plainDate('2022-10-10');
const UNTIL = plainDate('2023-03-31');
const AUTUMN = { name: 'Autumn 2022', from: plainDate('2022-09-01'), to: plainDate('2022-12-16') };
const SPRING = { name: 'Spring 2023', from: plainDate('2023-01-03'), to: UNTIL };
/** The dates of another authority. */
const LATER = { ...AUTUMN, to: plainDate('2022-12-21') };

const trust = fc.constantFrom('99001', '99002', '99003');
const drawnLeader = fc.record({
  home: fc.option(trust),
  urns: fc.subarray(['990001', '990002', '990003']),
  trained: fc.constantFrom('2022-09-01', '2022-09-02', '2022-10-10', '2022-10-11', null),
  away: fc.constantFrom(null, null, null, ['2022-10-01', '2022-10-10'], ['2022-10-11', '2022-10-20']),
  addressRefused: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  declined: fc.subarray(['990001', '990002', '990003'], { maxLength: 1 }),
  conflict: fc.subarray(['990001', '990002', '990003'], { maxLength: 1 }),
  daysATerm: fc.integer({ min: 0, max: 50 }).map((n) => n / 2),
  committed: fc.array(
    fc.record({ days: fc.option(fc.integer({ min: 1, max: 12 })), to: fc.constantFrom('2022-10-01', '2022-12-16', '2023-03-31') }),
    {
      maxLength: 2,
    },
  ),
  easting: fc.option(fc.integer({ min: 300_000, max: 600_000 })),
});
const drawnSchool = fc.record({
  urn: fc.constantFrom('990001', '990002', '990003'),
  trust: fc.option(trust),
  later: fc.boolean(),
  short: fc.boolean(),
});
type DrawnLeader = typeof drawnLeader extends fc.Arbitrary<infer T> ? T : never;
type DrawnSchool = typeof drawnSchool extends fc.Arbitrary<infer T> ? T : never;

const leaderFor = (one: DrawnLeader, id: string, urn: string): Leader => ({
  id,
  name: `Leader ${id}`,
  trusts: one.home === null ? [] : [one.home],
  homes: [one.easting === null ? null : { easting: one.easting, northing: 400_000 }],
  addressRefused: one.addressRefused,
  declinedOn: one.declined.includes(urn) ? plainDate('2022-03-01') : null,
  relationships: one.conflict.includes(urn) ? [{ effect: 'bars', what: 'is a governor there', by: 'Carys Mills', on: TODAY }] : [],
  commitments: one.committed.map(({ days, to }, n) => ({
    reference: `C${n}`,
    days,
    given: 0,
    from: plainDate('2022-09-05'),
    to: plainDate(to),
  })),
  profile: {
    homeSchools: one.urns,
    homeTrust: one.home,
    phases: ['primary'],
    specialisms: [],
    contexts: [],
    designations: [],
    trainedOn: one.trained === null ? null : plainDate(one.trained),
    daysATerm: one.daysATerm,
    furthestMiles: null,
    regions: [],
    away: one.away === null ? null : { from: plainDate(one.away[0] ?? ''), until: plainDate(one.away[1] ?? '') },
  },
});

function waitingFor(schools: readonly DrawnSchool[], leaders: readonly DrawnLeader[]): readonly Waiting[] {
  return schools.map(({ urn, trust: of, later, short }, at) => ({
    reference: `D${at}`,
    subject: `School ${at}`,
    need: {
      kind: 'school',
      schools: [{ urn, place: { easting: 400_000, northing: 400_000 } }],
      trusts: of === null ? [] : [of],
      region: 'North West',
      phases: ['primary'],
      contexts: [],
      specialisms: [],
    },
    leaders: leaders.map((one, n) => leaderFor(one, `l${n}`, urn)),
    today: TODAY,
    days: short ? 3 : 10,
    until: UNTIL,
    terms: [later ? LATER : AUTUMN, SPRING],
  }));
}

/** Days of a commitment in a term, counted one by one. */
function counted(days: number, from: string, to: string, term: { readonly from: string; readonly to: string }): number {
  if (to < TODAY) return days;
  let [inside, every] = [0, 0];
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += 86_400_000) {
    every += 1;
    if (ms >= Date.parse(term.from) && ms <= Date.parse(term.to)) inside += 1;
  }
  return (days * inside) / every;
}

const world = fc.tuple(fc.array(drawnSchool, { minLength: 1, maxLength: 8 }), fc.array(drawnLeader, { maxLength: 6 }));

describe('the assignment that is proposed', () => {
  it('holds nobody of the same trust, nobody who is barred, and nobody with more days than they have free', async () => {
    let proposed = 0;
    await fc.assert(
      fc.asyncProperty(world, async ([schools, leaders]) => {
        const weighing = weigh(waitingFor(schools, leaders));
        const { lines, left } = proposalOf(weighing, await solveAssignment(weighing.problem));
        assert.deepEqual(
          [...lines, ...left].map(({ reference }) => reference).toSorted(),
          schools.map((_, at) => `D${at}`),
        );
        proposed += lines.length;
        for (const { reference, leader } of lines) {
          const school = schools[Number(reference.slice(1))] ?? assert.fail();
          const one = leaders[Number(leader.slice(1))] ?? assert.fail();
          assert.ok(school.trust === null || school.trust !== one.home, 'of the same trust');
          assert.ok(!one.urns.includes(school.urn) && !one.declined.includes(school.urn) && !one.conflict.includes(school.urn));
          assert.ok(one.trained !== null && one.trained <= TODAY && !one.addressRefused && one.away?.[1] !== '2022-10-10');
        }
        for (const [n, one] of leaders.entries()) {
          const own = lines.filter(({ leader }) => leader === `l${n}`).map(({ reference }) => schools[Number(reference.slice(1))]);
          if (own.length === 0) continue;
          for (const term of [AUTUMN, LATER, SPRING]) {
            if (term !== SPRING && !schools.some(({ later }) => later === (term === LATER))) continue;
            const before = one.committed.reduce((sum, { days, to }) => sum + counted(days ?? 10, '2022-09-05', to, term), 0);
            const more = own.reduce((sum, school) => sum + counted(school?.short === true ? 3 : 10, TODAY, UNTIL, term), 0);
            assert.ok(before + more <= one.daysATerm + 0.06, `l${n} is given ${before + more} of ${one.daysATerm} in ${term.name}`);
          }
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(proposed > 100, `only ${proposed} lines were proposed at all`);
  });

  // Found by chance: the term of one school ends later than that of the other, and a leader was given 13.2 of 13 days by the dates of the other.
  it('gives nobody more days than they have free by the dates of another authority', async () => {
    const leader: DrawnLeader = {
      home: null,
      urns: ['990003'],
      trained: '2022-09-01',
      away: null,
      addressRefused: false,
      declined: [],
      conflict: [],
      daysATerm: 13,
      committed: [
        { days: 3, to: '2022-12-16' },
        { days: 6, to: '2022-10-01' },
      ],
      easting: null,
    };
    const schools: DrawnSchool[] = [
      { urn: '990003', trust: null, later: true, short: true },
      { urn: '990001', trust: null, later: false, short: false },
    ];
    const weighing = weigh(waitingFor(schools, [leader]));
    assert.deepEqual(await solveAssignment(weighing.problem), []);
  });

  it('does not depend on the order in which schools and leaders are read', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ([schools, leaders]) => {
        const given = waitingFor(schools, leaders);
        const solved = async (waiting: readonly Waiting[]) => {
          const weighing = weigh(waiting);
          return proposalOf(weighing, await solveAssignment(weighing.problem));
        };
        const turned = given.toReversed().map((one) => ({ ...one, leaders: one.leaders.toReversed() }));
        assert.deepEqual(await solved(turned), await solved(given));
      }),
      { numRuns: 60 },
    );
  });

  it('says why somebody in a better place is not proposed, and why nobody is', async () => {
    const base: DrawnLeader = {
      home: null,
      urns: [],
      trained: '2022-09-01',
      away: null,
      addressRefused: false,
      declined: [],
      conflict: [],
      daysATerm: 6,
      committed: [],
      easting: 410_000,
    };
    const weighing = weigh(
      waitingFor(
        (['990001', '990002', '990003'] as const).map((urn) => ({
          urn,
          trust: urn === '990003' ? '99001' : null,
          later: false,
          short: false,
        })),
        [base, { ...base, easting: 500_000, conflict: ['990001'], home: '99001' }, { ...base, daysATerm: 1 }],
      ),
    );
    const { lines, left } = proposalOf(weighing, await solveAssignment(weighing.problem));
    assert.deepEqual(
      lines.map(({ reference, leader, insteadOf }) => [reference, leader, insteadOf]),
      [
        ['D0', 'l0', ''],
        ['D1', 'l1', 'Third on its shortlist: Leader l0 is proposed for School 0 and Leader l2 has too few days free'],
      ],
    );
    assert.deepEqual(left, [
      { reference: 'D2', why: '2 could be asked: Leader l0 is proposed for School 0 and Leader l2 has too few days free' },
    ]);
    const nobody = weigh(waitingFor([{ urn: '990001', trust: '99001', later: false, short: false }], [{ ...base, home: '99001' }]));
    assert.equal(proposalOf(nobody, []).left[0]?.why, 'None of the 1 may be asked: of the same trust (1)');
    const unknown = weigh(
      waitingFor([{ urn: '990001', trust: null, later: false, short: false }], [base]).map((one) => ({ ...one, terms: [] })),
    );
    assert.equal(proposalOf(unknown, []).left[0]?.why, 'The dates of this term are not known, so free days cannot be counted');
  });
});
