import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { capacityOf, daysWithin } from './capacity.ts';
import type { Commitment } from './capacity.ts';
import { distanceOf, milesBetween } from './distance.ts';
import type { Place } from './distance.ts';
import { phaseOf, surroundingsOf } from './profile.ts';
import type { LeaderProfile } from './profile.ts';
import { shortlistOf } from './shortlist.ts';
import type { AsOf, Leader, Need } from './shortlist.ts';

const NOW: AsOf = { today: plainDate('2022-10-10'), term: { from: plainDate('2022-09-01'), to: plainDate('2022-12-16') } };
const HERE: Place = { easting: 354_000, northing: 428_000 };
const east = (miles: number): Place => ({ easting: 354_000 + Math.round(miles * 1_609.344), northing: 428_000 });

const NEED: Need = {
  kind: 'school',
  schools: [{ urn: '990001', place: HERE }],
  trusts: ['99001'],
  region: 'North West',
  phases: ['primary'],
  contexts: ['rural', 'small'],
  specialisms: ['send'],
};
const PROFILE: LeaderProfile = {
  homeSchools: ['990031'],
  homeTrust: '99005',
  phases: ['primary'],
  specialisms: [],
  contexts: [],
  designations: ['ceo'],
  trainedOn: plainDate('2022-09-14'),
  daysATerm: 6,
  furthestMiles: null,
  regions: [],
  away: null,
};

type Over = { readonly [Key in keyof Leader]?: Key extends 'profile' ? Partial<LeaderProfile> : Leader[Key] };

function leader(id: string, over: Over = {}): Leader {
  return {
    id,
    name: id,
    trusts: ['99005'],
    homes: [east(10)],
    addressRefused: false,
    relationships: [],
    commitments: [],
    declinedOn: null,
    ...over,
    profile: { ...PROFILE, ...over.profile },
  };
}

const order = (leaders: readonly Leader[], need = NEED) => shortlistOf(need, leaders, NOW).candidates.map(({ leader: id }) => id);
const barred = (one: Leader, need = NEED) => shortlistOf(need, [one], NOW).barred[0]?.because;

describe('a distance', () => {
  it('is in miles of 1,609.344 metres in a straight line, with one decimal', () => {
    assert.equal(milesBetween({ easting: 400_000, northing: 400_000 }, { easting: 403_000, northing: 404_000 }), 3.1);
    assert.equal(milesBetween(HERE, east(28)), 28);
    assert.equal(milesBetween(HERE, HERE), 0);
  });

  it('of a trust names the nearest, the middle and the farthest school, each from the nearest home', () => {
    assert.deepEqual(distanceOf([east(0), east(30)], [east(2), east(10), east(31)]), { nearest: 1, median: 2, farthest: 10, unplaced: 0 });
    assert.deepEqual(distanceOf([HERE], [east(2), null, east(5)]), { nearest: 2, median: 3.5, farthest: 5, unplaced: 1 });
  });

  it('is unknown, and never 0, where the register has no place', () => {
    assert.equal(distanceOf([], [HERE]), null);
    assert.equal(distanceOf([null], [HERE]), null);
    assert.equal(distanceOf([HERE], [null]), null);
  });
});

