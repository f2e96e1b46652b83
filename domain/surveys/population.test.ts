import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { AUDIENCES, bandStrata, LEFT_OUT, populationOf, SHARED_BY } from './population.ts';
import type { Candidate, Member, Part } from './population.ts';

const PART: Part = {
  audience: 'school-leader',
  status: 'running',
  matched: true,
  stoppedForIllness: false,
  strata: { region: 'London', phase: 'Primary' },
  calendar: 'c1',
};
const SOMEBODY: Candidate = {
  person: 'p',
  hasAddress: true,
  addressRefused: false,
  optedOut: false,
  staff: false,
  surveyedLately: false,
  parts: [PART],
};
const member = (over: Partial<Candidate>): Member => {
  const [found] = populationOf([{ ...SOMEBODY, ...over }], AUDIENCES);
  return found ?? assert.fail('is no member');
};

describe('the population of a wave', () => {
  it.each([
    ['no-address', { hasAddress: false }],
    ['address-refused', { addressRefused: true }],
    ['opted-out', { optedOut: true }],
    ['staff', { staff: true }],
    ['surveyed-lately', { surveyedLately: true }],
    ['clock-stopped', { parts: [{ ...PART, stoppedForIllness: true }] }],
    ['not-matched-yet', { parts: [{ ...PART, matched: false }] }],
    ['declined-or-withdrawn', { parts: [{ ...PART, status: 'declined' }] }],
    ['declined-or-withdrawn', { parts: [{ ...PART, status: 'withdrawn' }] }],
  ] as const)('leaves somebody out: %s', (reason, over) => {
    assert.equal(member(over).leftOut, reason);
  });

  it('asks somebody in two roles once, and a head who was declined as a system leader only', () => {
    const leads: Part = { ...PART, audience: 'system-leader', calendar: 'c2' };
    assert.deepEqual(member({ parts: [leads, PART, PART] }).audiences, ['system-leader', 'school-leader']);
    const declined = member({ parts: [leads, { ...PART, status: 'declined' }] });
    assert.deepEqual([declined.audiences, declined.leftOut, declined.schoolDays], [['system-leader'], null, false]);
  });

  it('asks a head with one deployment that is stopped and one that runs', () => {
    assert.equal(member({ parts: [{ ...PART, stoppedForIllness: true }, PART] }).leftOut, null);
  });

  it('counts on the school days of every school of theirs, and not of the schools that they support', () => {
    const found = member({ parts: [{ ...PART, audience: 'system-leader', calendar: 'c9' }, PART, { ...PART, calendar: 'c2' }] });
    assert.deepEqual([found.schoolDays, found.calendars], [true, ['c1', 'c2']]);
  });

  it('counts on one calendar for whoever is a system leader only', () => {
    const leads: Part = { ...PART, audience: 'system-leader', calendar: 'c2' };
    const found = member({ parts: [leads, { ...leads, calendar: 'c1' }] });
    assert.deepEqual([found.schoolDays, found.calendars], [false, ['c2']]);
  });

  it('knows of each what all of their deployments have in common, and where they differ', () => {
    assert.deepEqual(member({}).strata, { region: 'London', phase: 'Primary' });
    const elsewhere: Part = { ...PART, strata: { region: 'North East', phase: 'Primary', stage: 'The plan' } };
    assert.deepEqual(member({ parts: [PART, elsewhere] }).strata, { region: 'several', phase: 'Primary', stage: 'The plan' });
    // What they were declined for is not counted where they are asked for another.
    assert.deepEqual(member({ parts: [PART, { ...elsewhere, status: 'declined' }] }).strata, { region: 'London', phase: 'Primary' });
  });

  it('has nobody twice, nobody without a reason either way, and nobody whom the survey does not ask', () => {
    const parts = fc.record({
      audience: fc.constantFrom(...AUDIENCES),
      status: fc.constantFrom('running', 'completed', 'declined', 'withdrawn'),
      matched: fc.boolean(),
      stoppedForIllness: fc.boolean(),
      strata: fc.constant({}),
      calendar: fc.constantFrom('c1', 'c2'),
    });
    const candidate = fc.record({
      person: fc.uuid(),
      hasAddress: fc.boolean(),
      addressRefused: fc.boolean(),
      optedOut: fc.boolean(),
      staff: fc.boolean(),
      surveyedLately: fc.boolean(),
      parts: fc.array(parts, { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(candidate, { selector: ({ person }) => person, maxLength: 30 }),
        fc.subarray([...AUDIENCES]),
        (all, asks) => {
          const found = populationOf(all, asks);
          assert.equal(new Set(found.map(({ person }) => person)).size, found.length);
          for (const { audiences, leftOut, person } of found) {
            assert.ok(audiences.length > 0 && audiences.every((audience) => asks.includes(audience)));
            const its = all.find((one) => one.person === person) ?? assert.fail();
            const may = its.hasAddress && !its.addressRefused && !its.optedOut && !its.staff && !its.surveyedLately;
            const takesPart = its.parts.some(
              (part) =>
                asks.includes(part.audience) && ['running', 'completed'].includes(part.status) && part.matched && !part.stoppedForIllness,
            );
            assert.equal(leftOut === null, may && takesPart);
            if (leftOut !== null) assert.ok(LEFT_OUT.includes(leftOut));
          }
        },
      ),
    );
  });
});

describe('what is told with a response', () => {
  const of = (region: string, phase: string, count: number) =>
    Array.from({ length: count }, () => ({ audiences: ['school-leader'] as const, strata: { region, phase } }));

  it('is told of twelve alike, and of three like each other only the region that they share with nine', () => {
    const told = bandStrata([...of('North East', 'Primary', 12), ...of('North East', 'Secondary', 3), ...of('North East', 'Special', 9)]);
    assert.deepEqual(told[0]?.strata, { region: 'North East', phase: 'Primary' });
    assert.deepEqual(told[12]?.strata, { region: 'North East' });
    assert.deepEqual(told[20]?.strata, { region: 'North East' });
  });

  it('singles out nobody by telling nothing of them alone', () => {
    const told = bandStrata([...of('North East', 'Primary', 12), ...of('London', 'Secondary', 3)]);
    assert.ok(told.every(({ strata }) => Object.keys(strata).length === 0));
  });

  it('is told of ten alike, but not of nine, nor of a few because others of another audience are like them', () => {
    const ten = bandStrata(of('North East', 'Primary', 10));
    assert.deepEqual(ten[0]?.strata, { region: 'North East', phase: 'Primary' });
    assert.deepEqual(bandStrata(of('North East', 'Primary', 9))[0]?.strata, {});
    const leaders = of('North East', 'Primary', 3).map((one) => ({ ...one, audiences: ['system-leader'] as const }));
    const told = bandStrata([...of('North East', 'Primary', 12), ...leaders]);
    assert.deepEqual([told[0]?.strata, told[12]?.strata], [{ region: 'North East', phase: 'Primary' }, {}]);
  });

  it('takes the smallest group with those who would stand out, and no other', () => {
    const told = bandStrata([...of('North East', 'Primary', 12), ...of('London', 'Primary', 10), ...of('South West', 'Special', 3)]);
    assert.deepEqual(
      [0, 12, 22].map((at) => told[at]?.strata),
      [{ region: 'North East', phase: 'Primary' }, {}, {}],
    );
  });

  it('is shared by at least ten of the same audiences, or by all of them', () => {
    const people = fc.array(
      fc.record({
        audiences: fc.subarray([...AUDIENCES], { minLength: 1 }),
        strata: fc.record(
          { region: fc.constantFrom('a', 'b', 'c'), phase: fc.constantFrom('p', 's'), status: fc.constantFrom('x', 'y') },
          { requiredKeys: [] },
        ),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(people, (all) => {
        const told = bandStrata(all);
        assert.equal(told.length, all.length);
        for (const group of Map.groupBy(told, ({ audiences, strata }) =>
          JSON.stringify([audiences, Object.entries(strata).toSorted(([one], [other]) => one.localeCompare(other))]),
        ).values()) {
          const [one] = group;
          const ofAudience = told.filter(({ audiences }) => audiences.join() === one?.audiences.join());
          assert.ok(group.length >= SHARED_BY || group.length === ofAudience.length);
          if (group.length < SHARED_BY) assert.deepEqual(one?.strata, {});
        }
      }),
    );
  });
});
