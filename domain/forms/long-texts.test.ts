import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { readDate, readNumber, readPounds } from './typed-values.ts';

const ZEROS = '0'.repeat(200_000);

describe('what somebody typed that is as long as a whole form', () => {
  for (const [what, read, text, expected] of [
    ['a number with zeros before its last digit', readNumber, `1.${ZEROS}1`, `1.${ZEROS}1`],
    ['a number with zeros at its end', readNumber, `1.5${ZEROS}`, '1.5'],
    ['a number that breaks off', readNumber, `1.${ZEROS}x`, undefined],
    ['an amount that breaks off', readPounds, `1${',000'.repeat(50_000)}x`, undefined],
    ['a day of blanks', readDate, `1${' '.repeat(200_000)}x`, `1${' '.repeat(200_000)}x`],
  ] as const) {
    it(`is read in under a second: ${what}`, () => {
      const startedMs = performance.now();
      // Not assert.equal: it would take its time to print two long texts.
      assert.ok(read(text) === expected);
      assert.ok(performance.now() - startedMs < 1_000);
    });
  }
});
