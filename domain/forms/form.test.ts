import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkForm, formProblems } from './form.ts';
import { placesOf } from './form-places.ts';
import type { Values } from './form-values.ts';
import { inPounds } from './money.ts';
import { readForm } from './read-form.ts';
import { dateOfParts } from './typed-values.ts';
import type { Field } from '../programme.ts';
import { answer, field } from '../../tests/kit/programmes.ts';

const told = (fields: readonly Field[], given: Values) =>
  formProblems(answer('sent', { fields }), given).map(({ path, message }) => [path, message]);

const TIERS = [
  { id: 'tier-2', label: 'Tier 2' },
  { id: 'tier-3', label: 'Tier 3' },
];
const tier = field('tier', { label: 'Tier', kind: 'choice', options: TIERS });
const budget = field('budget', { label: 'Budget', kind: 'money', required: false });
const interventions = field('interventions', {
  label: 'Interventions',
  kind: 'group',
  entry: 'intervention',
  max: '3',
  fields: [
    field('what', { label: 'What is done', kind: 'text' }),
    field('cost', { label: 'Cost', kind: 'money' }),
    field('trains', { label: 'Are staff trained?', kind: 'yes-no' }),
    field('whom', { label: 'Who is trained', kind: 'text', when: { trains: ['yes'] } }),
  ],
  totals: [
    { of: 'cost', max: '1600000', when: { tier: ['tier-2'] } },
    { of: 'cost', atMost: 'budget' },
  ],
});
const PLAN = [tier, budget, interventions];
const entry = (number: number, cost: string): Values => ({
  [`interventions.${number}.what`]: 'Phonics',
  [`interventions.${number}.cost`]: cost,
  [`interventions.${number}.trains`]: 'no',
});

