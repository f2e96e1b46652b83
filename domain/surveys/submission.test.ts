import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { changedSurvey, smallSurvey } from '../../tests/kit/surveys.ts';
import type { Given } from './routing.ts';
import { LONGEST_TEXT, LONGEST_WHICH, readSubmission } from './submission.ts';

const survey = smallSurvey();
const read = (given: Given) => {
  const submission = readSubmission(survey, given);
  return submission.ok ? submission.value : assert.fail(JSON.stringify(submission.reason));
};
const errors = (given: Given) => {
  const submission = readSubmission(survey, given);
  return submission.ok ? assert.fail('It was taken.') : submission.reason.errors;
};

describe('a response', () => {
  it('keeps one row for each thing that was answered, with the role', () => {
    const { audiences, answers, contact } = read({
      R: ['leader', 'head'],
      'leader.G.pace': 'good',
      'head.C': ['other', 'visits'],
      'head.C?other': ' a walk ',
      'head.Y': 'no',
      'head.Y#comment': 'It\r\nrained.',
      'head.W': 'Rain.',
    });
    assert.deepEqual(audiences, ['leader', 'head']);
    assert.equal(contact, null);
    assert.deepEqual(answers, [
      { audience: 'leader', question: 'G', item: 'pace', option: 'good', text: null },
      { audience: 'head', question: 'C', item: null, option: 'visits', text: null },
      { audience: 'head', question: 'C', item: null, option: 'other', text: 'a walk' },
      { audience: 'head', question: 'Y', item: null, option: 'no', text: null },
      { audience: 'head', question: 'Y', item: null, option: null, text: 'It\nrained.' },
      { audience: 'head', question: 'W', item: null, option: null, text: 'Rain.' },
    ]);
  });

  it('tells “I cannot say” from no answer', () => {
    assert.deepEqual(
      read({ R: 'leader', 'leader.G.pace': 'unknown' }).answers.map(({ item, option }) => [item, option]),
      [['pace', 'unknown']],
    );
  });

  it('leaves out what this respondent is not asked, and what is no field', () => {
    const { answers } = read({ R: 'head', 'head.Y': 'yes', 'head.W': 'left over', 'leader.Y': 'no', 'head.G.training': 'good', csrf: 'x' });
    assert.deepEqual(
      answers.map(({ question, item }) => [question, item]),
      [['Y', null]],
    );
  });

  it('has no row for a text that nobody wrote, nor for one beside an answer that asks for none', () => {
    assert.deepEqual(
      read({ R: 'leader', 'leader.Y': 'no' }).answers.map(({ question }) => question),
      ['Y'],
    );
    const { answers } = read({ R: 'head', 'head.C': 'visits', 'head.C?visits': 'left over', 'head.C#comment': 'left over' });
    assert.deepEqual(answers, [{ audience: 'head', question: 'C', item: null, option: 'visits', text: null }]);
    assert.equal(read({ R: 'head', 'head.Y': 'yes', 'head.Y#comment': 'a\rb\r\nc' }).answers[1]?.text, 'a\nb\nc');
  });

  it('keeps an address apart from the answers', () => {
    const { answers, contact } = read({ R: 'head', 'head.Y': 'yes', X: 'yes', 'X#address': '0161 496 0000' });
    assert.equal(contact, '0161 496 0000');
    assert.ok(!JSON.stringify(answers).includes('0161'));
    assert.ok(answers.every(({ question }) => question !== 'X'));
  });
});

