import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { began, corrected, ended, named, opened, reopened, said } from '../../tests/kit/measured-events.ts';
import { plainDate } from '../time/plain-date.ts';
import { knownLife } from './known-life.ts';
import type { MeasuredEvent } from './known-life.ts';
import { MOMENTS } from './moments.ts';
import { TALLIES } from './tallies.ts';
import type { TallyId } from './tallies.ts';
import { ALL } from './tally.ts';
import type { MatchedLeader, School, TallyOf } from './tally.ts';

const SCHOOL: School = { region: 'London', phase: 'primary', type: 'Academies', surroundings: 'rural', inTrust: true };
const BEGAN = began('2022-09-05');
const END = '2023-01-31';

type Beside = { readonly asOf?: string; readonly school?: School; readonly leaderOn?: TallyOf['leaderOn'] };

/** What a tally adds up to in one deployment: "2 of 5" for each figure. */
function tallied(id: TallyId, log: readonly MeasuredEvent[], { asOf = END, school = SCHOOL, leaderOn = () => null }: Beside = {}) {
  const day = plainDate(asOf);
  const life = knownLife([BEGAN, ...log], { asOf: day, knownAt: day }) ?? assert.fail();
  const sums: Record<string, readonly [number, number]> = {};
  for (const { figure, value, base } of TALLIES[id].of({ life, asOf: day, school, leaderOn })) {
    const [values, bases] = sums[figure] ?? [0, 0];
    sums[figure] = [values + value, bases + base];
  }
  return Object.fromEntries(Object.entries(sums).map(([figure, [value, base]]) => [figure, `${value} of ${base}`]));
}

/** The figures to which something was added. */
function counted(id: TallyId, log: readonly MeasuredEvent[], beside: Beside = {}) {
  return Object.fromEntries(Object.entries(tallied(id, log, beside)).filter(([, words]) => !words.startsWith('0 ')));
}

/** None of these tallies counts anything. */
function assertNothing(ids: readonly TallyId[], log: readonly MeasuredEvent[]) {
  for (const id of ids) assert.deepEqual(tallied(id, log), {}, id);
}

describe('leaders who are asked', () => {
  const asked = (times: number) =>
    Array.from({ length: times }, (_, at) => opened('accept-deployment', '2022-09-12', '2022-09-20', at + 1));

  it('are counted up to four or more, and a deployment for which nobody was asked is left out', () => {
    assertNothing(['leaders-asked'], []);
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((times) => Object.keys(counted('leaders-asked', asked(times)))),
      [['1'], ['2'], ['3'], ['4-or-more'], ['4-or-more']],
    );
    assert.deepEqual(tallied('leaders-asked', asked(2)), { '1': '0 of 1', '2': '1 of 1', '3': '0 of 1', '4-or-more': '0 of 1' });
  });

  it('refuse of so many times that they were asked, and so do schools', () => {
    const log = [
      ...asked(3),
      said('accept-deployment', 'declines', '2022-09-13'),
      said('accept-deployment', 'accepts', '2022-09-14', {}, 2),
      said('agree-match', 'another-nle', '2022-09-15'),
      said('agree-match', 'agrees', '2022-09-20', {}, 2),
    ];
    assert.deepEqual(tallied('who-refused', log), { leader: '1 of 3', school: '1 of 2' });
  });

  it('give several reasons, or none, and a reason that is not on the list is none', () => {
    const declines = (reasons: string, round: number) => said('accept-deployment', 'declines', '2022-09-13', { reasons }, round);
    assert.deepEqual(tallied('leader-reasons', [declines('time-or-capacity\nother', 1), declines('other', 2)]), {
      'time-or-capacity': '1 of 2',
      'not-suitable': '0 of 2',
      'known-otherwise': '0 of 2',
      other: '2 of 2',
      'not-given': '0 of 2',
    });
    assert.deepEqual(counted('leader-reasons', [said('accept-deployment', 'declines', '2022-09-13')]), { 'not-given': '1 of 1' });
    assert.deepEqual(counted('leader-reasons', [declines('too-far', 1)]), { 'not-given': '1 of 1' });
  });
});

