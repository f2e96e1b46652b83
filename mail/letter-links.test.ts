import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import type { Letter } from '../activities/ports.ts';
import { begunWords } from '../letters/begun-words.ts';
import { letterOfKind } from '../tests/kit/letters.ts';
import { answerButtons, footLinks, laterWays } from './letter-links.ts';

const REQUEST = letterOfKind('request');
const PAGE = 'https://chaser.example/a/token';
const answering = (...answers: readonly Letter['step']['answers'][number][]): Letter => ({
  ...REQUEST,
  step: { ...REQUEST.step, answers },
});
const form = (id: string) => ({ id, label: `Form ${id}`, needs: [], form: true });
const short = (id: string) => ({ id, label: `Say ${id}`, needs: ['A date'], form: false });
const linksOf = (letter: Letter) => answerButtons(letter, PAGE).map(({ words, href }) => [words, href.slice(PAGE.length)]);

describe('the buttons of a letter', () => {
  it('are one for each answer, each with its answer chosen, whatever else must be said with it', () => {
    assert.deepEqual(linksOf(answering(short('yes'), short('no & why'))), [
      ['Say yes', '?answer=yes#your-answer'],
      ['Say no & why', '?answer=no%20%26%20why#your-answer'],
    ]);
  });

  it('lead to a form under words of their own, and choose it when it is the only one', () => {
    assert.deepEqual(linksOf(answering(form('report'), short('later'))), [
      ['Fill in the form', '?answer=report#your-answer'],
      ['Say later', '?answer=later#your-answer'],
    ]);
  });

  it('choose no form when there are several', () => {
    assert.deepEqual(linksOf(answering(form('one'), form('two'))), [['Fill in the form', '']]);
  });

  it('give way to one that goes on with what was begun', () => {
    const begun = begunWords([{ person: 'p-head', name: 'Jo Head', begunAt: '2022-11-25T16:00:00.000Z' }], 'p-head');
    assert.deepEqual(linksOf({ ...REQUEST, begun }), [['Go on with your answer', '']]);
  });

  it('are none without a page', () => {
    assert.deepEqual(answerButtons(REQUEST, null), []);
  });
});

describe('what somebody can do who cannot answer now', () => {
  const ways = (letter: Partial<Letter>, toCoordinator = false) =>
    laterWays({ ...REQUEST, ...letter }, toCoordinator).map(({ words }) => words);

  it('is what the programme and the step allow', () => {
    assert.deepEqual(ways({}), ['Say when', 'Ask for more time', 'Pass it on', 'I have a problem']);
    assert.deepEqual(ways({ maySayWhen: false, mayAskForTime: false, mayPassOn: false }), [
      'I am not the right person',
      'I have a problem',
    ]);
  });

  it('is nothing without a link, or for whoever coordinates', () => {
    assert.deepEqual(ways({ link: null }), []);
    assert.deepEqual(ways({}, true), []);
  });
});

describe('the foot of a letter', () => {
  it('links to all that is needed of its reader and to their calendar, in letters that ask and have a link', () => {
    assert.deepEqual(
      (['request', 'reminder', 'overdue', 'call', 'notice', 'news', 'escalation', 'escalation-notice'] as const).map(
        (kind) => footLinks({ ...letterOfKind(kind), link: PAGE }).length,
      ),
      [2, 2, 2, 0, 0, 0, 0, 0],
    );
    assert.deepEqual(
      footLinks({ ...REQUEST, link: PAGE }).map(({ href }) => href),
      [`${PAGE}/mine`, `${PAGE}/calendar`],
    );
    assert.deepEqual(footLinks({ ...REQUEST, link: null }), []);
  });
});
