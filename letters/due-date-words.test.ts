import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../domain/time/plain-date.ts';
import type { ExplanationLine } from '../domain/time/due-date.ts';
import { whyThenInOneLine } from './due-date-words.ts';

const ZERO: ExplanationLine = {
  kind: 'day-zero',
  on: plainDate('2022-11-23'),
  text: 'Day zero is Wednesday 23 November 2022. It is not counted.',
};
const rule = (text: string): ExplanationLine => ({ kind: 'rule', text });

describe('why a due date is what it is, in one line', () => {
  it('says how much time after which day', () => {
    assert.equal(whyThenInOneLine([ZERO, rule('Allowed: 5 school days.')]), 'Why then: 5 school days after 23 November 2022.');
  });

  it('names the day of a term that is counted to', () => {
    assert.equal(
      whyThenInOneLine([ZERO, rule('Allowed: the end of the following term.')]),
      'Why then: it is the end of the following term.',
    );
  });

  it('says what the Department published, or what moved the date last', () => {
    const published = rule('The Department published 18 February 2022 for Summer 2021.');
    assert.equal(whyThenInOneLine([ZERO, rule('Allowed: a date the Department published.'), published]), published.text);
    const paused: ExplanationLine = {
      kind: 'stopped',
      text: 'Paused on 3 October 2022: 1 school day is added, to Thursday 1 December 2022.',
    };
    const extended: ExplanationLine = { kind: 'extended', text: 'Extended to Friday 2 December 2022, as agreed with the Department.' };
    assert.equal(whyThenInOneLine([ZERO, rule('Allowed: 5 school days.'), paused, extended]), extended.text);
  });

  it('is silent about a date that nothing explains', () => {
    assert.equal(whyThenInOneLine([rule('Anything.')]), null);
  });
});
