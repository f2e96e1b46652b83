import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { londonMinute } from '../time/london.ts';
import { beginTestLife, rungsIn } from '../../tests/kit/lives.ts';
import { answer, CALENDAR, programmeOf, step } from '../../tests/kit/programmes.ts';
import { plainDate } from '../time/plain-date.ts';
import { nextSendingMs, plannedSendingMs, sendingStartMs } from './sending-time.ts';

describe('sending hours of less than an hour', () => {
  it('leave time for every letter, whoever gets it', () => {
    const programme = {
      ...programmeOf(['ask'], [step('ask', 'rdp', [answer('yes')])]),
      sendingHours: { fromMinute: 9 * 60, toMinute: 9 * 60 + 30 },
    };
    for (const person of ['p-one', 'p-two', 'p-three', 'p-four', 'p-five', 'p-six']) {
      const life = beginTestLife(programme, '2022-11-25T12:00:00.000Z', { parties: { rdp: [person], 'regional-team': ['p-region'] } });
      const events = life.until('2022-12-02T00:00:00.000Z');
      assert.deepEqual(rungsIn(events), [
        `request 2022-11-28 → ${person}`,
        `reminder0 2022-11-30 → ${person}`,
        `overdue+1 2022-12-01 → ${person}`,
      ]);
      for (const { at } of events) assert.ok(londonMinute(Date.parse(at)) >= 540 && londonMinute(Date.parse(at)) < 570, at);
    }
  });
});

/** Friday 25 November 2022, written to between 08:00 and 18:00. */
const PROGRAMME = programmeOf(['ask'], [step('ask', 'rdp', [answer('yes')])]);
const FRIDAY = plainDate('2022-11-25');
const iso = (ms: number | null | undefined) => (ms == null ? null : new Date(ms).toISOString());
const next = (from: string) => iso(nextSendingMs(PROGRAMME, CALENDAR, 'working', 'p-head', Date.parse(from)));
const planned = (now: string) => iso(plannedSendingMs(PROGRAMME, CALENDAR, FRIDAY, 'p-head', Date.parse(now)));

describe('the start of sending', () => {
  it('is each person’s own moment of the first hour, the same in every replay', () => {
    const startOf = (person: string) => iso(sendingStartMs(PROGRAMME, FRIDAY, person));
    assert.equal(startOf('p-head'), '2022-11-25T08:40:37.648Z');
    assert.equal(startOf('p-leader'), '2022-11-25T08:12:52.603Z');
    assert.equal(startOf('c-mills'), '2022-11-25T08:14:43.080Z');
  });
});

describe('a letter may leave', () => {
  it('at any moment of sending hours, from the first to the last', () => {
    for (const now of ['2022-11-25T08:00:00.000Z', '2022-11-25T12:00:00.000Z', '2022-11-25T17:59:59.999Z']) assert.equal(next(now), now);
  });

  it('else at its recipient’s moment of the next morning', () => {
    assert.equal(next('2022-11-25T07:59:59.999Z'), '2022-11-25T08:40:37.648Z');
    assert.equal(next('2022-11-25T18:00:00.000Z'), '2022-11-28T08:40:37.648Z');
  });

  it('never where the calendar has ended, or has not begun', () => {
    for (const day of ['2024-12-31T19:00:00.000Z', '2025-01-02T12:00:00.000Z', '2021-12-31T12:00:00.000Z']) assert.equal(next(day), null);
  });
});

describe('what is planned for a day', () => {
  it('leaves as sending starts on that day', () => {
    assert.equal(planned('2022-11-24T12:00:00.000Z'), '2022-11-25T08:40:37.648Z');
  });

  it('leaves now where that has passed, and never earlier than now', () => {
    assert.equal(planned('2022-11-25T12:00:00.000Z'), '2022-11-25T12:00:00.000Z');
    assert.equal(planned('2022-11-26T12:00:00.000Z'), '2022-11-28T08:40:37.648Z');
  });
});
