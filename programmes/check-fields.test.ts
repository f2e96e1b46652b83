import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readProgramme } from './read-programme.ts';
import { itFindsEach, SMALL_PROGRAMME } from '../tests/kit/small-programme.ts';
import type { Broken } from '../tests/kit/small-programme.ts';

const HELPER = 'helper: { label: Helper, kind: person, names: helper }';
const INDENT = '\n              ';
/** The small programme with more fields beside the one it has. */
const withFields = (...fields: readonly string[]): Broken['replace'] => [HELPER, [HELPER, ...fields].join(INDENT)];

const GROUP = (total: string, cost = 'kind: money') =>
  `plan: { label: Plan, kind: group, entry: part, ${total}, fields: { cost: { label: Cost, ${cost} } } }`;

const PROPERTIES: readonly Broken[] = [
  {
    because: 'a choice has no options',
    replace: withFields('tier: { label: Tier, kind: choice }'),
    line: 'tier: { label',
    what: /The choice "tier" has no options/,
    remedy: /Add options/,
  },
  {
    because: 'a text has options',
    replace: withFields('tier: { label: Tier, kind: text, options: { one: One } }'),
    line: 'tier: { label',
    column: 'options:',
    what: /A text field cannot have "options"/,
    remedy: /Make its kind choice or choices/,
  },
  {
    because: 'a declaration says nothing that could be signed',
    replace: withFields('signed: { label: Signature, kind: declaration }'),
    line: 'signed: {',
    what: /The declaration "signed" has no statement/,
    remedy: /Add the statement/,
  },
  {
    because: 'a group does not say what an entry is called',
    replace: withFields('plan: { label: Plan, kind: group, fields: { what: { label: What, kind: text } } }'),
    line: 'plan: {',
    what: /The group "plan" has no entry/,
    remedy: /entry: intervention/,
  },
  {
    because: 'a group has no fields',
    replace: withFields('plan: { label: Plan, kind: group, entry: part, fields: {} }'),
    line: 'plan: {',
    what: /The group "plan" has no fields/,
    remedy: /Add the fields of an entry/,
  },
  {
    because: 'a group stands in a group',
    replace: withFields('plan: { label: Plan, kind: group, entry: part, fields: { inner: { label: Inner, kind: group } } }'),
    line: 'plan: {',
    column: 'group } }',
    what: /"kind" cannot be "group"/,
    remedy: /in a group, no group and no person/,
  },
  {
    because: 'the least is more than the most',
    replace: withFields('days: { label: Days, kind: number, min: 5, max: 3 }'),
    line: 'days: {',
    column: '5, max',
    what: /The least, 5, is more than the most, 3/,
    remedy: /smaller of the two/,
  },
  {
    because: 'a limit has more decimal places than its number',
    replace: withFields('days: { label: Days, kind: number, min: 0.5 }'),
    line: 'days: {',
    column: '0.5',
    what: /0.5 has more decimal places/,
    remedy: /"decimals"/,
  },
  {
    because: 'an amount has half a penny',
    replace: withFields('cost: { label: Cost, kind: money, max: 10.005 }'),
    line: 'cost: {',
    column: '10.005',
    what: /10.005 is not an amount of money/,
    remedy: /in pounds/,
  },
  {
    because: 'a group may have more entries than anybody reads',
    replace: withFields('plan: { label: Plan, kind: group, entry: part, max: 500, fields: { what: { label: What, kind: text } } }'),
    line: 'plan: {',
    column: '500',
    what: /cannot have 500 entries/,
    remedy: /from 1 to 50/,
  },
  {
    because: 'a placeholder stands in a statement',
    replace: withFields("signed: { label: Signature, kind: declaration, statement: 'I am {helper}.' }"),
    line: 'signed: {',
    column: "'I am",
    what: /Placeholders are not filled in here/,
    remedy: /Use them in/,
  },
];

const RULES: readonly Broken[] = [
  {
    because: 'a date comes after a field that there is not',
    replace: withFields('startsOn: { label: Start, kind: date }', 'endsOn: { label: End, kind: date, after: startOn }'),
    line: 'endsOn: {',
    column: 'startOn }',
    what: /no field "startOn" to compare with/,
    remedy: /Did you mean "startsOn"/,
  },
  {
    because: 'a date comes after a text',
    replace: withFields('start: { label: Start, kind: text }', 'endsOn: { label: End, kind: date, notBefore: start }'),
    line: 'endsOn: {',
    column: 'start }',
    what: /"start" is a text field and cannot be compared/,
    remedy: /kind date/,
  },
  {
    because: 'an amount is compared with itself',
    replace: withFields('cost: { label: Cost, kind: money, atMost: cost }'),
    line: 'cost: {',
    column: 'cost }',
    what: /"cost" is compared with itself/,
    remedy: /Name another field/,
  },
  {
    because: 'a text has to come after something',
    replace: withFields('startsOn: { label: Start, kind: date }', 'end: { label: End, kind: text, after: startsOn }'),
    line: 'end: {',
    column: 'startsOn }',
    what: /A text field cannot have "after"/,
    remedy: /Make its kind date/,
  },
  {
    because: 'a total adds up a field that the entries do not have',
    replace: withFields(GROUP('total: { of: price, max: 5 }')),
    line: 'plan: {',
    column: 'price',
    what: /The entries have no field "price"/,
    remedy: /Use one of: cost/,
  },
  {
    because: 'a total adds up words',
    replace: withFields(GROUP('total: { of: cost, max: 5 }', 'kind: text')),
    line: 'plan: {',
    column: 'cost, max',
    what: /A text field cannot be added up/,
    remedy: /kind money or number/,
  },
  {
    because: 'a total has no limit',
    replace: withFields(GROUP('total: { of: cost }')),
    line: 'plan: {',
    column: 'total:',
    what: /A total needs one limit/,
    remedy: /"max", "atMost" or "share"/,
  },
  {
    because: 'money is limited by each of words',
    replace: withFields('days: { label: Days, kind: text }', 'claim: { label: Claim, kind: money, each: { of: days, pounds: 600 } }'),
    line: 'claim: {',
    column: 'each:',
    what: /"days" is a text field and cannot be compared/,
    remedy: /kind number/,
  },
  {
    because: 'a number is a multiple of something finer than it may hold',
    replace: withFields('days: { label: Days, kind: number, multipleOf: 0.5 }'),
    line: 'days: {',
    column: '0.5',
    what: /0\.5 has more decimal places/,
    remedy: /decimals/,
  },
  {
    because: 'a total has two limits',
    replace: withFields(GROUP('total: { of: cost, max: 5, share: { percent: 50, of: cost } }')),
    line: 'plan: {',
    column: 'total:',
    what: /A total needs one limit/,
    remedy: /only one of them/,
  },
  {
    because: 'a total is a share of a field that the entries do not have',
    replace: withFields(GROUP('total: { of: cost, share: { percent: 50, of: price } }')),
    line: 'plan: {',
    column: 'price',
    what: /The entries have no field "price"/,
    remedy: /Did you mean|Use one of|cost/,
  },
  {
    because: 'a total is a share of itself',
    replace: withFields(GROUP('total: { of: cost, share: { percent: 50, of: cost } }')),
    line: 'plan: {',
    column: 'cost } },',
    what: /"cost" is compared with itself/,
    remedy: /Name another field/,
  },
];