describe('whether leader and school fit', () => {
  const matched = said('agree-match', 'agrees', '2022-09-20');
  const leader: MatchedLeader = {
    phases: ['primary'],
    contexts: ['rural'],
    regions: ['North West'],
    trainedOn: plainDate('2022-09-20'),
    knowsSchool: true,
  };
  const fit = (over: Partial<MatchedLeader>, school: Partial<School> = {}) =>
    tallied('match-fit', [matched], { school: { ...SCHOOL, ...school }, leaderOn: () => ({ ...leader, ...over }) });

  it('says each of them, of what is known of both', () => {
    assert.deepEqual(fit({}), {
      'no-profile': '0 of 1',
      phase: '1 of 1',
      surroundings: '1 of 1',
      'other-region': '1 of 1',
      known: '1 of 1',
      trained: '1 of 1',
    });
    const other = { phases: ['secondary'], contexts: ['urban'], regions: ['London'], trainedOn: plainDate('2022-09-21') } as const;
    assert.deepEqual(fit({ ...other, knowsSchool: false }), {
      'no-profile': '0 of 1',
      phase: '0 of 1',
      surroundings: '0 of 1',
      'other-region': '0 of 1',
      known: '0 of 1',
      trained: '0 of 1',
    });
  });

  it('leaves out what the register does not say of the school', () => {
    const figures = Object.keys(fit({}, { region: '', phase: null, surroundings: null }));
    assert.deepEqual(figures, ['no-profile', 'known', 'trained']);
  });

  it('a leader without regions works in no other one, and one without a day of training was not trained', () => {
    const figures = fit({ regions: [], trainedOn: null });
    assert.deepEqual([figures['other-region'], figures['trained']], ['0 of 1', '0 of 1']);
  });

  it('counts a leader of whom nothing is kept, and asks for the leader of the match on the day of the match', () => {
    assert.deepEqual(tallied('match-fit', [matched]), { 'no-profile': '1 of 1' });
    const asked: string[] = [];
    tallied('match-fit', [named('nle', 'p-new', '2022-09-19'), matched, named('nle', 'p-later', '2022-09-21')], {
      leaderOn: (person, on) => {
        asked.push(`${person} ${on}`);
        return null;
      },
    });
    assert.deepEqual(asked, ['p-new 2022-09-20']);
  });
});

