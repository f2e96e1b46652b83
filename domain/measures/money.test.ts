import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { mustLoad } from '../../tests/kit/chronology.ts';
import { MONEY, moneyTermsOf, moneyWords } from './money.ts';
import { financialYearOf, monthsAfter, monthWords, parseMonth, periodOf } from './monthly-return.ts';
import { plainDate } from '../time/plain-date.ts';

/** Money that a programme asks for and that nobody agreed, claimed or paid: what a form asks for, an indication, what came from elsewhere. */
const NOT_COUNTED: Readonly<Record<string, readonly string[]>> = {
  'si-2019-20': ['prepare-raf'],
  'rise-2026-27': ['share-funding-band', 'enter-funding-history'],
};

describe('money in the terms of each programme', () => {
  for (const [id, terms] of Object.entries(MONEY)) {
    const programme = mustLoad(id);

    it(`is in fields that ${id} has, of the right kind`, () => {
      assert.deepEqual(moneyTermsOf(programme), terms);
      for (const { kind, of, fields, on } of terms) {
        for (const [step, answer] of of) {
          const asked = programme.steps[step]?.answers.find((one) => one.id === answer)?.fields ?? assert.fail(step);
          for (const field of fields) {
            assert.equal(asked.find((one) => one.id === field)?.kind, kind === 'days-claimed' ? 'number' : 'money', `${step}.${field}`);
          }
          if (on !== undefined) assert.equal(asked.find((one) => one.id === on)?.kind, 'date', `${step}.${on}`);
        }
      }
    });

    it(`leaves out no amount of ${id} but those that nobody agreed, claimed or paid`, () => {
      const counted = new Set(terms.flatMap(({ of, fields }) => of.flatMap(([step]) => fields.map((field) => `${step}.${field}`))));
      const left = Object.values(programme.steps).flatMap(({ id: step, answers }) =>
        answers.flatMap((answer) =>
          answer.fields.flatMap((field) =>
            [field, ...(field.fields ?? [])].flatMap((one) => (one.kind === 'money' && !counted.has(`${step}.${one.id}`) ? [step] : [])),
          ),
        ),
      );
      assert.deepEqual([...new Set(left)].toSorted(), (NOT_COUNTED[id] ?? []).toSorted());
    });
  }

  it('is not recorded by a version that renamed a step, and is told in the words of the programme', () => {
    const programme = mustLoad('tsi-2021-22');
    const { 'send-remittance': renamed, ...steps } = programme.steps;
    assert.ok(renamed);
    assert.ok(moneyTermsOf({ id: programme.id, steps }).every(({ of }) => of.every(([step]) => step !== 'send-remittance')));
    assert.deepEqual(moneyTermsOf({ id: 'of-our-own', steps }), []);
    const [offer] = MONEY['tsi-2021-22'] ?? [];
    assert.ok(offer);
    assert.equal(moneyWords(programme, offer), 'Send the grant offer letter: Agreed funding');
  });
});

describe('months and financial years', () => {
  it('end on the last day of the month, or on the day of the return', () => {
    const month = (text: string) => parseMonth(text) ?? assert.fail(text);
    assert.deepEqual(periodOf(month('2026-10'), plainDate('2026-12-10')), { from: '2026-10-01', to: '2026-10-31' });
    assert.deepEqual(periodOf(month('2026-10'), plainDate('2026-10-13')), { from: '2026-10-01', to: '2026-10-13' });
    assert.deepEqual(periodOf(month('2028-02'), plainDate('2028-03-01')), { from: '2028-02-01', to: '2028-02-29' });
    assert.equal(periodOf(month('2026-11'), plainDate('2026-10-31')), null);
    assert.equal(monthsAfter(month('2026-01'), -1), '2025-12');
    assert.equal(monthsAfter(month('2025-12'), 1), '2026-01');
    assert.equal(monthWords(month('2026-10')), 'October 2026');
    assert.equal(parseMonth('2026-13'), undefined);
  });

  it('begin on 1 April', () => {
    assert.equal(financialYearOf(plainDate('2026-03-31')), 2025);
    assert.equal(financialYearOf(plainDate('2026-04-01')), 2026);
  });
});
