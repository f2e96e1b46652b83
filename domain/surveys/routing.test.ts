import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { changedSurvey, shippedSurvey, smallSurvey } from '../../tests/kit/surveys.ts';
import { askedOf, audiencesIn } from './routing.ts';
import type { Given } from './routing.ts';

const fields = (given: Given, survey = smallSurvey()) =>
  askedOf(survey, given).flatMap(({ questions }) =>
    questions.flatMap(({ field, items }) => (items.length > 0 ? items.map((item) => item.field) : [field])),
  );

describe('what a respondent is asked', () => {
  it('is the role, and what is asked once of everybody, before a role is named', () => {
    assert.deepEqual(fields({}), ['R']);
    assert.deepEqual(fields({ R: 'nobody' }), ['R']);
  });

  it('depends on the role: its rows and sections', () => {
    assert.deepEqual(fields({ R: 'leader' }), ['R', 'leader.G.pace', 'leader.G.training', 'leader.C', 'leader.Y', 'X']);
    assert.deepEqual(fields({ R: ['head'] }), ['R', 'head.G.pace', 'head.C', 'head.Y', 'X']);
  });

  it('is asked once for each role of somebody who has two, in the order of the survey', () => {
    const asked = askedOf(smallSurvey(), { R: ['head', 'leader'] });
    assert.deepEqual(
      asked.map(({ section, audience }) => [section.id, audience]),
      [
        ['role', null],
        ['work', 'leader'],
        ['work', 'head'],
        ['contact', null],
      ],
    );
  });

  it('is worded for the role', () => {
    const texts = askedOf(smallSurvey(), { R: ['head', 'leader'] }).map(({ questions }) => questions[0]?.text);
    assert.deepEqual(texts, ['In which roles?', 'How was it?', 'How was it for your school?', 'May we call?']);
  });

  it('follows an earlier answer of the same role, and not of the other', () => {
    assert.ok(fields({ R: 'leader', 'leader.Y': 'no' }).includes('leader.W'));
    assert.ok(!fields({ R: 'leader', 'leader.Y': 'yes' }).includes('leader.W'));
    assert.ok(!fields({ R: ['head', 'leader'], 'head.Y': 'no' }).includes('leader.W'));
    assert.ok(fields({ R: 'head', 'head.C': ['other', 'calls'] }).includes('head.H'));
  });

  it('is not a grid of which no row is for the role, and is worded for one role only where there is but one', () => {
    const forLeaders = changedSurvey('G', (question) =>
      question.kind === 'grid' ? { ...question, items: question.items.map((item) => ({ ...item, askedOf: ['leader'] })) } : question,
    );
    assert.deepEqual(fields({ R: 'head' }, forLeaders), ['R', 'head.C', 'head.Y', 'X']);
    const worded = changedSurvey('X', (question) => ({ ...question, textFor: { leader: 'May we call you?' } }));
    const textOf = (R: readonly string[]) => askedOf(worded, { R }).at(-1)?.questions[0]?.text;
    assert.deepEqual([textOf(['leader']), textOf(['leader', 'head'])], ['May we call you?', 'May we call?']);
  });

  it('follows what was answered once for all roles, and takes one role where but one is asked for', () => {
    const asked = changedSurvey('W', (question) => ({ ...question, when: { R: ['leader'] } }));
    assert.ok(fields({ R: [' leader ', 'head'] }, asked).includes('head.W'));
    assert.ok(!fields({ R: 'head' }, asked).includes('head.W'));
    const one = changedSurvey('R', (question) => (question.kind === 'roles' ? { ...question, several: false } : question));
    assert.deepEqual(audiencesIn(one, { R: ['head', 'leader'] }), ['leader']);
  });

  it('is not decided by an answer to a question that is no longer asked', () => {
    const survey = shippedSurvey('tsi-2021-22-feedback');
    const given = { R1: 'school-leader', 'school-leader.P5b': 'no' };
    assert.ok(!fields(given, survey).includes('school-leader.P6'));
    assert.ok(!fields({ ...given, 'school-leader.R2': 'other' }, survey).includes('school-leader.P6'));
    assert.ok(fields({ ...given, 'school-leader.R2': 'sat' }, survey).includes('school-leader.P6'));
  });
});

describe('the feedback survey of 2021 to 2022', () => {
  const survey = shippedSurvey('tsi-2021-22-feedback');

  it('asks system leaders alone about training, and about both numbers of days', () => {
    const leader = fields({ R1: 'system-leader' }, survey);
    assert.ok(leader.includes('system-leader.S.S7') && leader.includes('system-leader.D1') && leader.includes('system-leader.D2'));
    const school = fields({ R1: 'school-leader' }, survey);
    assert.ok(!school.includes('school-leader.S.S7') && school.includes('school-leader.D1') && !school.includes('school-leader.D2'));
    const trust = fields({ R1: 'trust-leader' }, survey);
    assert.ok(!trust.includes('trust-leader.D1') && trust.includes('trust-leader.D2') && !trust.includes('trust-leader.R2'));
  });

  it('asks about partnerships only in maintained schools and single-academy trusts', () => {
    const of = (kind: string) => fields({ R1: 'school-leader', 'school-leader.R2': kind }, survey).filter((field) => /\.P\d/.test(field));
    assert.deepEqual(of('other'), []);
    assert.equal(of('sat').length, 6);
    assert.equal(of('la-maintained').length, 6);
  });
});