const CONDITIONS: readonly Broken[] = [
  {
    because: 'a field hangs on one that there is not',
    replace: withFields('sure: { label: Sure, kind: yes-no }', "why: { label: Why, kind: text, when: { shure: 'no' } }"),
    line: 'why: {',
    column: 'shure',
    what: /no field "shure" for this to depend on/,
    remedy: /Did you mean "sure"/,
  },
  {
    because: 'a field hangs on one below it',
    replace: withFields("why: { label: Why, kind: text, when: { sure: 'no' } }", 'sure: { label: Sure, kind: yes-no }'),
    line: 'why: {',
    column: "sure: 'no'",
    what: /"sure" comes below the field that depends on it/,
    remedy: /Move "sure" up/,
  },
  {
    because: 'a field hangs on a value that its field never has',
    replace: withFields(
      'tier: { label: Tier, kind: choice, options: { tier-2: Two } }',
      'why: { label: Why, kind: text, when: { tier: tier-3 } }',
    ),
    line: 'why: {',
    column: 'tier-3 }',
    what: /"tier" is never "tier-3"/,
    remedy: /Did you mean "tier-2"/,
  },
  {
    because: 'a field hangs on words',
    replace: withFields('note: { label: Note, kind: text }', "why: { label: Why, kind: text, when: { note: 'yes' } }"),
    line: 'why: {',
    column: "note: 'yes'",
    what: /A text field has no values/,
    remedy: /yes-no, choice or choices/,
  },
  {
    because: 'fields hang on each other',
    replace: withFields(
      "one: { label: One, kind: yes-no, when: { two: 'yes' } }",
      "two: { label: Two, kind: yes-no, when: { one: 'yes' } }",
    ),
    line: 'one: {',
    column: 'when:',
    what: /"one" and "two" wait for each other/,
    remedy: /asked without the other/,
  },
  {
    because: 'a field of an entry hangs on a field below the group',
    replace: withFields(
      "plan: { label: Plan, kind: group, entry: part, fields: { what: { label: What, kind: text, when: { sure: 'yes' } } } }",
      'sure: { label: Sure, kind: yes-no }',
    ),
    line: 'plan: {',
    column: "sure: 'yes'",
    what: /"sure" comes below/,
    remedy: /Move "sure" up/,
  },
];

describe('finds fault with a form that could never be filled in as intended', () => {
  itFindsEach([...PROPERTIES, ...RULES, ...CONDITIONS]);
});

describe('a form without faults', () => {
  it('becomes fields of the core: pounds as pence, one or a list as a list, and nothing that the file does not set', () => {
    const [from, to] = withFields(
      'tier: { label: Tier, kind: choice, options: { tier-2: Tier 2, tier-3: Tier 3 } }',
      'plan: { label: Plan, kind: group, entry: part, max: 3, total: { of: cost, max: 16000.50, when: { tier: tier-2 } }, fields: { cost: { label: Cost, kind: money, min: 0.5 } } }',
    );
    const { programme, findings } = readProgramme(SMALL_PROGRAMME.replace(from, to), 'small.yaml');
    assert.deepEqual(findings, []);
    const written = { hint: null, required: true, names: null, records: null };
    assert.deepEqual(programme?.steps['find-helper']?.answers[0]?.fields, [
      { ...written, id: 'helper', label: 'Helper', kind: 'person', names: 'helper' },
      {
        ...written,
        id: 'tier',
        label: 'Tier',
        kind: 'choice',
        options: [
          { id: 'tier-2', label: 'Tier 2' },
          { id: 'tier-3', label: 'Tier 3' },
        ],
      },
      {
        ...written,
        id: 'plan',
        label: 'Plan',
        kind: 'group',
        max: '3',
        entry: 'part',
        fields: [{ ...written, id: 'cost', label: 'Cost', kind: 'money', min: '50' }],
        totals: [{ of: 'cost', max: '1600050', when: { tier: ['tier-2'] } }],
      },
    ]);
  });
});
