import * as fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { isWellFormed, valueOfAmount } from './form-values.ts';
import { inPounds } from './money.ts';
import { fromEpochDay, longDate } from '../time/plain-date.ts';
import { field } from '../../tests/kit/programmes.ts';
import { readDate, readNumber, readPounds, readTyped } from './typed-values.ts';

const OPTIONS = [
  { id: 'curriculum', label: 'Curriculum' },
  { id: 'leadership', label: 'Leadership, and governance' },
  { id: 'workload', label: 'Workload' },
];

describe('what is typed', () => {
  it('gives the pence that were printed, whatever the amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 9_999_999_999_999n }), (pence) => {
        assert.equal(readPounds(inPounds(String(pence))), String(pence));
        assert.equal(readPounds(inPounds(String(pence)).replaceAll(/[£,]/g, '')), String(pence));
      }),
    );
  });

  it('gives the number that was printed, with or without zeros and commas', () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), fc.nat(3), (amount, zeros) => {
        const kept = valueOfAmount('number', amount);
        assert.equal(readNumber(kept), kept);
        assert.equal(readNumber(`${kept}${kept.includes('.') ? '' : '.'}${'0'.repeat(zeros + 1)}`), kept);
        assert.ok(isWellFormed(field('it', { kind: 'number', decimals: 3 }), kept));
      }),
    );
  });

  it('gives the date that was printed, as words, with slashes or as an ISO date', () => {
    fc.assert(
      fc.property(fc.integer({ min: -25_000, max: 60_000 }), (epochDay) => {
        const date = fromEpochDay(epochDay);
        const [year, month, day] = date.split('-').map(Number);
        for (const typed of [longDate(date), date, `${day}/${month}/${year}`, `${day} ${month} ${year}`])
          assert.equal(readDate(typed), date);
      }),
    );
  });

  it('gives the chosen options in their own order, by id or label, whatever the order they were typed in', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(OPTIONS, { minLength: 1 }), fc.boolean(), (chosen, byLabel) => {
        const asked = field('it', { kind: 'choices', options: OPTIONS });
        const ids = OPTIONS.filter((option) => chosen.includes(option)).map(({ id }) => id);
        assert.equal(readTyped(asked, chosen.map(({ id, label }) => (byLabel ? label.toUpperCase() : id)).join('\n')), ids.join('\n'));
        assert.equal(readTyped(asked, chosen.map(({ id }) => id).join(', ')), ids.join('\n'));
      }),
    );
  });

  it('is kept as typed when it cannot be read, and is then not well-formed', () => {
    for (const [kind, typed] of [
      ['money', '1,60'],
      ['money', '12.345'],
      ['money', '12.5'],
      ['money', '-5'],
      ['money', '16k'],
      ['money', '1e5'],
      ['number', 'nine'],
      ['number', '1,23'],
      ['number', '1.2.3'],
      ['date', 'next week'],
      ['date', '31/2/2023'],
      ['yes-no', 'perhaps'],
    ] as const) {
      const asked = field('it', { kind });
      assert.ok(!isWellFormed(asked, readTyped(asked, typed)), `${kind} “${typed}”`);
    }
  });
});
