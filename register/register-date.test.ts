import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { addDays, plainDate } from '../domain/time/plain-date.ts';
import { readRegisterDate } from './register-date.ts';

const sure = (text: string) => {
  const read = readRegisterDate(text);
  assert.equal(read?.assumed ?? false, false, text);
  return read?.on;
};

describe('a date of the register', () => {
  it('is read in every form that can be no other day', () => {
    for (const text of [
      '25-11-2022',
      '25/11/2022',
      '25.11.2022',
      '25 11 2022',
      '2022-11-25',
      '2022/11/25',
      '2022-11-25T00:00:00',
      '25/11/2022 00:00',
      '25-11-2022 12:00:00 AM',
      '25 November 2022',
      '25-Nov-2022',
      '25th Nov 2022',
      'November 25, 2022',
      'Nov 25 2022',
      '11/25/2022',
    ]) {
      assert.equal(sure(text), '2022-11-25', text);
    }
    assert.equal(sure('1-2-2022'), '2022-02-01');
    assert.equal(sure('2/2/2022'), '2022-02-02');
  });

  it('is read with the day first, and told, where the month might be', () => {
    assert.deepEqual(readRegisterDate('02/03/2022'), { on: '2022-03-02', assumed: true });
    assert.deepEqual(readRegisterDate('2.3.2022'), { on: '2022-03-02', assumed: true });
  });

  it('is none when there is no such day, or its year has two digits', () => {
    for (const text of ['31-02-2022', '32/01/2022', '13/13/2022', '25-11-22', '44890', 'soon', '25 Smarch 2022', '2022', '25 Novel 2022']) {
      assert.equal(readRegisterDate(text), undefined, text);
    }
  });

  it('is itself in the form in which the register publishes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (days) => {
        const day = addDays(plainDate('1900-01-01'), days);
        const [year = '', month = '', date = ''] = day.split('-');
        assert.equal(sure(`${date}-${month}-${year}`), day);
      }),
    );
  });
});
