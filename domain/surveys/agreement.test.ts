import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'vitest';
import { agreementOn, isAgreed } from './agreement.ts';
import type { CodedTwice } from './agreement.ts';

const times = (count: number, one: readonly string[], other: readonly string[]): readonly CodedTwice[] =>
  Array.from({ length: count }, () => ({ one, other }));
const codes = fc.subarray(['a', 'b', 'c']);
const someAnswers = fc.array(fc.record({ one: codes, other: codes }), { minLength: 1, maxLength: 40 });

describe('the agreement of two coders', () => {
  it('is the share on which they say the same, and kappa what is beyond chance', () => {
    const answers = [...times(20, ['a'], ['a']), ...times(5, ['a'], []), ...times(10, ['b'], ['a', 'b']), ...times(15, [], [])];
    assert.deepEqual(agreementOn('a', answers), { code: 'a', agreed: 0.7, kappa: 0.4 });
    assert.deepEqual(agreementOn('b', answers), { code: 'b', agreed: 1, kappa: 1 });
  });

  it('has no kappa where chance alone would have them agree on everything', () => {
    assert.deepEqual(agreementOn('a', times(5, ['b'], ['b'])), { code: 'a', agreed: 1, kappa: null });
    assert.deepEqual(agreementOn('b', times(5, ['b'], ['b'])), { code: 'b', agreed: 1, kappa: null });
    assert.throws(() => agreementOn('a', []), RangeError);
  });

  it('equals its definition, and is the same whoever is called first and in whatever order the answers come', () => {
    fc.assert(
      fc.property(someAnswers, (answers) => {
        const found = agreementOn('a', answers);
        const swapped = answers.map(({ one, other }) => ({ one: other, other: one })).toReversed();
        assert.deepEqual(agreementOn('a', swapped), found);
        const share = (of: (answer: CodedTwice) => boolean) => answers.filter(of).length / answers.length;
        const [p, q] = [share(({ one }) => one.includes('a')), share(({ other }) => other.includes('a'))];
        const chance = p * q + (1 - p) * (1 - q);
        assert.equal(
          found.agreed,
          share(({ one, other }) => one.includes('a') === other.includes('a')),
        );
        assert.equal(found.kappa === null, chance === 1);
        if (found.kappa !== null) {
          assert.ok(Math.abs(found.kappa - (found.agreed - chance) / (1 - chance)) < 1e-9);
          assert.ok(found.kappa <= found.agreed && found.kappa >= -1);
          assert.equal(found.kappa === 1, found.agreed === 1);
        }
      }),
    );
  });

  it('is full on an answer where both gave the same codes, in any order', () => {
    assert.ok(isAgreed({ one: ['a', 'b'], other: ['b', 'a'] }));
    assert.ok(isAgreed({ one: [], other: [] }));
    assert.ok(!isAgreed({ one: ['a'], other: ['a', 'b'] }) && !isAgreed({ one: ['a', 'b'], other: ['a'] }));
  });
});
