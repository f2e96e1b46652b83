import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { changedSurvey, smallSurvey } from '../../tests/kit/surveys.ts';
import { audienceOf, isSameSurvey, rolesQuestionOf } from './survey.ts';

describe('a survey', () => {
  it('knows its question about roles and its audiences, and names what it lacks', () => {
    const survey = smallSurvey();
    assert.deepEqual([rolesQuestionOf(survey).id, audienceOf(survey, 'head').plural], ['R', 'heads']);
    assert.throws(() => audienceOf(survey, 'cook'), new Error('The survey small has no audience cook.'));
    assert.throws(() => rolesQuestionOf({ ...survey, sections: [] }), new Error('The survey small asks nobody for a role.'));
    const later = { ...survey, sections: survey.sections.toReversed() };
    assert.equal(rolesQuestionOf(later).id, 'R');
  });

  it('is the same whatever the order of its keys, and another as soon as one question differs', () => {
    const survey = smallSurvey();
    assert.ok(isSameSurvey(survey, Object.fromEntries(Object.entries(survey).toReversed()) as typeof survey));
    assert.ok(
      !isSameSurvey(
        survey,
        changedSurvey('W', (question) => ({ ...question, text: 'Why?' })),
      ),
    );
  });
});
