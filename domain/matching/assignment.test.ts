import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { proposalOf, weigh } from './assignment.ts';
import type { NamedTerm, Waiting } from './assignment.ts';
import type { Leader } from './shortlist.ts';

const TODAY = plainDate('2022-10-01');
const AUTUMN: NamedTerm = { name: 'Autumn 2022', from: plainDate('2022-09-01'), to: plainDate('2022-10-10') };
const SPRING: NamedTerm = { name: 'Spring 2023', from: plainDate('2022-10-11'), to: plainDate('2022-10-20') };

const leader = (id: string, daysATerm: number, over: Partial<Leader> = {}): Leader => ({
  id,
  name: `Leader ${id}`,
  trusts: [],
  homes: [],
  addressRefused: false,
  relationships: [],
  commitments: [],
  declinedOn: null,
  profile: {
    homeSchools: [],
    homeTrust: null,
    phases: ['primary'],
    specialisms: [],
    contexts: [],
    designations: ['nle'],
    trainedOn: plainDate('2022-09-01'),
    daysATerm,
    furthestMiles: null,
    regions: [],
    away: null,
  },
  ...over,
});

const waiting = (reference: string, over: Partial<Waiting> = {}): Waiting => ({
  reference,
  subject: `School of ${reference}`,
  need: {
    kind: 'school',
    schools: [{ urn: '1', place: null }],
    trusts: [],
    region: 'London',
    phases: ['primary'],
    contexts: [],
    specialisms: [],
  },
  leaders: [leader('a', 8), leader('b', 5)],
  today: TODAY,
  days: 10,
  until: plainDate('2022-10-20'),
  terms: [AUTUMN, SPRING],
  ...over,
});

describe('what is weighed for many schools at once', () => {
  it('holds schools by reference and leaders by name, and each pair with its days in hundredths and its place', () => {
    const { schools, leaders, problem } = weigh([waiting('D2'), waiting('D1')]);
    assert.deepEqual(
      schools.map((school) => school.waiting.reference),
      ['D1', 'D2'],
    );
    assert.deepEqual(leaders, ['a', 'b']);
    assert.deepEqual(problem.free, [
      [800, 800],
      [500, 500],
    ]);
    assert.deepEqual(
      problem.pairs.map(({ school, leader: of, days, place }) => [school, of, days, place]),
      [
        [0, 0, [500, 500], 1],
        [0, 1, [500, 500], 2],
        [1, 0, [500, 500], 1],
        [1, 1, [500, 500], 2],
      ],
    );
    // Preferred, phases, needs, favour, region, distance (unknown), free days: each with whether it is known. The leader breaks ties.
    assert.deepEqual(
      problem.pairs[0]?.merits.map((merit) => merit + 0),
      [0, 0, 0, -10, 0, 0, 0, 10, 0, 0, 1, 0, 0, -80, 0],
    );
  });

  it('leaves out whoever has too few days in a term, and takes exactly as many as there are', () => {
    const both = weigh([waiting('D1', { leaders: [leader('a', 5), leader('b', 4.9)] })]);
    assert.deepEqual(
      both.problem.pairs.map((pair) => both.leaders[pair.leader]),
      ['a'],
    );
  });

  it('takes nothing of a term that a deployment does not have, and the larger share where the dates of two authorities differ', () => {
    const longer: NamedTerm = { ...AUTUMN, to: plainDate('2022-10-12') };
    const [one, other, third] = [
      waiting('D1'),
      waiting('D2', { terms: [longer, { ...SPRING, from: plainDate('2022-10-13') }] }),
      waiting('D3', { terms: [AUTUMN], days: 4 }),
    ];
    const { problem, schools } = weigh([one, other, third]);
    const daysOf = (school: number) => problem.pairs.find((pair) => pair.school === school)?.days;
    assert.equal(schools.length, 3);
    // Of the shares by either authority's dates the larger: 6 days to 12 October, 5 from 11 October.
    assert.deepEqual(
      [daysOf(0), daysOf(1), daysOf(2)],
      [
        [600, 500],
        [600, 500],
        [240, 0],
      ],
    );
  });

  it('takes the days of a deployment in its own terms alone, though another has as many days in other terms', () => {
    const { problem } = weigh([waiting('D1', { terms: [AUTUMN] }), waiting('D2', { terms: [SPRING] })]);
    const daysOf = (school: number) => problem.pairs.find((pair) => pair.school === school)?.days;
    assert.deepEqual(
      [daysOf(0), daysOf(1)],
      [
        [500, 0],
        [0, 500],
      ],
    );
  });

  it('numbers leaders by name, and those of one name by their contact id', () => {
    const called = (id: string, name: string) => leader(id, 8, { name });
    const leaders = [called('z', 'Jo'), called('c', 'Jo'), called('d', 'Amy'), called('e', 'Jo')];
    assert.deepEqual(weigh([waiting('D1', { leaders })]).leaders, ['d', 'c', 'e', 'z']);
  });

  it('needs the days in every term that the deployment takes', () => {
    const inSpring = leader('a', 8, { commitments: [{ reference: 'D9', days: 8, given: 0, from: SPRING.from, to: SPRING.to }] });
    const { problem } = weigh([waiting('D1', { leaders: [inSpring] })]);
    assert.deepEqual(problem, { pairs: [], free: [[800, 0]] });
  });

  it('knows the fewest free days of a leader by any of the dates, and never fewer than none', () => {
    const busy = leader('a', 8, { commitments: [{ reference: 'D9', days: 30, given: 0, from: TODAY, to: plainDate('2022-10-20') }] });
    assert.deepEqual(weigh([waiting('D1', { leaders: [busy] })]).problem, { pairs: [], free: [[0, 0]] });
    const some = leader('a', 8, { commitments: [{ reference: 'D9', days: 4, given: 0, from: TODAY, to: plainDate('2022-10-20') }] });
    const longer: NamedTerm = { ...AUTUMN, to: plainDate('2022-10-20') };
    const { problem } = weigh([waiting('D1', { leaders: [some] }), waiting('D2', { leaders: [some], terms: [longer] })]);
    assert.deepEqual(problem.free, [[400, 600]]);
  });

  it('pairs nobody where the dates of no term are known', () => {
    assert.deepEqual(weigh([waiting('D1', { terms: [] })]).problem, { pairs: [], free: [[], []] });
  });
});

