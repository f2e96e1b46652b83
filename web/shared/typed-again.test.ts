import assert from 'node:assert/strict';
import { test } from 'vitest';
import { typedIn } from './typed-again.ts';

test('every field of a form is sent again, repeated ones too, and only fields with a text are shown', () => {
  assert.deepEqual(typedIn({ answer: 'contacted', note: ' She rang.\nTwice. ', chosen: ['a', 'b'], csrf: 'c' }), {
    fields: [
      { name: 'answer', value: 'contacted' },
      { name: 'note', value: ' She rang.\nTwice. ' },
      { name: 'chosen', value: 'a' },
      { name: 'chosen', value: 'b' },
      { name: 'csrf', value: 'c' },
    ],
    words: ['She rang.\nTwice.'],
  });
  assert.deepEqual(typedIn(undefined), { fields: [], words: [] });
});
