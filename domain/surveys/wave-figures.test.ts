import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { shippedSurvey, smallSurvey } from '../../tests/kit/surveys.ts';
import type { CountedResponse } from './count-responses.ts';
import { readSubmission } from './submission.ts';
import { waveFigures } from './wave-figures.ts';

const feedback = shippedSurvey('tsi-2021-22-feedback');
const EACH = new Set(feedback.audiences.map(({ id }) => id));

/** One who answers in a role: the satisfaction with the relevance, and whether 3 days are enough. */
function answer(audience: string, relevance: string, days: string | null = null): CountedResponse {
  const given = { R1: audience, [`${audience}.S.S6`]: relevance, ...(days === null ? {} : { [`${audience}.D1`]: days }) };
  const read = readSubmission(feedback, given);
  return read.ok ? read.value : assert.fail(JSON.stringify(read.reason));
}
const several = (count: number, ...of: Parameters<typeof answer>) => Array.from({ length: count }, () => answer(...of));
const figuresOf = (
  responses: readonly CountedResponse[],
  told: ReadonlySet<string> = EACH,
  net: 'of-counts' | 'of-rounded' = 'of-counts',
) => waveFigures(feedback, responses, told, net);
const wordsOf = (figures: ReturnType<typeof figuresOf>, question: string, audience: string) =>
  figures.tables
    .find(({ id }) => id === question)
    ?.rows.find((row) => row.audience === audience)
    ?.cells.map(({ words }) => words) ?? assert.fail(`${question} is not there`);

const WAVE = [
  ...several(30, 'system-leader', 'very-satisfied', 'too-few'),
  ...several(20, 'system-leader', 'satisfied', 'about-right'),
  ...several(10, 'system-leader', 'dissatisfied'),
  ...several(12, 'school-leader', 'satisfied'),
  ...several(5, 'school-leader', 'neither'),
  ...several(2, 'school-leader', 'dissatisfied'),
  ...several(6, 'trust-leader', 'satisfied'),
];

describe('the figures of a wave', () => {
  it('count who answered each item beside who answered at all, and leave small counts unsaid with what they would follow from', () => {
    const figures = figuresOf(WAVE);
    assert.deepEqual(wordsOf(figures, 'S', 'system-leader'), [
      '30 of 60 (50%)',
      '20 of 60 (33%)',
      '0 of 60 (0%)',
      '10 of 60 (17%)',
      '0 of 60 (0%)',
      '0 of 60 (0%)',
      '50 of 60 (83%)',
    ]);
    assert.deepEqual(wordsOf(figures, 'S', 'school-leader'), [
      '0 of 19 (0%)',
      '12 of 19 (63%)',
      'not shown',
      'not shown',
      '0 of 19 (0%)',
      '0 of 19 (0%)',
      '12 of 19 (63%)',
    ]);
    const days = figures.tables.find(({ id }) => id === 'D1')?.rows[0];
    assert.deepEqual([days?.base, days?.sectionBase], [50, 60]);
  });

  it('say nothing of an audience of whom too few answered or too few did not', () => {
    const figures = figuresOf(WAVE, new Set(['system-leader', 'trust-leader']));
    assert.deepEqual(figures.notShown, ['School leaders', 'Trust leaders']);
    assert.ok(figures.tables.every(({ rows }) => rows.every(({ audience }) => audience === 'system-leader')));
  });

  it('carry sentences that follow from what is shown, and turn when the counts do', () => {
    const sentences = (responses: readonly CountedResponse[]) => figuresOf(responses).tables.flatMap((table) => table.sentences);
    assert.ok(
      sentences(WAVE).includes(
        'A larger share of system leaders than of school leaders were satisfied or very satisfied: “The relevance of the support”.',
      ),
      sentences(WAVE).join('\n'),
    );
    const turned = [...WAVE, ...several(40, 'system-leader', 'dissatisfied')];
    assert.ok(
      sentences(turned).includes(
        'A larger share of school leaders than of system leaders were satisfied or very satisfied: “The relevance of the support”.',
      ),
    );
  });

  it('do not tell how hidden parts are split when rounded parts are added up', () => {
    const rounded = figuresOf(
      [
        ...several(3, 'system-leader', 'very-satisfied'),
        ...several(4, 'system-leader', 'satisfied'),
        ...several(41, 'system-leader', 'neither'),
      ],
      EACH,
      'of-rounded',
    );
    assert.equal(wordsOf(rounded, 'S', 'system-leader').at(-1), '7 of 48 (15%)');
  });

  it('are the same whatever the order of the responses', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(WAVE, { minLength: WAVE.length, maxLength: WAVE.length }), (shuffled) => {
        assert.deepEqual(figuresOf(shuffled), figuresOf(WAVE));
      }),
      { numRuns: 20 },
    );
  });

  it('give a mean, and no counts beside it, where a scale has numbers and no net', () => {
    const plain = smallSurvey();
    const survey = {
      ...plain,
      sections: plain.sections.map((section) => ({
        ...section,
        questions: section.questions.map((question) =>
          question.kind === 'grid' ? { ...question, scale: { ...question.scale, nets: [] } } : question,
        ),
      })),
    };
    const respond = (pace: string): CountedResponse => {
      const read = readSubmission(survey, { R: 'head', 'head.G.pace': pace });
      return read.ok ? read.value : assert.fail('not read');
    };
    const responses = [
      ...Array.from({ length: 9 }, () => respond('good')),
      ...Array.from({ length: 2 }, () => respond('bad')),
      respond('unknown'),
    ];
    const [row] = waveFigures(survey, responses, new Set(['head', 'leader']), 'of-counts').tables.find(({ id }) => id === 'G')?.rows ?? [];
    assert.deepEqual([row?.mean, row?.base, row?.cells], ['1.8', 11, []]);
  });
});
