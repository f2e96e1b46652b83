import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { remedyOnPage } from './remedies.ts';

describe('a remedy on a page', () => {
  for (const [told, shown] of [
    ['Name somebody in a people file: chaser import people FILE', 'Ask an administrator to add somebody to the people whom Chaser knows.'],
    ['See how with: chaser status D00007', 'See the page of the deployment.'],
    ['Choose a day after today.', 'Choose a day after today.'],
    ['Choose another. Try it with: chaser rehearse x --from y', 'Choose another. Ask an administrator.'],
  ] as const) {
    it(`is “${shown}” for “${told}”`, () => {
      assert.equal(remedyOnPage(told), shown);
    });
  }
});
