import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { answer, field as bareField, programmeOf, step } from '../tests/kit/programmes.ts';
import type { Field } from '../domain/programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { loadProgramme } from '../programmes/load-programmes.ts';
import { readScenario } from './read-scenario.ts';

const field = (id: string, over: Partial<Field> = {}): Field => bareField(id, { label: `The ${id}`, ...over });

const FIELDS: readonly Field[] = [
  field('why', { kind: 'long-text' }),
  field('days', { kind: 'number', min: '1', max: '10', decimals: 1 }),
  field('granted', { kind: 'money', max: '1600000' }),
  field('spent', { kind: 'money', atMost: 'granted' }),
  field('from', { kind: 'date' }),
  field('to', { kind: 'date', after: 'from' }),
  field('part', {
    kind: 'choice',
    options: [
      { id: 'none', label: 'None' },
      { id: 'some', label: 'Some of it' },
    ],
  }),
  field('which', { when: { part: ['some'] } }),
  field('agreed', { kind: 'yes-no' }),
  field('trustee', { when: { subject: ['trust'] } }),
  field('seats', { kind: 'number', required: false, when: { tier: ['tier-2'], agreed: ['no'] } }),
  field('evidence', { kind: 'files', required: false }),
  field('items', {
    kind: 'group',
    required: false,
    max: '3',
    entry: 'item',
    fields: [field('what'), field('cost', { kind: 'money' }), field('late', { kind: 'yes-no' })],
    totals: [
      { of: 'cost', max: '100000' },
      { of: 'cost', max: '50', when: { subject: ['trust'] } },
    ],
  }),
];
const PROGRAMME = {
  ...programmeOf(['ask'], [step('ask', 'school', [answer('yes', { fields: FIELDS }), answer('no', {})])]),
  starts: [field('judgements', { kind: 'number' }), field('urgent', { kind: 'yes-no' })],
};

/** The findings for an entry with these fields, without the beginning that all findings share. */
function findings(...fields: readonly string[]): readonly string[] {
  const lines = [`programme: ${PROGRAMME.id}`, 'title: T', 'answers:', '  - step: ask', '    answer: yes', '    fields:'];
  const text = [...lines, ...fields.map((one) => `      ${one}`)].join('\n');
  return readScenario(text, 's.yaml', PROGRAMME).findings.map(formatFinding);
}

