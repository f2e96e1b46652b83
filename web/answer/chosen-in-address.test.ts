import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { withAnswer } from '../../mail/letter-links.ts';
import { answer as answerOf } from '../../tests/kit/programmes.ts';
import { chosenInAddress } from './chosen-in-address.ts';

const first = answerOf('yes, and more');
const step = { answers: [first, answerOf('no')] };

describe('the answer in the address of a form', () => {
  it('is chosen when it is one of the answers of the step', () => {
    assert.deepEqual(chosenInAddress(step, { answer: first.id }), { answer: first.id, strange: false });
  });

  it('comes as the button of a letter writes it', () => {
    const query = Object.fromEntries(new URL(withAnswer('https://chaser.example/a/token', first.id)).searchParams);
    assert.deepEqual(chosenInAddress(step, query), { answer: first.id, strange: false });
  });

  it('chooses nothing when there is none', () => {
    for (const query of [{}, { answer: '' }, undefined, null])
      assert.deepEqual(chosenInAddress(step, query), { answer: null, strange: false });
  });

  it('chooses nothing, and is said to be strange, when it is unknown or named twice', () => {
    for (const answer of ['constructor', '<script>', `${first.id} `, [first.id, first.id], { id: first.id }]) {
      assert.deepEqual(chosenInAddress(step, { answer }), { answer: null, strange: true });
    }
  });
});
