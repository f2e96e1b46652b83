import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begunNotSent, begunWords } from './begun-words.ts';

const HARRY = { person: 'head', name: 'Harry Head', begunAt: '2040-11-05T09:30:00.000Z' };
/** After midnight in London, before it in UTC. */
const LENA = { person: 'leader', name: 'Lena Leader', begunAt: '2040-06-05T23:30:00.000Z' };

describe('the words about an answer that was begun', () => {
  it('say nothing when nobody has begun', () => {
    assert.equal(begunWords([], 'head'), null);
    assert.equal(begunNotSent([]), null);
  });

  it('tell whoever has begun that it is kept, and never that they have not answered', () => {
    assert.equal(
      begunWords([HARRY], 'head')?.toYou,
      'You began your answer on Monday 5 November 2040. Your answers so far are kept. Go on where you stopped.',
    );
  });

  it('say to a joint owner who has begun nothing neither of the two', () => {
    assert.equal(begunWords([HARRY], 'leader')?.toYou, null);
  });

  it('name everybody who has begun, with the day in London, to whoever telephones or decides', () => {
    const begun = begunWords([LENA, HARRY], null);
    assert.equal(
      begun?.ofThem,
      'Lena Leader began an answer on 6 June 2040 and has not sent it yet. Harry Head began an answer on 5 November 2040 and has not sent it yet.',
    );
    assert.equal(begunNotSent([HARRY]), 'Begun on 5 November 2040 by Harry Head, not sent.');
    assert.match(begun?.say ?? '', /^“You began your answer on Wednesday 6 June 2040/);
  });
});
