import assert from 'node:assert/strict';
import { test } from 'vitest';
import { begun, noon } from '../../tests/kit/changes.ts';
import { openSteps } from '../chronology/chronology.ts';
import { plainDate } from '../time/plain-date.ts';
import { stepsWithoutWake } from './without-wake.ts';

const AT_MS = Date.parse(noon('2022-10-10'));

test('every open step of a deployment in good order has something ahead of it', () => {
  const { chronology } = begun();
  assert.ok(openSteps(chronology).length > 0);
  assert.deepEqual(stepsWithoutWake(chronology, AT_MS), []);
});

test('a step whose next rung lies beyond the end of the calendar will not be heard of any more', () => {
  const { chronology } = begun();
  const { calendar } = chronology;
  const short = { ...calendar, bankHolidays: { ...calendar.bankHolidays, knownTo: plainDate('2022-10-10') } };
  const found = stepsWithoutWake({ ...chronology, calendar: short }, AT_MS);
  assert.deepEqual(
    found.map(({ step }) => step),
    openSteps(chronology).map(({ step }) => step),
  );
});

test('nothing is missed in a deployment that has ended', () => {
  const { chronology } = begun();
  const ended = { ...chronology, status: { kind: 'ended', end: 'done', at: noon('2022-10-10'), because: null } } as const;
  assert.deepEqual(stepsWithoutWake(ended, AT_MS), []);
});
