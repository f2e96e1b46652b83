import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { givenAndCounted } from './given-and-counted.ts';

describe('an answer that was kept for a while', () => {
  it('says when it was given and when it counted, in London', () => {
    assert.equal(
      givenAndCounted('2022-10-03T15:10:00.000Z', '2022-10-04T11:05:00.000Z'),
      'Given on 3 October 2022 at 4:10pm, counted on 4 October 2022 at 12:05pm.',
    );
  });

  it('says nothing when it counted within a minute', () => {
    assert.equal(givenAndCounted('2022-10-03T15:10:00.000Z', '2022-10-03T15:10:59.999Z'), null);
    assert.notEqual(givenAndCounted('2022-10-03T15:10:00.000Z', '2022-10-03T15:11:00.000Z'), null);
  });
});
