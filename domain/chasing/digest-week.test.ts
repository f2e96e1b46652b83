import assert from 'node:assert/strict';
import { it } from 'vitest';
import { addDays, plainDate } from '../time/plain-date.ts';
import { digestWeek } from './digest-week.ts';

const on = (day: string, name: string) => ({ on: plainDate(day), name });
const days = [on('2026-05-25', 'Spring bank holiday'), on('2028-12-25', 'Christmas Day'), on('2028-12-26', 'Boxing Day')];
const firstDayOf = (monday: string) =>
  [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(plainDate(monday), n)).find((day) => digestWeek({ days }, day) !== null);

it.each([
  ['2026-05-18', '2026-05-18', 'Monday'],
  ['2026-05-25', '2026-05-26', 'Monday is a bank holiday: Tuesday'],
  ['2028-12-25', '2028-12-27', 'Monday and Tuesday are: Wednesday'],
])('the summaries of the week of %s go on %s: %s', (monday, first) => {
  assert.equal(firstDayOf(monday), first);
});

it('every working day belongs to the week of its Monday, and a weekend to none', () => {
  for (const [n, day] of [0, 1, 2, 3, 4].entries())
    assert.equal(digestWeek({ days }, addDays(plainDate('2026-06-01'), day)), '2026-06-01', `${n}`);
  for (const day of ['2026-06-06', '2026-06-07']) assert.equal(digestWeek({ days }, plainDate(day)), null, day);
});
