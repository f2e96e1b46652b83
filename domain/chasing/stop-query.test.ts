import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { begun, CONFIRM, noon, SMALL } from '../../tests/kit/changes.ts';
import type { Stop } from '../chronology/state.ts';
import { plainDate } from '../time/plain-date.ts';
import { sendingStartMs } from './sending-time.ts';
import { stopQueryMs } from './stop-query.ts';

const STOP: Stop = {
  stop: 1,
  scope: null,
  category: 'illness',
  because: 'Illness.',
  from: plainDate('2022-10-10'),
  expectedEnd: plainDate('2022-10-21'),
  resumed: null,
  queried: null,
};
const morningOf = (day: string) => sendingStartMs(SMALL, plainDate(day), 'stop-1');
const asked = (over: Partial<Stop>, life = begun()) => stopQueryMs(life.chronology, { ...STOP, ...over }, Date.parse(noon('2022-10-10')));

describe('the question whether a stopped clock should stay stopped', () => {
  it('comes on the first working day after the expected end, in the half term too', () => {
    assert.equal(asked({}), morningOf('2022-10-24'));
  });

  it('comes again after as many working days as the programme says', () => {
    assert.equal(asked({ queried: { times: 1, on: plainDate('2022-10-24') } }), morningOf('2022-10-31'));
  });

  it('does not come once the clock runs again, nor beyond the calendar', () => {
    assert.equal(asked({ resumed: { on: plainDate('2022-10-12'), change: 2 } }), null);
    assert.equal(asked({ expectedEnd: plainDate('2024-12-31') }), null);
  });

  it('comes for the stop of a step only while the step is open', () => {
    assert.equal(asked({ scope: CONFIRM }), morningOf('2022-10-24'));
    const life = begun();
    life.answers('confirm', 'yes', 'p-leader', noon('2022-10-03'));
    assert.equal(asked({ scope: CONFIRM }, life), null);
  });
});