describe('a form', () => {
  it('reports everything that is missing, at its place', () => {
    assert.deepEqual(told(PLAN, { 'interventions.2.what': 'Coaching' }), [
      ['tier', 'Select an answer to “Tier”'],
      ['interventions.1.what', 'Tell us what is done, for intervention 1'],
      ['interventions.1.cost', 'Enter “Cost” of intervention 1, in pounds'],
      ['interventions.1.trains', 'Select yes or no for “Are staff trained?” of intervention 1'],
      ['interventions.2.cost', 'Enter “Cost” of intervention 2, in pounds'],
      ['interventions.2.trains', 'Select yes or no for “Are staff trained?” of intervention 2'],
    ]);
  });

  it('reports its first fault in a sentence with a remedy', () => {
    assert.deepEqual(checkForm(answer('sent', { fields: [field('changed', { label: 'What has changed' })] }), { changed: ' ' }), {
      kind: 'missing-field',
      message: '"What has changed" is missing.',
      remedy: 'Give changed.',
    });
    assert.equal(
      checkForm(answer('sent', { fields: [tier, field('why', { label: 'Why' })] }), { tier: 'tier-3' })?.message,
      '"Why" is missing.',
    );
    assert.deepEqual(checkForm(answer('sent', { fields: PLAN }), { tier: 'tier-3', ...entry(1, '12.50') }), {
      kind: 'bad-field',
      message: '“Cost” of intervention 1 must be an amount of money, like 1,600 or 1,600.50.',
      remedy: 'Give interventions.1.cost in pounds, for example 1,600.50.',
    });
  });

  it('asks a dependent field only when the field it depends on says so', () => {
    const yes = { tier: 'tier-3', ...entry(1, '100'), 'interventions.1.trains': 'yes' };
    assert.deepEqual(told(PLAN, yes), [['interventions.1.whom', 'Tell us who is trained, for intervention 1']]);
    assert.deepEqual(told(PLAN, { ...yes, 'interventions.1.whom': 'Everybody' }), []);
    assert.deepEqual(told(PLAN, { tier: 'tier-3', ...entry(1, '100'), 'interventions.1.whom': 'Everybody' }), [
      ['interventions.1.whom', '“Who is trained” of intervention 1 is asked only if “Are staff trained?” is “Yes”'],
    ]);
  });

  it('asks nothing that depends on a field which is not asked itself', () => {
    const fields = [
      field('first', { kind: 'yes-no' }),
      field('second', { kind: 'yes-no', when: { first: ['yes'] } }),
      field('third', { when: { second: ['yes'] } }),
    ];
    assert.deepEqual(told(fields, { first: 'no' }), []);
    assert.deepEqual(
      told(fields, { first: 'no', third: 'x' }).map(([path]) => path),
      ['third'],
    );
  });

  it('takes half days, and so much money for each of them', () => {
    const fields = [
      field('days', { label: 'Days', kind: 'number', decimals: 1, multipleOf: '0.5' }),
      field('claim', { label: 'Amount', kind: 'money', each: { of: 'days', pence: 60000 } }),
    ];
    assert.deepEqual(told(fields, { days: '2.5', claim: '150000' }), []);
    assert.deepEqual(told(fields, { days: '2.4', claim: '100' }), [['days', '“Days” must be a multiple of 0.5']]);
    assert.deepEqual(told(fields, { days: '2.5', claim: '150001' }), [
      ['claim', '“Amount” must not be more than £600 for each of “Days”, 2.5'],
    ]);
  });

  it('limits one total of the entries to a share of another', () => {
    const fields = [
      field('parts', {
        kind: 'group',
        entry: 'part',
        fields: [field('cost', { label: 'Cost', kind: 'money' }), field('own', { label: 'Own share', kind: 'money', required: false })],
        totals: [{ of: 'own', share: { percent: 50, of: 'cost' } }],
      }),
    ];
    const costs = { 'parts.1.cost': '60001', 'parts.2.cost': '40000' };
    assert.deepEqual(told(fields, { ...costs, 'parts.1.own': '50000' }), []);
    assert.deepEqual(told(fields, { 'parts.1.own': '50000' }), [['parts.1.cost', 'Enter “Cost” of part 1, in pounds']]);
    assert.deepEqual(told(fields, { ...costs, 'parts.1.own': '40000', 'parts.2.own': '10001' }), [
      ['parts', '“Own share” adds up to £500.01: it must not be more than 50 per cent of “Cost”, £1,000.01 in all'],
    ]);
  });

  it('adds up the entries of a group, and applies the limit of the tier', () => {
    const both = { ...entry(1, '1600000'), ...entry(2, '50') };
    assert.deepEqual(told(PLAN, { tier: 'tier-2', ...both }), [
      ['interventions', '“Cost” adds up to £16,000.50: it must not be more than £16,000'],
    ]);
    assert.deepEqual(told(PLAN, { tier: 'tier-3', ...both }), []);
    assert.deepEqual(told(PLAN, { tier: 'tier-3', budget: '1500000', ...both }), [
      ['interventions', '“Cost” adds up to £16,000.50: it must not be more than “Budget”, £15,000'],
    ]);
  });

  it('counts in a total what is asked alone, and in a share once every whole is known', () => {
    const own = field('own', { label: 'Own share', kind: 'money', required: false });
    const cost = field('cost', { label: 'Cost', kind: 'money' });
    const parts = (fields: readonly Field[], totals: NonNullable<Field['totals']>) => [
      field('parts', { kind: 'group', entry: 'part', fields, totals }),
    ];
    const share = parts([own, cost], [{ of: 'own', share: { percent: 50, of: 'cost' } }]);
    const paths = (fields: readonly Field[], given: Values) => told(fields, given).map(([path]) => path);
    assert.deepEqual(paths(share, { 'parts.1.cost': '60000', 'parts.2.cost': '40000', 'parts.1.own': '50001' }), ['parts']);
    assert.deepEqual(paths(share, { 'parts.1.cost': '60000', 'parts.1.own': '50001', 'parts.2.own': '1' }), ['parts.2.cost']);
    const bought = field('bought', { kind: 'yes-no' });
    const asked = parts([bought, { ...cost, when: { bought: ['yes'] } }], [{ of: 'cost', max: '100' }]);
    assert.deepEqual(paths(asked, { 'parts.1.bought': 'no', 'parts.1.cost': '101' }), ['parts.1.cost']);
    assert.deepEqual(paths(asked, { 'parts.1.bought': 'yes', 'parts.1.cost': '101' }), ['parts']);
    const some = parts([bought, { ...cost, when: { bought: ['yes'] } }, own], [{ of: 'own', share: { percent: 50, of: 'cost' } }]);
    const one = { 'parts.1.bought': 'yes', 'parts.1.cost': '100', 'parts.1.own': '51', 'parts.2.bought': 'no' };
    assert.deepEqual(paths(some, one), ['parts']);
    const two = ['one', 'two'].map((id) => field(id, { kind: 'group', fields: [cost], totals: [{ of: 'cost', max: '100' }] }));
    assert.deepEqual(paths(two, { 'one.1.cost': '60', 'two.1.cost': '60' }), []);
  });

  it('takes as many entries of a group as there may be', () => {
    assert.deepEqual(told(PLAN, { tier: 'tier-3', ...entry(1, '1'), ...entry(2, '1'), ...entry(3, '1') }), []);
  });

  it('limits the entries of a group, and is quick to refuse an absurd entry number', () => {
    const many = { tier: 'tier-3', ...entry(1, '1'), ...entry(2, '1'), ...entry(3, '1'), 'interventions.999999.what': 'x' };
    assert.deepEqual(told(PLAN, many), [['interventions', '“Interventions” must have no more than 3']]);
  });

  it('lets an optional group be left out, but not half of an entry', () => {
    const fields = [{ ...interventions, required: false, totals: [] }];
    assert.deepEqual(told(fields, {}), []);
    assert.equal(told(fields, { 'interventions.1.what': 'Coaching' }).length, 2);
  });

  for (const [what, one, value, message] of [
    ['a date before the one it follows', { kind: 'date', after: 'start' }, '2022-12-05', /must be after “Start”, 5 December 2022/],
    ['a date on the day it may not be before', { kind: 'date', notBefore: 'start' }, '2022-12-05', null],
    ['a date before the day it may not be before', { kind: 'date', notBefore: 'start' }, '2022-12-04', /must not be before “Start”/],
    ['a day that there is not', { kind: 'date' }, '2023-02-29', /must be a real date/],
    ['less money than there must be', { kind: 'money', min: '1000' }, '999', /must be £10 or more/],
    ['more money than there may be', { kind: 'money', max: '1600050' }, '1600051', /must be £16,000.50 or less/],
    ['money with leading zeros', { kind: 'money' }, '0100', /must be an amount of money/],
    ['a number with a fraction where it is whole', { kind: 'number' }, '9.5', /must be a whole number/],
    ['a number with its fraction', { kind: 'number', decimals: 1, max: '9.5' }, '9.5', null],
    ['a number with too long a fraction', { kind: 'number', decimals: 1 }, '9.25', /at most 1 decimal place/],
    ['a number that is too small', { kind: 'number', min: '-2', decimals: 1 }, '-2.5', /must be -2 or more/],
    ['more than another number', { kind: 'number', atMost: 'most' }, '11', /must not be more than “Most”, 10/],
    ['an option that there is not', { kind: 'choice', options: TIERS }, 'tier-1', /has no answer “tier-1”/],
    ['the options in another order', { kind: 'choices', options: TIERS }, 'tier-3\ntier-2', /has no answer/],
    ['an option twice', { kind: 'choices', options: TIERS }, 'tier-2\ntier-2', /has no answer/],
    ['a folder for a file', { kind: 'files' }, 'plans/costs.xlsx', /must be names of files/],
    ['a file without an ending', { kind: 'files' }, 'costs', /must be names of files/],
    ['a signature of no letters', { kind: 'declaration' }, '...', /must be signed with your full name/],
    ['a signature of letters from anywhere', { kind: 'declaration' }, 'Łukasz 陳', null],
    ['two lines where there is one', { kind: 'text' }, 'one\ntwo', /must be one line/],
  ] as const) {
    it(`${message === null ? 'takes' : 'refuses'} ${what}`, () => {
      const fields = [
        field('start', { label: 'Start', kind: 'date' }),
        field('most', { label: 'Most', kind: 'number' }),
        field('it', { label: 'It', ...one }),
      ];
      const problems = told(fields, { start: '2022-12-05', most: '10', it: value });
      if (message === null) assert.deepEqual(problems, []);
      else assert.match(problems.map(([path, words]) => `${path}: ${words}`).join('; '), new RegExp(`^it: .*${message.source}`));
    });
  }

  it('skips a comparison with a field that is not asked', () => {
    const fields = [
      field('any', { kind: 'yes-no' }),
      field('most', { kind: 'number', when: { any: ['yes'] } }),
      field('it', { kind: 'number', atMost: 'most' }),
    ];
    assert.deepEqual(
      told(fields, { any: 'no', most: '10', it: '11' }).map(([path]) => path),
      ['most'],
    );
  });

  it('skips a comparison when the other field is itself wrong', () => {
    const fields = [field('start', { kind: 'date' }), field('end', { kind: 'date', after: 'start' })];
    assert.deepEqual(
      told(fields, { start: 'soon', end: '2022-12-05' }).map(([path]) => path),
      ['start'],
    );
  });
});