describe('what a scenario gives for the fields of an answer', () => {
  const broken: readonly (readonly [string, readonly string[], string])[] = [
    ['a day that is none', ['from: 2022-02-30'], '7:13: “The from” must be a real date — Give from as YYYY-MM-DD'],
    ['an amount that is none', ['granted: a lot'], '7:16: “The granted” must be an amount of money'],
    ['more than the limit', ['days: 11'], '7:13: “The days” must be 10 or less — Give days as a number with at most 1 decimal place'],
    ['an option that there is not', ['part: all'], '7:13: “The part” has no answer “all” — Give part as one of: none, some.'],
    ['more than another field', ['granted: 100', 'spent: 100.50'], '8:14: “The spent” must not be more than “The granted”, £100'],
    ['a day before another', ['from: 2022-12-05', 'to: 2022-12-01'], '8:11: “The to” must be after “The from”, 5 December 2022'],
    [
      'a field that is not asked',
      ['part: none', 'which: this'],
      '8:14: “The which” is asked only if “The part” is “Some of it” — Leave out which.',
    ],
    ['a field that is not asked of what is made up', ['which: this'], '7:14: “The which” is asked only if “The part” is “Some of it”'],
    [
      'a field that hangs on a fact and on another field',
      ['agreed: yes', 'seats: 3'],
      '8:14: “The seats” is asked only if “The agreed” is “No”',
    ],
    ['a file without a name', ['evidence: costs'], '7:17: “The evidence” must be names of files'],
    ['an amount in an entry', ['items.1.cost: £'], '7:21: “The cost” of item 1 must be an amount of money'],
    ['a sum', ['items.1.cost: 700', 'items.2.cost: 700'], '7:21: “The cost” adds up to £1,400: it must not be more than £1,000'],
    ['too many entries', ['items.4.what: x'], '7:21: “The items” must have no more than 3'],
    [
      'a field that an entry has not',
      ['items.2.costs: 7'],
      '7:7: The answer "yes" has no field "items.2.costs" — Did you mean "items.2.cost"?',
    ],
    ['a group without an entry', ['items.cost: 7'], '7:7: The answer "yes" has no field "items.cost" — Did you mean "items.1.cost"?'],
    ['a field too long', [`why: ${'x'.repeat(10_001)}`], '7:12: “The why” must be 10,000 characters or fewer'],
    ['true for words', ['why: true'], `7:12: "why" cannot be true: it is not a yes or no question — Put the word in quotes: 'true'.`],
    ['false for an amount', ['granted: false'], '7:16: "granted" cannot be false: it is not a yes or no question — Give granted in pounds'],
    [
      'true for an option',
      ['part: true'],
      '7:13: "part" cannot be true: it is not a yes or no question — Give part as one of: none, some.',
    ],
  ];
  for (const [what, fields, finding] of broken) {
    it(`is refused with place and remedy: ${what}`, () => {
      const [first = '', ...more] = findings(...fields);
      assert.ok(first.startsWith(`s.yaml:${finding}`), `${first}\n${finding}`);
      assert.deepEqual(more, []);
    });
  }

  it('is accepted with fields left out, or fields that depend on days or facts that only the play knows', () => {
    assert.deepEqual(findings('to: 2020-01-01', 'spent: 900', 'trustee: Robin Vale', 'agreed: no', 'seats: 3', 'items.1.cost: 900'), []);
  });

  it('may be true or false where yes or no is asked for', () => {
    const text = `programme: ${PROGRAMME.id}\ntitle: T\nstarts: { urgent: true }\nanswers:\n  - { step: ask, fields: { agreed: false, items.1.late: true } }`;
    const { file } = readScenario(text, 's.yaml', PROGRAMME);
    assert.deepEqual(file?.facts, { urgent: 'yes' });
    assert.deepEqual(file?.scenario.answers[0]?.fields, { agreed: 'no', 'items.1.late': 'yes' });
  });

  it('is checked against every possible first answer, when facts decide which of them is offered', () => {
    const programme = programmeOf(
      ['ask'],
      [
        step('ask', 'school', [
          answer('as-trust', { when: { subject: ['trust'] }, fields: [field('chair')] }),
          answer('as-school', { fields: [field('head')] }),
          answer('no', { fields: [field('reason')] }),
        ]),
      ],
    );
    const read = (given: string) =>
      readScenario(`programme: ${programme.id}\ntitle: T\nanswers: [{ step: ask, fields: { ${given}: x } }]`, 's.yaml', programme);
    assert.deepEqual(read('head').file?.scenario.answers[0]?.fields, { head: 'x' });
    assert.deepEqual(read('chair').file?.scenario.answers[0]?.fields, { chair: 'x' });
    assert.match(formatFinding(read('reason').findings[0] ?? assert.fail()), /has no field "reason"/);
  });
});

describe('what a scenario says at the start', () => {
  const found = (starts: string) =>
    readScenario(`programme: ${PROGRAMME.id}\ntitle: T\nstarts: { ${starts} }`, 's.yaml', PROGRAMME).findings.map(formatFinding);

  it('is refused with place and remedy', () => {
    assert.deepEqual(found('judgements: many'), [
      's.yaml:3:23: “The judgements” must be a whole number, like 9 — Give judgements as a whole number, like 9.',
    ]);
    assert.deepEqual(found('judgements: true'), [
      's.yaml:3:23: "judgements" cannot be true: it is not a yes or no question — Give judgements as a whole number, like 9.',
    ]);
  });

  it('is reported in the words of its programme', () => {
    const loaded = loadProgramme('si-2019-20');
    assert.ok(loaded.ok);
    const text = 'programme: si-2019-20\ntitle: T\nstarts: { tier: tier-4 }';
    assert.match(
      formatFinding(readScenario(text, 's.yaml', loaded.value).findings[0] ?? assert.fail()),
      /^s\.yaml:3:17: “[^”]+” has no answer “tier-4” — Give tier as one of: tier-1, tier-2, tier-3\.$/,
    );
  });
});
