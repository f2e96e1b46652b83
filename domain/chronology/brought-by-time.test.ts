import assert from 'node:assert/strict';
import { test } from 'vitest';
import { isBroughtByTime } from './brought-by-time.ts';
import type { ChronologyEvent } from './events.ts';

const AT = '2040-10-12T08:00:00.000Z';
const REMINDER = {
  type: 'rung-reached',
  at: AT,
  step: 'confirm',
  round: 1,
  rung: 'reminder-3',
  kind: 'reminder',
  to: [],
  tells: [],
  unheld: [],
} as const;
const ANSWER = {
  type: 'step-answered',
  at: AT,
  step: 'confirm',
  round: 1,
  answer: 'yes',
  by: 'head',
  onBehalfOf: null,
  via: 'link',
  fields: {},
} as const;
const PASSED = {
  type: 'escalation-passed',
  at: AT,
  step: 'confirm',
  round: 1,
  rung: 'escalation+5',
  turn: 2,
  by: null,
  because: '',
  to: [],
  tells: [],
  unheld: [],
} as const;

test('a reminder on its day and what Chaser does by itself are brought about by time; what somebody asked for is not', () => {
  const cases: readonly (readonly [ChronologyEvent, boolean])[] = [
    [REMINDER, true],
    [{ ...REMINDER, broughtForwardBy: 'coordinator' }, false],
    [{ ...REMINDER, anewBecause: 'address-changed' }, false],
    [{ ...ANSWER, by: 'chaser', via: 'chaser' }, true],
    [ANSWER, false],
    [{ type: 'rung-skipped', at: AT, step: 'confirm', round: 1, rung: 'reminder-3', kind: 'reminder', to: [], because: '' }, true],
    [
      { type: 'rung-skipped', at: AT, step: 'confirm', round: 1, rung: 'reminder-3', kind: 'reminder', to: [], because: '', by: 'head' },
      false,
    ],
    [{ type: 'step-lapsed', at: AT, step: 'confirm', round: 1 }, true],
    [{ ...PASSED, how: 'raised' }, true],
    [{ ...PASSED, how: 'asked-anew' }, false],
    [{ ...PASSED, how: 'handed-over', by: 'head' }, false],
  ];
  for (const [event, expected] of cases) assert.equal(isBroughtByTime(event), expected, JSON.stringify(event));
});