describe('the days of a commitment', () => {
  const commitment = (from: string, to: string, days: number | null = 10): Commitment => ({
    reference: 'D1',
    days,
    given: 0,
    from: plainDate(from),
    to: plainDate(to),
  });
  const october = { from: plainDate('2022-09-01'), to: plainDate('2022-10-10') };

  it('are spread evenly over its days, both ends counted', () => {
    assert.equal(daysWithin(commitment('2022-10-01', '2022-10-20'), october, plainDate('2022-10-01')), 5);
    assert.equal(daysWithin(commitment('2022-10-11', '2022-10-20'), october, plainDate('2022-10-01')), 0);
    assert.equal(daysWithin(commitment('2022-09-20', '2022-10-09'), october, plainDate('2022-10-01')), 10);
  });

  it('that have been given do not count again, and nobody owes fewer than none', () => {
    const given = { ...commitment('2022-10-01', '2022-10-20'), given: 4 };
    assert.equal(daysWithin(given, october, plainDate('2022-10-01')), 3);
    assert.equal(daysWithin({ ...given, given: 12 }, october, plainDate('2022-10-01')), 0);
  });

  it('all count once its last day has passed and it still runs', () => {
    assert.equal(daysWithin(commitment('2022-03-01', '2022-07-20'), october, plainDate('2022-10-01')), 10);
  });

  it('count within the term alone, and on their last day still by the share that is left', () => {
    const term = { from: plainDate('2022-10-06'), to: plainDate('2022-10-10') };
    assert.equal(daysWithin(commitment('2022-10-01', '2022-10-20'), term, plainDate('2022-10-01')), 2.5);
    assert.equal(daysWithin(commitment('2022-10-06', '2022-10-10'), term, plainDate('2022-10-10')), 10);
    assert.equal(daysWithin(commitment('2022-10-01', '2022-10-20'), term, plainDate('2022-10-20')), 2.5);
    assert.equal(daysWithin(commitment('2022-10-20', '2022-10-11'), term, plainDate('2022-10-01')), 10);
    assert.equal(daysWithin(commitment('2022-11-01', '2022-11-10'), term, plainDate('2022-10-01')), 0);
  });

  it('that nobody recorded are ten, and it is told in how many', () => {
    const capacity = capacityOf(6, [commitment('2022-10-01', '2022-10-20', null)], october, plainDate('2022-10-01'));
    assert.deepEqual(capacity, { offered: 6, committed: 5, free: 1, deployments: 1, assumed: 1 });
  });
});

