import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
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
  it('are known from the first day of their first year to the last of their last', () => {
    const read = readBankHolidays(file(event('2021-12-27', 'Christmas Day', 'Substitute day'), event('2022-04-15', 'Good Friday')), 'x');
    assert.deepEqual(read, {
      ok: true,
      value: {
        knownFrom: '2021-01-01',
        knownTo: '2022-12-31',
        days: [
          { on: '2021-12-27', name: 'Christmas Day (substitute day)' },
          { on: '2022-04-15', name: 'Good Friday' },
        ],
      },
    });
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
    ['with a day twice', file(event('2022-12-26'), event('2022-12-26')), /:13:17: 2022-12-26 is there twice$/],
    ['out of order', file(event('2022-12-26'), event('2022-04-15')), /:13:17: 2022-04-15 stands after 2022-12-26$/],
    ['with a year left out', file(event('2022-12-26'), event('2024-12-25')), /:13:17: There is no bank holiday of 2023$/],
  ] as const) {
    it(`${fault} are refused with file, line and remedy`, () => {
      const lines = findings(text);
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? '', expected);
    });
  }
});
