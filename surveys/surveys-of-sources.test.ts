import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { askedOf } from '../domain/surveys/routing.ts';
import { questionsOf } from '../domain/surveys/survey.ts';
import type { Question, Survey } from '../domain/surveys/survey.ts';
import { loadSurvey } from './load-surveys.ts';
import { loadFigures } from './read-figures.ts';

const load = (id: string): Survey => {
  const loaded = loadSurvey(id);
  return loaded.ok ? loaded.value : assert.fail(loaded.reason.message);
};
const itemsOf = (survey: Survey, question: string, audience: string): readonly string[] =>
  askedOf(survey, { R1: audience })
    .flatMap(({ questions }) => questions)
    .find((asked) => asked.question.id === question)
    ?.items.map(({ item }) => item.label) ?? [];
const marksOf = (question: Question) => [
  question.mark,
  ...(question.kind === 'grid' ? question.items.map(({ mark }) => mark) : []),
  ...('scale' in question ? question.scale.options.map(({ mark }) => mark) : []),
];

describe('the survey of multi-school groups of 2018', () => {
  const survey = load('multi-school-groups-2018');

  it('asks for every practice whose figures the report prints', () => {
    const figures = loadFigures('2018');
    assert.ok(figures.ok);
    const table = figures.value.tables.find(({ title }) => title.startsWith('Table 4.6')) ?? assert.fail('no table');
    for (const audience of ['mat-core', 'mat-heads']) {
      const printed = table.rows.filter((row) => row.audience === audience).map(({ title }) => title);
      assert.deepEqual(itemsOf(survey, 'T', audience).toSorted(), printed.toSorted());
    }
  });

  it('puts 13 areas to everybody, by focus and by impact, on scales from 1 to 10', () => {
    for (const audience of survey.audiences) {
      assert.equal(itemsOf(survey, 'F', audience.id).length, 13);
      assert.deepEqual(itemsOf(survey, 'I', audience.id), itemsOf(survey, 'F', audience.id));
    }
    const focus = questionsOf(survey).find(({ question }) => question.id === 'F')?.question;
    assert.deepEqual(focus?.kind === 'grid' && focus.scale.options.map(({ value }) => value), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('puts to alliances what the report prints for them, and nothing that is about a trust', () => {
    assert.deepEqual(itemsOf(survey, 'T', 'tsa-core'), []);
    assert.ok(itemsOf(survey, 'A', 'tsa-heads').length === 5 && itemsOf(survey, 'A', 'tsa-core').length === 10);
    assert.ok(!itemsOf(survey, 'A', 'tsa-core').some((statement) => /\bMAT\b|The trust/.test(statement)));
  });
});

describe('the survey of those who declined the offer of 2019 to 2020', () => {
  it('asks when, who, why and what would have changed it, with the prompts of the schedule as answers', () => {
    const survey = load('si-2019-20-declined');
    const asked = questionsOf(survey).map(({ question }) => question.id);
    assert.deepEqual(asked, ['R1', 'Q41', 'Q42', 'Q43', 'Q44', 'Q45', 'Q46', 'Q47', 'Q48', 'Q48b']);
    const reasons = questionsOf(survey).find(({ question }) => question.id === 'Q47')?.question;
    assert.equal(reasons?.kind === 'choices' && reasons.scale.options.length, 7);
    assert.ok(questionsOf(survey).some(({ question }) => marksOf(question).includes('design')));
  });
});

describe('the feedback on the offer of 2021 to 2022', () => {
  const survey = load('tsi-2021-22-feedback');
  const questionCalled = (id: string) => questionsOf(survey).find(({ question }) => question.id === id)?.question ?? assert.fail(id);

  it('asks about the last system leader where there was more than one, and says so', () => {
    assert.match(questionCalled('S').hint ?? '', /If you had more than one system leader, think of the last one/);
  });

  it('asks to leave out names wherever somebody writes, and has Table 1 listed by the kind of school', () => {
    const texts = questionsOf(survey).flatMap(({ question }) => (question.kind === 'text' ? [question] : []));
    assert.ok(texts.length > 3 && texts.every(({ hint }) => /leave out names/.test(hint ?? '')));
    assert.deepEqual(
      texts.filter(({ quotedBy }) => quotedBy !== undefined).map(({ id, quotedBy }) => [id, quotedBy]),
      [['P6', 'R2']],
    );
  });

  it('splits figures by the kind of school, and the focus by the match, as the report does', () => {
    assert.deepEqual(
      survey.splits?.map(({ id, question, item, rows }) => [id, question, item, rows]),
      [
        ['kind-of-school', 'R2', null, null],
        ['match', 'S', 'S4', ['S5']],
      ],
    );
  });
});
