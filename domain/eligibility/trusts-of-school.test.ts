import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { plainDate } from '../time/plain-date.ts';
import { everyTrustOn, latestTrustOn } from './trusts-of-school.ts';
import type { TrustMembership } from './trusts-of-school.ts';

const DAY = plainDate('2041-01-15');
const member = (group: string, joinedOn: string | null, over: Partial<TrustMembership> = {}): TrustMembership => ({
  group,
  joinedOn: joinedOn === null ? null : plainDate(joinedOn),
  leftOn: null,
  closedOn: null,
  ...over,
});
const both = (dated: readonly TrustMembership[], inRegister: string | null = 'R') => [
  everyTrustOn({ dated, inRegister }, DAY).map(({ trust }) => trust),
  latestTrustOn({ dated, inRegister }, DAY)?.trust ?? null,
];

describe('the trusts of a school on a day', () => {
  it('are all that it joined and has not left, and it counts with the one that it joined last', () => {
    assert.deepEqual(both([member('A', '2020-09-01'), member('B', '2040-09-01')]), [['B', 'A'], 'B']);
    assert.deepEqual(both([member('B', '2040-09-01'), member('A', '2040-09-01'), member('C', null)]), [['A', 'B', 'C'], 'A']);
  });

  it('are no longer one on the day on which the school leaves it or the trust closes, and are one from the day of joining', () => {
    assert.deepEqual(both([member('A', '2020-09-01', { leftOn: DAY }), member('B', '2041-01-15')]), [['B'], 'B']);
    assert.deepEqual(both([member('A', '2020-09-01', { closedOn: DAY }), member('B', '2041-01-16')]), [[], null]);
    assert.deepEqual(both([member('A', '2020-09-01', { leftOn: plainDate('2041-01-16') })]), [['A'], 'A']);
  });

  it('are that of the register only where no membership was ever known', () => {
    assert.deepEqual(both([]), [['R'], 'R']);
    assert.deepEqual(both([], null), [[], null]);
    assert.deepEqual(both([member('A', '2020-09-01', { leftOn: plainDate('2030-01-01') })]), [[], null]);
  });
});