describe('what is wrong with a form', () => {
  const problems = (fields: readonly Field[], given: Values) => formProblems(answer('sent', { fields, label: 'Send' }), given);

  it('says of each fault what it is, where it stands and how to mend it', () => {
    const when = field('why', { label: 'Why', required: false, when: { tier: ['tier-3'] } });
    assert.deepEqual(problems([tier, when], { tier: 'tier-2', why: 'x' }), [
      { kind: 'bad-field', path: 'why', message: '“Why” is asked only if “Tier” is “Tier 3”', remedy: 'Leave out why.' },
    ]);
    assert.deepEqual(problems([{ ...budget, min: '100' }], { budget: '5' }), [
      { kind: 'bad-field', path: 'budget', message: '“Budget” must be £1 or more', remedy: 'Give budget in pounds, for example 1,600.50.' },
    ]);
    const four = { tier: 'tier-3', ...entry(1, '1'), ...entry(2, '1'), ...entry(3, '1'), ...entry(4, '1') };
    assert.deepEqual(
      problems(PLAN, four).map(({ kind, remedy }) => [kind, remedy]),
      [['bad-field', 'Leave out intervention 4 and after.']],
    );
    assert.deepEqual(
      problems(PLAN, { tier: 'tier-2', ...entry(1, '1600001') }).map(({ kind, remedy }) => [kind, remedy]),
      [['bad-field', 'Change interventions.']],
    );
  });

  it('names every field that the answer has, where it is given another', () => {
    const [problem] = problems([tier, interventions], { tier: 'tier-3', ...entry(1, '1'), other: 'x' });
    assert.deepEqual(problem, {
      kind: 'unknown-field',
      path: 'other',
      message: 'The answer "Send" has no field "other"',
      remedy: 'Its fields are: tier, interventions.1.what, interventions.1.cost, interventions.1.trains, interventions.1.whom.',
    });
    assert.equal(problems([], { other: 'x' })[0]?.remedy, 'Leave it out.');
  });

  it('takes a path of a group only with a number and one of its fields', () => {
    const unknown = (path: string) =>
      problems([tier, interventions], { tier: 'tier-3', ...entry(1, '1'), [path]: 'x' }).some(({ kind }) => kind === 'unknown-field');
    assert.ok(!unknown('interventions.2.what'));
    for (const path of [
      'interventions.0.what',
      'interventions.02.what',
      'interventions.x2.what',
      'interventions.2x.what',
      'interventions.2.none',
      'interventions.2.what.more',
      'others.2.what',
      'interventions',
      'interventions.2',
    ]) {
      assert.ok(unknown(path), path);
    }
  });

  it('asks for as many entries as there must be, and for none of an optional group that was left out', () => {
    const visits = (over: Partial<Field>) => [
      field('visits', { kind: 'group', entry: 'visit', fields: [field('on', { kind: 'date' })], ...over }),
    ];
    const paths = (over: Partial<Field>, given: Values = {}) => problems(visits(over), given).map(({ path }) => path);
    assert.deepEqual(paths({}), ['visits.1.on']);
    assert.deepEqual(paths({ min: '2' }), ['visits.1.on', 'visits.2.on']);
    assert.deepEqual(paths({ min: '0' }), ['visits.1.on']);
    assert.deepEqual(paths({ min: '2', required: false }), []);
    assert.deepEqual(paths({ min: '2', required: false }, { 'visits.1.on': '2022-12-05' }), ['visits.2.on']);
    assert.deepEqual(paths({ required: false }, { 'visits.3.on': ' ' }), []);
  });

  it('asks nothing of a group that is not asked itself', () => {
    const fields = [field('any', { kind: 'yes-no' }), { ...interventions, when: { any: ['yes'] }, totals: [] }];
    assert.deepEqual(problems(fields, { any: 'no' }), []);
    assert.deepEqual(
      problems(fields, { any: 'no', 'interventions.1.what': 'x' }).map(({ path, message }) => [path, message]),
      [['interventions.1.what', '“What is done” of intervention 1 is asked only if “any” is “Yes”']],
    );
    // Whether it is asked is not known while the field that it depends on is wrong.
    assert.deepEqual(
      problems(fields, { any: 'perhaps' }).map(({ path }) => path),
      ['any'],
    );
  });

  it('depends on another field of its own entry first, and on any of several values', () => {
    const fields = [
      field('areas', { kind: 'choices', options: TIERS }),
      field('more', { kind: 'text', when: { areas: ['tier-3'] } }),
      field('gone', { kind: 'text', when: { nowhere: ['x'] } }),
    ];
    assert.deepEqual(
      problems(fields, { areas: 'tier-2\ntier-3' }).map(({ path }) => path),
      ['more'],
    );
    assert.deepEqual(problems(fields, { areas: 'tier-2' }), []);
    const second = { tier: 'tier-3', ...entry(1, '1'), ...entry(2, '1'), 'interventions.2.trains': 'yes' };
    assert.deepEqual(
      problems(PLAN, second).map(({ path }) => path),
      ['interventions.2.whom'],
    );
    const optional = [field('any', { kind: 'yes-no', required: false }), field('why', { when: { any: ['yes'] } })];
    assert.deepEqual(problems(optional, {}), []);
    const pathsOf = (given: Values) => problems(optional, given).map(({ path }) => path);
    assert.deepEqual([pathsOf({ why: 'x' }), pathsOf({ any: 'perhaps', why: 'x' })], [['why'], ['any']]);
    const group = { ...interventions, when: { any: ['yes'] } };
    assert.deepEqual(
      placesOf([field('any', { kind: 'yes-no' }), group], { any: 'no' }).map(({ path }) => path),
      ['any', 'interventions'],
    );
  });

  it('takes each limit itself, and refuses one more', () => {
    const fields = [
      field('days', { kind: 'number' }),
      field('cost', { kind: 'money', min: '100', max: '200' }),
      field('claim', { kind: 'money', each: { of: 'days', pence: 10 } }),
      field('most', { kind: 'money', atMost: 'cost' }),
      field('from', { kind: 'date' }),
      field('to', { kind: 'date', after: 'from' }),
    ];
    const good = { days: '2', cost: '100', claim: '20', most: '100', from: '2022-12-05', to: '2022-12-06' };
    const wrong = (over: Values) => problems(fields, { ...good, ...over }).map(({ path }) => path);
    assert.deepEqual(wrong({}), []);
    assert.deepEqual(wrong({ cost: '200' }), []);
    assert.deepEqual([{ cost: '99', most: '1' }, { cost: '201' }, { claim: '21' }, { most: '101' }, { to: '2022-12-05' }].map(wrong), [
      ['cost'],
      ['cost'],
      ['claim'],
      ['most'],
      ['to'],
    ]);
    // A limit that is itself missing limits nothing.
    assert.deepEqual(wrong({ days: '' }), ['days']);
    assert.deepEqual(wrong({ cost: 'x' }), ['cost']);
  });
});

