import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { checkForm, formProblems } from './form.ts';
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

  it('skips a comparison when the other field is itself wrong', () => {
    const fields = [field('start', { kind: 'date' }), field('end', { kind: 'date', after: 'start' })];
    assert.deepEqual(
      told(fields, { start: 'soon', end: '2022-12-05' }).map(([path]) => path),
      ['start'],
    );
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
