import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { londonMinute } from '../time/london.ts';
import { beginTestLife, rungsIn } from '../../tests/kit/lives.ts';
import { answer, programmeOf, step } from '../../tests/kit/programmes.ts';

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
