import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { SMALL } from '../../tests/kit/changes.ts';
import { CALENDAR } from '../../tests/kit/programmes.ts';
import { londonDate } from '../time/london.ts';
import { plainDate } from '../time/plain-date.ts';
import { nextSendingMs, plannedSendingMs } from './sending-time.ts';

const at = (text: string) => Date.parse(`${text}:00.000Z`);
const LAST = CALENDAR.bankHolidays.knownTo;
const next = (from: string) => nextSendingMs(SMALL, CALENDAR, 'working', 'p-one', at(from));

describe('the next moment at which a letter may leave', () => {
  it('is now within sending hours, the start of sending before them, and the next working morning after them', () => {
    assert.equal(next('2022-11-25T12:00'), at('2022-11-25T12:00'));
    assert.equal(londonDate(next('2022-11-25T05:00') ?? 0), '2022-11-25');
    assert.equal(londonDate(next('2022-11-25T19:00') ?? 0), '2022-11-28');
  });

  it('is not known beyond the calendar, nor on its last evening', () => {
    assert.equal(next('2999-01-01T12:00'), undefined);
    assert.equal(next(`${LAST}T23:00`), undefined);
  });
});

describe('something that is planned for a day', () => {
  it('leaves at the start of sending on that day, and at the next moment when that has passed', () => {
    const morning = plannedSendingMs(SMALL, CALENDAR, plainDate('2022-11-28'), 'p-one', at('2022-11-25T12:00'));
    assert.equal(londonDate(morning ?? 0), '2022-11-28');
    assert.equal(plannedSendingMs(SMALL, CALENDAR, plainDate('2022-11-21'), 'p-one', at('2022-11-25T12:00')), at('2022-11-25T12:00'));
  });

  it('never leaves where the calendar has ended by then', () => {
    assert.equal(plannedSendingMs(SMALL, CALENDAR, plainDate('2022-11-21'), 'p-one', at('2999-01-01T12:00')), null);
  });
});