describe('what is proposed', () => {
  const two = weigh([waiting('D1'), waiting('D2')]);

  it('names the leader, the place on the shortlist and why nobody better is proposed', () => {
    const { lines, left } = proposalOf(two, [0, 3]);
    assert.deepEqual(left, []);
    assert.deepEqual(
      lines.map(({ reference, leader: id, name, place, insteadOf }) => [reference, id, name, place, insteadOf]),
      [
        ['D1', 'a', 'Leader a', 1, ''],
        ['D2', 'b', 'Leader b', 2, 'Second on its shortlist: Leader a is proposed for School of D1'],
      ],
    );
    assert.match(lines[0]?.because ?? '', /^distance unknown; 8 of 8 days free this term/);
    assert.deepEqual(lines[0]?.warnings, []);
    const alone = proposalOf(two, [1]);
    assert.equal(alone.lines[0]?.insteadOf, 'Second on its shortlist: Leader a has too few days free');
  });

  it('says for whom nobody is proposed, and why', () => {
    const why = (given: Waiting, others: readonly Waiting[] = [], chosen: readonly number[] = []) =>
      proposalOf(weigh([given, ...others]), chosen).left.find(({ reference }) => reference === given.reference)?.why;
    assert.equal(why(waiting('D1', { leaders: [] })), 'No profile of a system leader is known');
    assert.equal(why(waiting('D1', { terms: [] })), 'The dates of this term are not known, so free days cannot be counted');
    assert.equal(why(waiting('D1')), '2 could be asked: Leader a has too few days free and Leader b has too few days free');
    const barred = ['a', 'b'].map((id) => leader(id, 8, { addressRefused: true }));
    const gone = leader('c', 8, { declinedOn: plainDate('2022-03-01') });
    assert.equal(
      why(waiting('D1', { leaders: [...barred, gone] })),
      'None of the 3 may be asked: their e-mail address does not work (2), declined on 1 March 2022 (1)',
    );
    const many = [1, 2, 3, 4, 5].map((day) => leader(String(day), 8, { declinedOn: plainDate(`2022-03-0${day}`) }));
    assert.match(why(waiting('D1', { leaders: many })) ?? '', /^None of the 5 may be asked: .*declined on 4 March 2022 \(1\), and others$/);
    assert.doesNotMatch(why(waiting('D1', { leaders: many.slice(0, 4) })) ?? '', /others/);
  });

  it('tells three reasons, and counts the rest', () => {
    const four = ['a', 'b', 'c', 'd'].map((id) => leader(id, 1));
    const why = (leaders: readonly Leader[]) => proposalOf(weigh([waiting('D1', { leaders })]), []).left[0]?.why;
    assert.equal(
      why(four),
      '4 could be asked: Leader a has too few days free, Leader b has too few days free, Leader c has too few days free and 1 more who cannot take it or are proposed for others',
    );
    assert.equal(
      why(four.slice(0, 3)),
      '3 could be asked: Leader a has too few days free, Leader b has too few days free and Leader c has too few days free',
    );
  });
});
