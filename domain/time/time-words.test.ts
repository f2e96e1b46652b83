import assert from 'node:assert/strict';
import { it } from 'vitest';
import { dateAndTime } from './time-words.ts';

it.each([
  ['2022-11-25T08:05:00.000Z', '25 November 2022, 8:05am'],
  // In summer London is an hour ahead of UTC, and this is the next day.
  ['2022-06-30T23:30:00.000Z', '1 July 2022, 12:30am'],
  ['2022-11-25T12:00:00.000Z', '25 November 2022, midday'],
  ['2022-11-25T12:00:59.999Z', '25 November 2022, midday'],
  ['2022-11-25T00:00:00.000Z', '25 November 2022, midnight'],
  ['2022-11-25T08:00:00.000Z', '25 November 2022, 8am'],
  ['2022-11-25T17:00:00.000Z', '25 November 2022, 5pm'],
  ['2022-11-25T23:59:59.000Z', '25 November 2022, 11:59pm'],
])('%s is a moment on a twelve-hour clock in London: %s', (at, words) => {
  assert.equal(dateAndTime(at), words);
});
