import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { matrixOf, quotesOf } from './interviews.ts';
import type { Interview, InterviewAnswer } from './interviews.ts';
import { quantifier } from './quantifiers.ts';
import type { Schedule } from './schedule.ts';

const SCHEDULE: Schedule = {
  id: 'small',
  version: 2,
  fieldwork: 'one',
  group: 'heads',
  title: 'Heads',
  source: 'ours',
  assumptions: [],
  facts: { tier: [{ id: 'tier-1', label: 'Tier 1' }], region: [{ id: 'n', label: 'The North' }] },
  sections: [
    {
      id: 'a',
      letter: 'A',
      title: 'First',
      tiers: null,
      questions: [1, 2].map((number) => ({
        number,
        text: `Question ${number}?`,
        mark: 'design',
        onlyIf: null,
        prompts: [],
        options:
          number === 1
            ? [
                { id: 'a', label: 'An A' },
                { id: 'b', label: 'A B' },
              ]
            : [],
        several: true,
        theme: number === 1 ? 'role' : 'raf',
      })),
    },
  ],
};

function held(id: number, answers: readonly Partial<InterviewAnswer>[], rest: Partial<Interview> = {}): Interview {
  const whole = answers.map((one) => ({ question: 1, options: [], note: '', quote: '', consent: null, ...one }));
  const facts = { tier: 'tier-1', region: 'n' };
  return { id, schedule: SCHEDULE, heldOn: plainDate('2020-02-03'), facts, finished: true, answers: whole, ...rest };
}

const ALL = { fieldwork: '', theme: '', group: '' };

describe('the coded matrix', () => {
  it('counts an answer of those who answered the question, and no unfinished interview', () => {
    const matrix = matrixOf(SCHEDULE, [
      held(1, [{ options: ['a'] }]),
      held(2, [{ options: ['a', 'b'] }]),
      held(3, [{ note: 'None of them.' }]),
      held(4, [{}]),
      held(5, [{ options: ['b'] }], { finished: false }),
      held(6, [{ options: ['b'] }], { schedule: { ...SCHEDULE, version: 1 } }),
    ]);
    assert.deepEqual(
      matrix.lines.map(({ option, count, base }) => [option.id, count, base]),
      [
        ['a', 2, 3],
        ['b', 1, 3],
      ],
    );
    assert.deepEqual([matrix.interviews, matrix.otherVersions], [4, 1]);
    assert.deepEqual(
      matrix.rows.map(({ codes }) => codes[0]?.length ?? null),
      [1, 2, 0, null],
    );
  });

  it('puts a share into words by the declared scale alone, and no share of fewer than five', () => {
    const words = [0, 1, 2, 4, 6, 9, 10].map((count) => quantifier(count, 10));
    assert.deepEqual(words, ['None', 'A few', 'Some', 'About half', 'Most', 'Most', 'All']);
    assert.deepEqual([quantifier(4, 4), quantifier(5, 5)], [null, 'All']);
  });
});

describe('the quote bank', () => {
  it('tells role, tier, phase and type, and neither region, day nor the number of the interview', () => {
    const [quote] = quotesOf([held(77, [{ quote: 'It helped.', consent: true }])], ALL);
    const asked = 'Question 1?';
    assert.deepEqual(quote, {
      role: 'Heads',
      tier: 'Tier 1',
      phase: '',
      type: '',
      group: 'heads',
      theme: 'role',
      question: 1,
      asked,
      words: 'It helped.',
    });
  });

  it('holds words of a theme or a role where one is chosen', () => {
    const said = [
      held(1, [
        { quote: 'One.', consent: true },
        { question: 2, quote: 'Two.', consent: true },
      ]),
    ];
    const of = (wanted: object) => quotesOf(said, { ...ALL, ...wanted }).map(({ words }) => words);
    assert.deepEqual(
      [of({ theme: 'raf' }), of({ group: 'heads' }), of({ group: 'x' }), of({ fieldwork: 'x' })],
      [['Two.'], ['One.', 'Two.'], [], []],
    );
  });
});

/** Interviews whose words each name themselves, so that any of them can be found again. */
const interviews = fc
  .array(
    fc.record({
      finished: fc.boolean(),
      answers: fc.array(fc.record({ consent: fc.constantFrom(true, false, null), question: fc.constantFrom(1, 2) }), { maxLength: 4 }),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(({ finished, answers }, id) =>
      held(
        id,
        answers.map((answer, at) => ({ ...answer, note: `note-${id}-${at}-end`, quote: `said-${id}-${at}-end` })),
        { finished },
      ),
    ),
  );

describe('words without consent', () => {
  it('are in no quote bank and in no matrix, and notes in neither', () => {
    fc.assert(
      fc.property(interviews, (all) => {
        const out = JSON.stringify([quotesOf(all, ALL), matrixOf(SCHEDULE, all)]);
        for (const { finished, answers } of all) {
          for (const { quote, note, consent } of answers) {
            assert.equal(out.includes(quote), finished && consent === true);
            assert.ok(!out.includes(note));
          }
        }
      }),
    );
  });
});