describe('what became of the offer', () => {
  const asked = opened('engage', '2022-09-06');
  const engages = said('engage', 'engages', '2022-09-12');
  const declines = (fields: Readonly<Record<string, string>> = {}) => said('engage', 'declines', '2022-09-12', fields);

  it('is one of four, and a school that was not asked is left out', () => {
    assertNothing(['take-up'], [engages]);
    const figures = (...log: readonly MeasuredEvent[]) => Object.keys(counted('take-up', [asked, ...log]));
    assert.deepEqual(
      [figures(), figures(ended('not-eligible', '2022-09-20')), figures(engages), figures(declines())],
      [['waiting'], ['ended-unanswered'], ['engaged'], ['declined']],
    );
    assert.deepEqual(figures(ended('not-eligible', '2022-09-20'), reopened('2022-09-21')), ['waiting']);
    assert.deepEqual(tallied('take-up', [asked, engages]), {
      engaged: '1 of 1',
      declined: '0 of 1',
      waiting: '0 of 1',
      'ended-unanswered': '0 of 1',
    });
  });

  it('is a refusal that came later, unless the school took part after it', () => {
    const later = said('agree-match', 'declines', '2022-10-03');
    assert.deepEqual(Object.keys(counted('take-up', [asked, engages, later])), ['declined']);
    const agrees = said('agree-match', 'agrees', '2022-10-10', {}, 2);
    assert.deepEqual(Object.keys(counted('take-up', [asked, engages, later, agrees])), ['engaged']);
    const again = said('engage', 'engages', '2022-10-10', {}, 2);
    assert.deepEqual(Object.keys(counted('take-up', [asked, declines(), again])), ['engaged']);
    assertNothing(['decline-reasons', 'decline-point', 'decline-decided-by', 'decline-helped'], [asked, engages, later, agrees]);
  });

  it('is told by the last refusal: when it came, why, by whose decision, and what would have helped', () => {
    const no = { reasons: 'perceived-risk\nother', decidedBy: 'governors', wouldHaveHelped: 'timing' };
    const log = [asked, declines({ reasons: 'other-support' }), said('agree-match', 'declines', '2022-10-03', no)];
    assert.deepEqual(tallied('decline-point', log), { offer: '0 of 1', introduction: '0 of 1', match: '1 of 1' });
    assert.deepEqual(counted('decline-reasons', log), { 'perceived-risk': '1 of 1', other: '1 of 1' });
    assert.deepEqual(counted('decline-decided-by', log), { governors: '1 of 1' });
    assert.deepEqual(counted('decline-helped', log), { timing: '1 of 1' });
    for (const id of ['decline-reasons', 'decline-decided-by', 'decline-helped'] as const)
      assert.deepEqual(counted(id, [asked, declines()]), { 'not-given': '1 of 1' }, id);
  });

  it('has a point for each step in which a school can decline, in every programme', () => {
    const points: Record<string, readonly string[]> = {};
    for (const [id, { at }] of Object.entries(MOMENTS)) {
      const steps = at.declined?.kind === 'answer' ? at.declined.of.map(({ step }) => step) : [];
      for (const step of steps) {
        const log = [began('2022-09-05', {}, 'D1', { programme: { id, version: 1 } }), said(step, 'declines', '2022-10-03')];
        const life = knownLife(log, { asOf: plainDate(END), knownAt: plainDate(END) }) ?? assert.fail();
        const found = TALLIES['decline-point'].of({ life, asOf: plainDate(END), school: SCHOOL, leaderOn: () => null });
        points[step] = found.flatMap(({ figure, value }) => (value === 1 ? [figure] : []));
      }
    }
    assert.deepEqual(points, {
      engage: ['offer'],
      'introduce-programme': ['introduction'],
      'agree-match': ['match'],
      'take-up-offer': ['offer'],
      'confirm-match': ['match'],
      'confirm-participation': ['offer'],
      'confirm-system-leader': ['match'],
    });
  });

  it('counts nothing of refusals where nobody declined', () => {
    assertNothing(['decline-reasons', 'decline-point', 'decline-decided-by', 'decline-helped', 'disagreements'], [asked, engages]);
  });
});

describe('what the record says against what the school says', () => {
  const engages = said('engage', 'engages', '2022-09-12');
  const declines = (by: string, onBehalfOf: string | null = null) =>
    said('agree-match', 'declines', '2022-10-03', {}, 1, { by, onBehalfOf });
  const none = { 'said-yes': '0 of 1', 'by-another': '0 of 1', reopened: '0 of 1' };

  it('agree where the school declined itself', () => {
    assert.deepEqual(tallied('disagreements', [engages, declines('p-head')]), none);
  });

  it('differ where somebody else recorded the refusal of a school that had said yes', () => {
    const differ = { ...none, 'said-yes': '1 of 1', 'by-another': '1 of 1' };
    assert.deepEqual(tallied('disagreements', [engages, declines('p-tsc')]), differ);
    assert.deepEqual(tallied('disagreements', [engages, declines('p-head', 'p-tsc')]), differ, 'for somebody else');
    const agrees = said('agree-match', 'agrees', '2022-09-20');
    assert.deepEqual(tallied('disagreements', [agrees, declines('p-tsc')]), differ, 'yes to the match');
    const forIt = said('engage', 'engages', '2022-09-12', {}, 1, { by: 'p-tsc' });
    assert.deepEqual(tallied('disagreements', [forIt, declines('p-tsc')]), { ...none, 'by-another': '1 of 1' }, 'its yes was not its own');
  });

  it('differ where it was ended as declined without a refusal, or opened again after it', () => {
    const end = ended('declined', '2022-10-03');
    assert.deepEqual(tallied('disagreements', [end]), { ...none, 'by-another': '1 of 1' });
    assert.deepEqual(tallied('disagreements', [declines('p-head'), end, reopened('2022-10-10')]), { ...none, reopened: '1 of 1' });
    const before = [ended('withdrawn', '2022-09-20'), reopened('2022-09-21'), declines('p-head'), end];
    assert.deepEqual(tallied('disagreements', before), none, 'opened again before it');
    assert.deepEqual(tallied('disagreements', [declines('p-head'), reopened('2022-10-10')]), none, 'never ended as declined');
    assert.deepEqual(tallied('disagreements', [declines('p-head'), end, ended('withdrawn', '2022-10-11')]), none);
    assertNothing(['disagreements'], [ended('withdrawn', '2022-10-03')]);
  });

  it('go by who stood for the school when it was said', () => {
    assert.deepEqual(tallied('disagreements', [declines('p-head'), named('school', 'p-new', '2022-10-04')]), none);
    const moved = [named('school', 'p-new', '2022-09-30'), declines('p-head')];
    assert.deepEqual(tallied('disagreements', moved), { ...none, 'by-another': '1 of 1' });
  });
});

