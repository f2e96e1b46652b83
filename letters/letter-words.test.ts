import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { programmeOf } from '../tests/kit/programmes.ts';
import { filledIn, filledInForPage } from './letter-words.ts';

const programme = programmeOf(['Confirm'], []);
const facts = { subject: 'Hillside School', parties: [] };
const TEXT = 'If the form of {subject} has come back, what is missing is set out in this e-mail. In this e-mail, not on this letter.';

describe('a text of a programme', () => {
  it('mentions this e-mail when it stands in a letter', () => {
    assert.equal(filledIn(TEXT, programme, facts), TEXT.replace('{subject}', 'Hillside School'));
  });

  it('mentions this page when it stands on a page, even in the middle of a sentence', () => {
    assert.equal(
      filledInForPage(TEXT, programme, facts),
      'If the form of Hillside School has come back, what is missing is set out on this page. In this e-mail, not on this page.',
    );
  });
});