describe('a response that does not count', () => {
  it('names no role', () => {
    assert.deepEqual(errors({ 'leader.Y': 'yes' }), [{ field: 'R', message: 'Select every role that you had' }]);
    assert.deepEqual(errors({ R: ['leader', 'king'], 'leader.Y': 'yes' }), [
      { field: 'R', message: 'Select from the roles shown: Leader and Head' },
    ]);
  });

  it('names two roles where one is asked for, or none', () => {
    const one = changedSurvey('R', (question) => (question.kind === 'roles' ? { ...question, several: false } : question));
    const messages = (given: Given) => {
      const submission = readSubmission(one, given);
      return submission.ok ? [] : submission.reason.errors.map(({ field, message }) => `${field}: ${message}`);
    };
    assert.deepEqual(messages({ 'leader.Y': 'yes' }), ['R: Select your role']);
    assert.deepEqual(messages({ R: ['leader', 'head'], 'leader.Y': 'yes' }), ['R: Select one role']);
    assert.deepEqual(messages({ R: 'leader', 'leader.Y': 'yes' }), []);
  });

  it('is refused with what to do', () => {
    const refusal = (given: Given) => {
      const submission = readSubmission(survey, given);
      return submission.ok ? [] : [submission.reason.kind, submission.reason.message, submission.reason.remedy];
    };
    assert.deepEqual(refusal({ R: 'leader', 'leader.Y': 'perhaps' }), [
      'bad-answers',
      'Some answers cannot be read.',
      'Correct the answers that are named.',
    ]);
    assert.deepEqual(refusal({ R: 'leader' }), [
      'nothing-answered',
      'Answer at least one question besides your role, or close this page if you would rather not take part.',
      'Answer one question.',
    ]);
  });

  it('answers nothing besides the role', () => {
    for (const given of [{ R: 'leader' }, { R: 'leader', 'leader.G.pace': '' }, { R: 'head', X: 'yes', 'X#address': 'me' }]) {
      assert.match(errors(given)[0]?.message ?? '', /Answer at least one question/);
    }
    assert.match(errors({ R: 'leader', 'leader.Y#comment': ' \u200b ' })[0]?.message ?? '', /Answer at least one question/);
  });

  it('has an answer that is not among those shown, or two where one is asked for', () => {
    assert.deepEqual(errors({ R: 'leader', 'leader.G.pace': 'superb' }), [
      { field: 'leader.G.pace', message: 'Select from the answers shown for “The pace”' },
    ]);
    assert.deepEqual(errors({ R: 'leader', 'leader.Y': ['yes', 'no'] }), [
      { field: 'leader.Y', message: 'Select one answer for “Would you do it again?”' },
    ]);
    assert.deepEqual(errors({ R: 'head', 'head.Y': 'yes', X: 'perhaps' }), [{ field: 'X', message: 'Select yes or no' }]);
  });

  it('has a text that is too long, by as many characters as it says', () => {
    assert.equal(read({ R: 'leader', 'leader.Y': 'no', 'leader.W': 'x'.repeat(LONGEST_TEXT) }).answers.length, 2);
    assert.match(errors({ R: 'leader', 'leader.Y': 'no', 'leader.W': 'x'.repeat(LONGEST_TEXT + 2) })[0]?.message ?? '', /by 2 characters/);
    assert.equal(
      errors({ R: 'leader', 'leader.Y': 'no', 'leader.W': 'x'.repeat(LONGEST_TEXT + 1) })[0]?.message,
      'Shorten this by 1 character: 4,000 is the most',
    );
    const which = { R: 'leader', 'leader.C': 'other', 'leader.C?other': 'x'.repeat(LONGEST_WHICH + 1) };
    assert.deepEqual(errors(which)[0]?.field, 'leader.C?other');
  });

  it('would be got in touch with and says nowhere', () => {
    const head = { R: 'head', 'head.Y': 'yes' };
    assert.deepEqual(errors({ ...head, X: 'yes' }), [
      { field: 'X#address', message: 'Enter an e-mail address or a telephone number, or select no' },
    ]);
    assert.deepEqual(
      errors({ ...head, 'head.C': 'sweets', X: 'yes' }).map(({ field }) => field),
      ['head.C', 'X#address'],
    );
    assert.equal(errors({ ...head, X: 'yes', 'X#address': 'x'.repeat(LONGEST_WHICH + 1) }).length, 1);
    assert.deepEqual(errors({ ...head, X: ['yes', 'no'] }), [{ field: 'X', message: 'Select yes or no' }]);
    assert.equal(read({ ...head, X: 'no', 'X#address': '0161 496 0000' }).contact, null);
  });
});