describe('forms', () => {
  const sent = (on: string, round = 1, fields: Readonly<Record<string, string>> = {}) => said('prepare-raf', 'sent', on, fields, round);
  const checked = (answer: string, on: string, round = 1, parts = '') => said('check-raf', answer, on, { parts }, round);

  it('were sent back at first, or sent on, by the first answer of the Council alone', () => {
    assertNothing(['first-form', 'form-rounds', 'returned-parts', 'refused-parts', 'returned-again'], []);
    const returned = { returned: '1 of 1', forwarded: '0 of 1' };
    assert.deepEqual(tallied('first-form', [checked('returns', '2022-10-05'), checked('forwards', '2022-10-10', 2)]), returned);
    const forwarded = { returned: '0 of 1', forwarded: '1 of 1' };
    assert.deepEqual(tallied('first-form', [checked('forwards', '2022-10-05'), checked('returns', '2022-10-10', 2)]), forwarded);
    assert.deepEqual(tallied('first-form', [checked('forwards-unmended', '2022-10-05')]), forwarded);
  });

  it('are counted by how often they were sent', () => {
    const log = [sent('2022-10-03'), sent('2022-10-10', 2)];
    assert.deepEqual(tallied('form-rounds', log), { '1': '0 of 1', '2': '1 of 1', '3': '0 of 1', '4-or-more': '0 of 1' });
  });

  it('were sent back and refused for parts', () => {
    const back = [checked('returns', '2022-10-05', 1, 'cost\ndates'), checked('returns', '2022-10-10', 2)];
    assert.deepEqual(counted('returned-parts', back), { cost: '1 of 2', dates: '1 of 2', 'not-given': '1 of 2' });
    assert.equal(Object.keys(tallied('returned-parts', back)).length, 10);
    assertNothing(['refused-parts'], back);
    const refused = [
      said('decide-raf', 'refuses', '2022-10-20', { parts: 'measures' }),
      said('decide-raf', 'approves', '2022-11-20', {}, 2),
    ];
    assert.deepEqual(counted('refused-parts', refused), { measures: '1 of 1' });
    assertNothing(['returned-parts'], refused);
  });

  it('come back with the same gap, or another', () => {
    const twice = (before: string, now: string) =>
      tallied('returned-again', [checked('returns', '2022-10-05', 1, before), checked('returns', '2022-10-10', 2, now)]);
    const again = twice('cost\ndates', 'dates\nwhat');
    assert.deepEqual([again['any'], again['dates'], again['cost'], again['what']], ['1 of 1', '1 of 1', '0 of 1', '0 of 1']);
    assert.deepEqual(Object.keys(again).length, 10, 'no figure for a part that was not given');
    assert.equal(twice('cost', 'dates')['any'], '0 of 1');
    assert.equal(twice('', '')['any'], '0 of 1', 'no part named is no gap');
    const unnamed = [said('check-raf', 'returns', '2022-10-05'), said('check-raf', 'returns', '2022-10-10', {}, 2)];
    assert.equal(tallied('returned-again', unnamed)['any'], '0 of 1', 'no part kept is no gap');
    assertNothing(['returned-again'], [checked('returns', '2022-10-05', 1, 'cost')]);
  });

  it('are sent on unmended, of so many that were checked', () => {
    const log = [checked('returns', '2022-10-05'), checked('forwards-unmended', '2022-10-10', 2)];
    assert.deepEqual(tallied('forwarded-unmended', log), { unmended: '1 of 2' });
  });

  describe('lie with somebody on each day', () => {
    // Sent on the 3rd; agreed on the 5th; sent back on the 7th; sent again on the 10th; sent on on the 11th; with the Department from the 12th.
    const round = (step: string, on: string, answer: string, until: string, number = 1) => [
      opened(step, on, '2022-12-01', number),
      said(step, answer, until, {}, number),
    ];
    const log = [
      ...round('prepare-raf', '2022-09-26', 'sent', '2022-10-03'),
      opened('visit-school', '2022-09-26'),
      ...round('agree-raf', '2022-10-03', 'agrees', '2022-10-05'),
      ...round('check-raf', '2022-10-05', 'returns', '2022-10-07'),
      ...round('prepare-raf', '2022-10-07', 'sent', '2022-10-10', 2),
      ...round('check-raf', '2022-10-10', 'forwards', '2022-10-11', 2),
    ];
    const approved = round('decide-raf', '2022-10-12', 'approves', '2022-10-14');

    it('from the day after the first sending to that of the approval', () => {
      assert.deepEqual(tallied('form-courts', [...log, ...approved]), {
        school: '2 of 0',
        council: '3 of 0',
        leader: '3 of 0',
        nobody: '1 of 0',
        department: '2 of 0',
        [ALL]: '11 of 0',
      });
      assert.deepEqual(tallied('form-courts-by-round', [...log, ...approved]), {
        'round-1': '7 of 0',
        'round-2': '4 of 0',
        [ALL]: '11 of 0',
      });
    });

    it('up to the day of the report where it is not approved, and up to the end where the deployment ended', () => {
      const waiting = [...log, opened('decide-raf', '2022-10-11')];
      assert.equal(tallied('form-courts', waiting, { asOf: '2022-10-21' })['department'], '10 of 0');
      assert.equal(tallied('form-courts', [...waiting, ended('withdrawn', '2022-10-17')])[ALL], '14 of 0');
      assert.equal(tallied('form-courts', [...waiting, ended('withdrawn', '2022-10-17')])['department'], '6 of 0');
      assert.equal(
        tallied('form-courts', [...log, ...approved, ended('completed', '2022-12-01')])[ALL],
        '11 of 0',
        'approved before the end',
      );
    });

    it('with the Council while a refusal is passed on, and in the third round or later', () => {
      const third = [
        ...log,
        ...round('decide-raf', '2022-10-11', 'refuses', '2022-10-13'),
        ...round('pass-on-refusal', '2022-10-13', 'passed-on', '2022-10-17'),
        ...round('prepare-raf', '2022-10-17', 'sent', '2022-10-18', 3),
        sent('2022-10-19', 4),
      ];
      const courts = tallied('form-courts', third, { asOf: '2022-10-21' });
      assert.deepEqual([courts['council'], courts['department'], courts['leader']], ['7 of 0', '2 of 0', '4 of 0']);
      const rounds = tallied('form-courts-by-round', third, { asOf: '2022-10-21' });
      assert.deepEqual(rounds, { 'round-1': '7 of 0', 'round-2': '8 of 0', 'round-3-or-more': '3 of 0', [ALL]: '18 of 0' });
    });

    it('and no form lies anywhere before it is sent', () => {
      assertNothing(['form-courts', 'form-courts-by-round', 'approvals'], [opened('prepare-raf', '2022-10-03')]);
      const old = [said('decide-raf', 'approves', '2022-09-20'), ...log];
      assert.equal(
        tallied('form-courts', old, { asOf: '2022-10-11' })[ALL],
        '8 of 0',
        'an approval before the first sending is not its own',
      );
    });
  });

  it('are approved in a month, once, and are in the number of all before', () => {
    assert.deepEqual(tallied('approvals', [sent('2022-10-03')]), { [ALL]: '1 of 0' });
    const approvals = [said('decide-raf', 'approves', '2022-10-20'), said('decide-raf', 'approves', '2022-12-20', {}, 2)];
    assert.deepEqual(tallied('approvals', [sent('2022-10-03'), ...approvals]), { [ALL]: '1 of 0', '2022-10': '1 of 0' });
  });
});