describe('money', () => {
  for (const [pence, words] of [
    ['0', '£0'],
    ['5', '£0.05'],
    ['160050', '£1,600.50'],
    ['1600000', '£16,000'],
    ['9999999999999', '£99,999,999,999.99'],
  ] as const) {
    it(`of ${pence} pence reads ${words}`, () => {
      assert.equal(inPounds(pence), words);
    });
  }
});

describe('a day typed in three parts', () => {
  const start = field('start', { label: 'Start', kind: 'date' });
  const problem = (day: string, month: string, year: string) => told([start], { start: dateOfParts(day, month, year) })[0]?.[1] ?? null;

  it('names the parts that are missing', () => {
    assert.match(problem('', '12', '2022') ?? '', /must include a day$/);
    assert.match(problem('5', '', '2022') ?? '', /must include a month$/);
    assert.match(problem('5', '12', '') ?? '', /must include a year$/);
    assert.match(problem('', '', '2022') ?? '', /must include a day and a month$/);
  });

  it('has a year of four numbers, and is a day of the calendar', () => {
    assert.match(problem('5', '12', '22') ?? '', /must have a year of 4 numbers$/);
    assert.match(problem('29', '2', '2023') ?? '', /must be a real date$/);
    assert.equal(problem('5', 'Dec', '2022'), null);
  });

  it('is no answer when all three are empty', () => {
    assert.equal(dateOfParts('', '', ''), '');
  });
});

describe('a form of which a page shows every field', () => {
  const training = answer('sent', {
    fields: [field('trains', { kind: 'yes-no' }), field('whom', { kind: 'text', required: false, when: { trains: ['yes'] } })],
  });
  const typed = { trains: 'no', whom: 'Year 3 teachers' };

  it('drops what stands in a field that is not asked', () => {
    assert.deepEqual(readForm(training, typed, { leaveOut: true }), { fields: { trains: 'no' }, problems: [] });
    const asked = { ...typed, trains: 'yes' };
    assert.deepEqual(readForm(training, asked, { leaveOut: true }), { fields: asked, problems: [] });
  });

  it('is refused with it where nobody was shown the field', () => {
    const { fields, problems } = readForm(training, typed);
    assert.equal(fields['whom'], 'Year 3 teachers');
    assert.deepEqual(
      problems.map(({ path }) => path),
      ['whom'],
    );
  });
});
