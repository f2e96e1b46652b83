import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { bankHolidaysOf } from '../tests/kit/bank-holidays.ts';
import { readBankHolidays } from './bank-holidays.ts';

const event = (date: string, title = 'Christmas Day', notes = '') => ({ title, date, notes, bunting: true });
const file = (...events: readonly unknown[]) => JSON.stringify({ 'england-and-wales': { division: 'england-and-wales', events } }, null, 2);

function findings(text: string) {
  const read = readBankHolidays(text, 'bank-holidays.json');
  assert.ok(!read.ok);
  assert.equal(read.reason.kind, 'faulty-dates');
  assert.ok(read.reason.remedy.length > 0);
  return read.reason.message.split('\n');
}

describe('bank holidays', () => {
  const known = (text: string) => {
    const read = readBankHolidays(text, 'x');
    assert.ok(read.ok, read.ok ? '' : read.reason.message);
    return read.value;
  };

  it('are known from the first day of their first year to the last of their last, with the substitute days named', () => {
    const days = bankHolidaysOf(2022).map((day) =>
      day.title === 'Christmas Day' ? { ...day, date: '2022-12-27', notes: 'Substitute day' } : day,
    );
    const { knownFrom, knownTo, days: read } = known(file(...days));
    assert.deepEqual([knownFrom, knownTo, read.length], ['2022-01-01', '2022-12-31', 8]);
    assert.deepEqual(read.at(-1), { on: '2022-12-27', name: 'Christmas Day (substitute day)' });
  });

  it('of a last year that has only begun are not known, nor counted as working days that are', () => {
    const { knownTo, days } = known(file(...bankHolidaysOf(2028), event('2029-01-01', 'New Year’s Day')));
    assert.equal(knownTo, '2028-12-31');
    assert.ok(!days.some(({ on }) => on.startsWith('2029')));
  });

  it('of a last year that lacks Boxing Day alone are not known either', () => {
    assert.equal(known(file(...bankHolidaysOf(2028), ...bankHolidaysOf(2029).slice(0, 7))).knownTo, '2028-12-31');
  });

  it('are the same in whatever order they stand', () => {
    const days = [...bankHolidaysOf(2027), ...bankHolidaysOf(2028)];
    assert.deepEqual(known(file(...days.toReversed())), known(file(...days)));
  });

  for (const [fault, text, expected] of [
    ['that are no JSON', '{ "england-and-wales": ', /^bank-holidays\.json:1:\d+: This cannot be read/],
    ['of another country only', '{ "scotland": {} }', /^bank-holidays\.json:1:1: "england-and-wales" is missing$/],
    ['without an event', file(), /^bank-holidays\.json:4:15: "england-and-wales\.events" is not as it should be$/],
    [
      'with a date that is none',
      file(event('2022-02-30')),
      /^bank-holidays\.json:7:17: "england-and-wales\.events\.0\.date" cannot be "2022-02-30"$/,
    ],
    ['without a name', file(event('2022-12-26', '')), /:6:18: .*title" cannot be ""$/],
    ['with a day twice', file(...bankHolidaysOf(2022), event('2022-12-26')), /:55:17: 2022-12-26 is there twice$/],
    ['with a year left out', file(...bankHolidaysOf(2022), ...bankHolidaysOf(2024)), /:55:17: There is no bank holiday of 2023$/],
    [
      'with one year that is not complete',
      file(event('2022-12-25'), event('2022-12-26', 'Boxing Day')),
      /:7:17: 2022 lacks New Year’s Day, Good Friday, Easter Monday, the early May bank holiday, the spring bank holiday, the summer bank holiday$/,
    ],
    ['with a gap in an earlier year', file(...bankHolidaysOf(2022).slice(1), ...bankHolidaysOf(2023)), /:7:17: 2022 lacks New Year’s Day$/],
  ] as const) {
    it(`${fault} are refused with file, line and remedy`, () => {
      const lines = findings(text);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', expected);
    });
  }
});