describe('interventions', () => {
  const GIVEN = {
    cost: '100000',
    source: 'tailored',
    area: 'maths',
    measure: 'm',
    completedBy: '2023-01-01',
    startsOn: '2022-11-01',
  };
  const intervention = (n: number, over: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries({ ...GIVEN, ...over }).map(([id, value]) => [`interventions.${n}.${id}`, value]));
  const form = (...interventions: readonly Readonly<Record<string, string>>[]) =>
    said('prepare-raf', 'sent', '2022-10-03', Object.assign({ nleDays: '2' }, ...interventions) as Readonly<Record<string, string>>);
  const newer = (...interventions: readonly Readonly<Record<string, string>>[]) => ({ ...form(...interventions), round: 2 });
  const FROM_FORMS = ['intervention-sources', 'approval-rates', 'over-half-own', 'missing-at-first'] as const;

  it('are counted by where they come from, of the newest form', () => {
    assertNothing(FROM_FORMS, []);
    assertNothing(FROM_FORMS, [form()]);
    const log = [
      form(intervention(1, { source: 'approved-list' })),
      newer(intervention(1), intervention(2, { source: 'approved-list' }), intervention(3, { source: ' ' }), intervention(10)),
    ];
    assert.deepEqual(tallied('intervention-sources', log), { 'approved-list': '1 of 4', tailored: '2 of 4', 'not-given': '1 of 4' });
    const stray = said('prepare-raf', 'sent', '2022-10-03', { 'old.interventions.1.cost': '100', 'interventions.x.cost': '100' });
    assertNothing(FROM_FORMS, [stray]);
    const bare = said('prepare-raf', 'sent', '2022-10-03', { 'interventions.1.cost': '100' });
    assert.deepEqual(counted('intervention-sources', [bare]), { 'not-given': '1 of 1' });
  });

  it('are approved with the form that was sent before the decision', () => {
    const log = [
      said('decide-raf', 'refuses', '2022-09-30', {}, 9),
      form(intervention(1, { source: 'approved-list' }), intervention(2)),
      said('decide-raf', 'refuses', '2022-10-20'),
      newer(intervention(1), intervention(2, { source: '' })),
      said('decide-raf', 'approves', '2022-11-20', {}, 2),
      said('decide-raf', 'approves', '2022-11-21', {}, 3),
    ];
    assert.deepEqual(tallied('approval-rates', log), { 'approved-list': '0 of 1', tailored: '2 of 3' });
  });

  it('cost so much in each area, of the cost of all', () => {
    const log = [
      form(
        intervention(1),
        intervention(2, { area: 'reading', cost: '50' }),
        intervention(3, { area: 'art' }),
        intervention(4, { cost: '' }),
      ),
    ];
    assert.deepEqual(counted('cost-by-area', log), { maths: '100000 of 200050', reading: '50 of 200050', 'not-given': '100000 of 200050' });
    assert.equal(Object.keys(tallied('cost-by-area', log)).length, 12);
  });

  it('are delivered by the own school for so much, where that is ticked', () => {
    const own = { ownSchool: 'yes', ownSchoolCost: '60000' };
    const log = [form(intervention(1, own), intervention(2, { ownSchool: 'no', ownSchoolCost: '70000' }))];
    assert.deepEqual(tallied('own-school-cost', log), { own: '60000 of 200000' });
    assert.deepEqual(tallied('over-half-own', log), { over: '0 of 1', some: '1 of 1', none: '0 of 1' });
    assert.deepEqual(counted('over-half-own', [form(intervention(1, own))]), { over: '1 of 1' });
    assert.deepEqual(counted('over-half-own', [form(intervention(1))]), { none: '1 of 1' });
    const exactly = form(intervention(1, { ownSchool: 'yes', ownSchoolCost: '50000' }));
    assert.deepEqual(counted('over-half-own', [exactly]), { some: '1 of 1' }, 'half is not over half');
  });

  describe('begun before the approval', () => {
    const begun = (on: string) => said('begin-interventions', 'begun', '2022-12-01', { begunOn: on });
    const approved = said('decide-raf', 'approves', '2022-11-10');

    it('are early, but on the day of the approval they are not', () => {
      assertNothing(['begun-early'], [form(intervention(1)), approved]);
      const early = (...log: readonly MeasuredEvent[]) => tallied('begun-early', log)['early'];
      assert.deepEqual(
        [early(approved, begun('2022-11-09')), early(approved, begun('2022-11-10')), early(approved, begun('2022-11-11'))],
        ['1 of 1', '0 of 1', '0 of 1'],
      );
      assert.equal(early(begun('2022-11-11')), '1 of 1', 'never approved');
      assert.equal(early(begun('2022-11-20'), approved), '1 of 1', 'an approval that was recorded after it');
      const fixed = corrected('interventionsBegunOn', '2022-11-09', '2022-11-15', '2022-12-05');
      assert.equal(early(approved, begun('2022-11-09'), fixed), '0 of 1', 'the day was corrected');
    });

    it('put money at risk: what was planned to begin before the approval, or by today', () => {
      const at = (asOf: string, ...log: readonly MeasuredEvent[]) =>
        tallied(
          'money-at-risk',
          [form(intervention(1), intervention(2, { startsOn: '2022-11-10', cost: '7' }), intervention(3, { startsOn: '' })), ...log],
          {
            asOf,
          },
        )['risk'];
      assert.equal(at('2022-11-09'), '100000 of 200007');
      assert.equal(at('2022-11-10'), '100007 of 200007', 'the day of the report counts');
      assert.equal(at(END, approved), '100000 of 200007', 'the day of the approval does not');
      assert.equal(at(END, said('decide-raf', 'approves', '2022-10-20')), '0 of 200007');
      assert.equal(
        at(END, said('decide-raf', 'approves', '2022-10-20'), said('decide-raf', 'approves', '2022-11-10', {}, 2)),
        '100000 of 200007',
        'the last approval',
      );
    });
  });

  it('have gaps in the first form, each by itself, and blanks are a gap', () => {
    const log = [
      form(
        intervention(1, { cost: ' ' }),
        intervention(2, { completedBy: 'soon' }),
        intervention(3, { measure: ' ' }),
        intervention(4),
        intervention(5),
      ),
      newer(intervention(1)),
    ];
    assert.deepEqual(tallied('missing-at-first', log), { cost: '1 of 5', dates: '1 of 5', measure: '1 of 5', nothing: '2 of 5' });
    const bare = said('prepare-raf', 'sent', '2022-10-03', { 'interventions.1.source': 'tailored' });
    assert.deepEqual(tallied('missing-at-first', [bare]), { cost: '1 of 1', dates: '1 of 1', measure: '1 of 1', nothing: '0 of 1' });
    assert.deepEqual(tallied('missing-at-first', [form(intervention(1, { cost: '0' }))])['cost'], '0 of 1', 'it costs nothing');
  });
});

