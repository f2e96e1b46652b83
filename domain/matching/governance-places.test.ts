import assert from 'node:assert/strict';
import { it } from 'vitest';
import { leftWords } from './governance-places.ts';

it('what is left of the places of a region is counted, and warned of when it is nothing', () => {
  assert.deepEqual(leftWords({ places: 5, used: 3 }), { text: '2 left', warns: false });
  assert.deepEqual(leftWords({ places: 3, used: 3 }), { text: 'None: all are used', warns: true });
  assert.deepEqual(leftWords({ places: 0, used: 0 }), { text: 'None: all are used', warns: true });
  assert.deepEqual(leftWords({ places: 3, used: 4 }), { text: 'None: 1 more is used than there are', warns: true });
  assert.deepEqual(leftWords({ places: 3, used: 5 }), { text: 'None: 2 more are used than there are', warns: true });
  assert.deepEqual(leftWords({ places: null, used: 2 }), { text: 'Not known: nobody has entered how many there are', warns: false });
});
