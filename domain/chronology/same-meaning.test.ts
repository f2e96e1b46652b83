import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { ChronologyEvent } from './events.ts';
import { countInCommon, meansTheSame } from './same-meaning.ts';

const reminder = (at: string, person = 'head'): ChronologyEvent => ({
  type: 'rung-reached',
  at,
  step: 'confirm',
  round: 1,
  rung: 'reminder',
  kind: 'reminder',
  to: [{ role: 'school', person }],
  tells: [],
  unheld: [],
});
const MORNING = '2040-10-08T07:00:00.004Z';

test('what time brought about is the same though it is told again two milliseconds later', () => {
  assert.equal(meansTheSame(reminder(MORNING), reminder('2040-10-08T07:00:00.006Z')), true);
});

test('the day is London’s: 11:30 in the evening of UTC is the next day in summer', () => {
  assert.equal(meansTheSame(reminder('2040-10-08T22:59:59.999Z'), reminder('2040-10-08T23:00:00.000Z')), false);
});

test('another person, another day or one more thing said makes it another event', () => {
  assert.equal(meansTheSame(reminder(MORNING), reminder(MORNING, 'deputy')), false);
  assert.equal(meansTheSame(reminder(MORNING), reminder('2040-10-09T07:00:00.004Z')), false);
  assert.equal(meansTheSame(reminder(MORNING), { ...reminder(MORNING), broughtForwardBy: 'coordinator' } as ChronologyEvent), false);
});

test('the order of keys and what is undefined say nothing', () => {
  const { type, ...rest } = reminder(MORNING);
  assert.equal(meansTheSame({ ...rest, type, anewBecause: undefined } as unknown as ChronologyEvent, reminder(MORNING)), true);
});

test('two tellings are the same as far as their events are', () => {
  const [one, two, three] = [reminder(MORNING), reminder(MORNING, 'deputy'), reminder(MORNING, 'chair')];
  assert.equal(countInCommon([one, two], [one, two, three]), 2);
  assert.equal(countInCommon([one, two, three], [one, three]), 1);
  assert.equal(countInCommon([], [one]), 0);
  assert.equal(countInCommon([one, two], [one, two]), 2);
});