describe('days of the leader', () => {
  const form = (nleDays: string, round = 1) => said('prepare-raf', 'sent', '2022-10-03', { nleDays }, round);
  const finished = (days: string) => said('finish-days', 'finished', '2022-12-01', { days });

  it('are those of the support that is finished, else those that the newest form names', () => {
    assertNothing(['days-given', 'days-used-up'], []);
    assertNothing(['days-given', 'days-used-up'], [form('')]);
    assert.deepEqual(tallied('days-given', [form('1'), form('2', 2), form('1.5', 3)]), { given: '15 of 30' });
    assert.deepEqual(tallied('days-given', [form('1')]), { given: '10 of 30' });
    assert.deepEqual(tallied('days-given', [finished('2.5'), form('1')]), { given: '25 of 30' });
    assert.deepEqual(tallied('days-given', [said('prepare-raf', 'sent', '2022-10-03'), finished('2')]), { given: '20 of 30' });
    assertNothing(['days-given'], [said('prepare-raf', 'sent', '2022-10-03')]);
  });

  it('are all used up from three on', () => {
    assert.deepEqual(
      ['2.9', '3', '3.1'].map((days) => tallied('days-used-up', [finished(days)])),
      [
        { three: '0 of 1', fewer: '1 of 1' },
        { three: '1 of 1', fewer: '0 of 1' },
        { three: '1 of 1', fewer: '0 of 1' },
      ],
    );
  });
});