describe('a shortlist', () => {
  it('says nothing of how far somebody travels whose home nobody knows', () => {
    const [found] = shortlistOf(NEED, [leader('a', { homes: [], profile: { furthestMiles: 10 } })], NOW).candidates;
    assert.deepEqual([found?.distance, found?.warnings], [null, []]);
  });

  it('leaves out whom it may not suggest, and says why', () => {
    const declared = { by: 'Carys Mills', on: plainDate('2022-09-20') };
    assert.equal(barred(leader('a', { trusts: ['99001'] })), 'Of the same trust');
    const overlapping = { ...NEED, trusts: ['99001', '99009'] };
    assert.equal(barred(leader('a', { trusts: ['99009'] }), overlapping), 'Of the same trust');
    assert.equal(barred(leader('a', { trusts: ['99005', '99001'] }), overlapping), 'Of the same trust');
    assert.equal(barred(leader('a', { trusts: [], profile: { homeSchools: ['990001'] } }), { ...NEED, trusts: [] }), 'Leads this school');
    assert.equal(
      barred(leader('a', { relationships: [{ effect: 'bars', what: 'is a governor there', ...declared }] })),
      'Is a governor there (declared by Carys Mills on 20 September 2022)',
    );
    assert.equal(barred(leader('a', { profile: { trainedOn: null } })), 'Not trained yet');
    assert.equal(barred(leader('a', { profile: { trainedOn: plainDate('2022-10-11') } })), 'To be trained on 11 October 2022');
    assert.equal(barred(leader('a', { profile: { trainedOn: NOW.today } })), undefined);
    const away = (from: string, until: string) => leader('a', { profile: { away: { from: plainDate(from), until: plainDate(until) } } });
    assert.equal(barred(away('2022-10-10', '2022-10-21')), 'Away until 21 October 2022');
    assert.equal(barred(away('2022-10-03', '2022-10-10')), 'Away until 10 October 2022');
    assert.equal(barred(away('2022-10-11', '2022-10-21')), undefined);
    assert.equal(barred(leader('a', { declinedOn: plainDate('2022-03-01') })), 'Declined on 1 March 2022');
    assert.equal(barred(leader('a', { addressRefused: true })), 'Their e-mail address does not work');
  });

  it('is ordered by the first difference: phase, specialism and context, relationship, region, distance, free days', () => {
    const favour = { effect: 'favours', what: 'worked with them', by: 'Carys Mills', on: plainDate('2022-09-20') } as const;
    const ladder = [
      leader('f-phase', { homes: [east(90)] }),
      leader('e-needs', { homes: [east(1)], profile: { phases: [], specialisms: ['send'], contexts: ['rural'] } }),
      leader('d-knows', { homes: [east(80)], profile: { phases: [] }, relationships: [favour] }),
      leader('c-region', { homes: [east(70)], profile: { phases: [], regions: ['North West'] } }),
      leader('b-near', { homes: [east(5)], profile: { phases: [], regions: ['London'] } }),
      leader('z-free', { homes: [east(6)], profile: { phases: [], regions: ['London'], daysATerm: 8 } }),
      leader('a-full', { homes: [east(6)], profile: { phases: [], regions: ['London'], daysATerm: 7 } }),
      leader('a-unknown', { homes: [], profile: { phases: [], regions: ['London'], daysATerm: 80 } }),
    ];
    assert.deepEqual(
      order(ladder.toReversed()),
      ladder.map(({ id }) => id),
    );
  });

  it('puts the chief executive of a trust before a national leader of education for a trust, and not for a school', () => {
    const two = [leader('ceo', { homes: [east(50)] }), leader('nle', { profile: { designations: ['nle'] } })];
    assert.deepEqual(order(two, { ...NEED, kind: 'trust' }), ['ceo', 'nle']);
    assert.deepEqual(order(two), ['nle', 'ceo']);
  });

  it('explains each place in words', () => {
    const [one] = shortlistOf(
      NEED,
      [
        leader('a', {
          homes: [east(28)],
          profile: { contexts: ['rural', 'small'], specialisms: ['send'], furthestMiles: 20 },
          commitments: [{ reference: 'D1', days: 8, given: 0, from: plainDate('2022-12-16'), to: plainDate('2022-12-19') }],
        }),
      ],
      NOW,
    ).candidates;
    assert.equal(
      one?.because,
      '28 miles; 4 of 6 days free this term; works in primary; knows special educational needs; led a rural school and a small school',
    );
    assert.deepEqual(one?.warnings, ['Travels 20 miles at most.']);
  });

  it('warns of a leader who is overcommitted, and does not hide them', () => {
    const days = { days: 8, given: 0, from: plainDate('2022-10-01'), to: plainDate('2022-10-20') };
    const [one] = shortlistOf(NEED, [leader('a', { commitments: [{ reference: 'D1', ...days }] })], NOW).candidates;
    assert.deepEqual(one?.warnings, ['Overcommitted: 8 days are planned this term, and 6 are offered.']);
    assert.match(one?.because ?? '', /; 0 of 6 days free this term;/);
  });

  it('says of everything that it compares what speaks for a place, and what against it', () => {
    const declared = { by: 'Carys Mills', on: plainDate('2022-09-20') };
    const said = (over: Over, need: Need = NEED, asOf: AsOf = NOW) => shortlistOf(need, [leader('a', over)], asOf).candidates[0];
    const favoured = said({
      homes: [east(1)],
      profile: { regions: ['North West'], daysATerm: 1 },
      relationships: [
        { effect: 'favours', what: 'worked with them', ...declared },
        { effect: 'warns', what: 'knows the head', ...declared },
      ],
    });
    assert.equal(
      favoured?.because,
      '1 mile; 1 of 1 day free this term; works in primary; worked with them (declared by Carys Mills on 20 September 2022); works in North West',
    );
    assert.deepEqual(favoured.warnings, ['Knows the head (declared by Carys Mills on 20 September 2022).']);
    const strange = said({
      homes: [],
      profile: { phases: [], regions: ['London'], daysATerm: 0 },
      commitments: [{ reference: 'D1', days: null, given: 10, from: plainDate('2022-10-01'), to: plainDate('2022-10-20') }],
    });
    assert.equal(strange?.because, 'distance unknown; 0 of 0 days free this term');
    assert.deepEqual(strange.warnings, [
      'Has not worked in primary.',
      'Does not offer to work in North West.',
      'No days free this term.',
      'In 1 of their deployments nobody recorded the days, so ten are assumed.',
    ]);
    const holidays = said({ homes: [east(20)], profile: { furthestMiles: 20 } }, { ...NEED, phases: [] }, { ...NOW, term: null });
    assert.equal(holidays?.because, '20 miles; free days unknown: the dates of the term are not known');
    assert.deepEqual([holidays.capacity, holidays.warnings], [null, []]);
    assert.deepEqual(said({}, { ...NEED, phases: [] })?.warnings, []);
  });

  it('says how far the schools of a trust are, and whether a chief executive would come', () => {
    const schools = [2, 10, 31].map((miles) => ({ urn: String(miles), place: east(miles) }));
    const trust: Need = { ...NEED, kind: 'trust', schools };
    const said = (need: Need, designations: LeaderProfile['designations']) =>
      shortlistOf(need, [leader('a', { homes: [HERE], profile: { designations } })], NOW).candidates[0];
    const ceo = said(trust, ['ceo']);
    assert.match(
      ceo?.because ?? '',
      /^2 miles to the nearest school, 10 in the middle, 31 to the farthest; 6 of 6 days free this term; [^;]*chief executive/i,
    );
    assert.deepEqual(ceo?.warnings, []);
    const nle = said({ ...trust, schools: [...schools, { urn: '9', place: null }] }, ['nle']);
    assert.match(nle?.because ?? '', /, 31 to the farthest, 1 of its schools unknown;/);
    assert.deepEqual(nle?.warnings, ['Not the chief executive of a trust.']);
  });

  it('gives a kind with each reason, names two of them, and is in the order of names, then of ids', () => {
    const two = shortlistOf(NEED, [leader('a', { declinedOn: plainDate('2022-03-01'), addressRefused: true })], NOW);
    assert.equal(two.barred[0]?.because, 'Declined on 1 March 2022; their e-mail address does not work');
    const same = [leader('c', { name: 'Ann' }), leader('b', { name: 'Ann' }), leader('d', { name: 'Álvaro' })];
    assert.deepEqual(order(same), ['d', 'b', 'c']);
    assert.deepEqual(order(same.toReversed()), ['d', 'b', 'c']);
    const away = { away: { from: plainDate('2022-09-01'), until: plainDate('2022-10-09') } };
    assert.equal(barred(leader('a', { profile: away })), undefined);
  });

  it('never holds a leader of the same trust', () => {
    const trust = fc.constantFrom('99001', '99002', '99003');
    const some = fc.array(fc.record({ home: fc.option(trust), of: fc.array(trust), urns: fc.subarray(['990001', '990002', '990031']) }));
    fc.assert(
      fc.property(some, fc.option(trust), fc.subarray(['990001', '990002'], { minLength: 1 }), (given, own, urns) => {
        const leaders = given.map(({ home, of, urns: homes }, at) =>
          leader(`l${at}`, { trusts: home === null ? of : [home, ...of], profile: { homeTrust: home, homeSchools: homes } }),
        );
        const need: Need = {
          ...NEED,
          kind: 'trust',
          trusts: own === null ? [] : [own],
          schools: urns.map((urn) => ({ urn, place: null })),
        };
        for (const { leader: id } of shortlistOf(need, leaders, NOW).candidates) {
          const one = leaders.find((candidate) => candidate.id === id);
          assert.ok(own === null || one?.trusts.includes(own) === false);
          assert.ok(one?.profile.homeSchools.every((urn) => !urns.includes(urn)));
        }
      }),
    );
  });
});

describe('the register', () => {
  it('tells the phase of a school, by its type where it gives none', () => {
    assert.equal(phaseOf({ phase: 'Middle deemed secondary', type: 'Community school' }), 'secondary');
    assert.equal(phaseOf({ phase: null, type: 'Community special school' }), 'special');
    assert.equal(phaseOf({ phase: 'Not applicable', type: 'Pupil referral unit' }), 'alternative-provision');
    assert.equal(phaseOf({ phase: null, type: null }), null);
  });

  it('tells whether a school is rural or urban', () => {
    assert.equal(surroundingsOf('(England/Wales) Rural town and fringe'), 'rural');
    assert.equal(surroundingsOf('Urban major conurbation'), 'urban');
    assert.equal(surroundingsOf('Unknown'), null);
  });
});
