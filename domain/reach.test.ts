import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { newestAnywhere, pilotsOf, versionFor, withReach } from './reach.ts';

const AT = '2040-01-09T08:00:00.000Z';

describe('where versions of a programme count', () => {
  it('is told of each pilot, the newest first, and of no other version', () => {
    const known = [1, 2, 3, 4].map((version) => ({ version, since: null }));
    const changes = [
      { version: 2, reach: ['London'], at: AT },
      { version: 3, reach: ['North West', 'London'], at: AT },
      { version: 4, reach: 'nowhere' as const, at: AT },
    ];
    assert.deepEqual(pilotsOf({ known, changes }), [
      { version: 3, regions: ['North West', 'London'] },
      { version: 2, regions: ['London'] },
    ]);
  });

  it('is as if a version had been given its reach now, whether it was known before or not', () => {
    const first = { known: [{ version: 1, since: null }], changes: [] };
    assert.deepEqual(withReach(first, 1, 'nowhere', AT).known, first.known);
    assert.deepEqual(withReach(first, 2, 'everywhere', AT).known, [...first.known, { version: 2, since: AT }]);
    assert.equal(versionFor(withReach(first, 1, 'nowhere', AT), 'London'), null);
    assert.equal(newestAnywhere(withReach(first, 1, 'nowhere', AT)), null);
    assert.equal(newestAnywhere(first), 1);
  });
});
