import { nowMs } from '../postgres/sandbox/clock.ts';
import { londonDate } from '../domain/time/london.ts';
import { addDays } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';

/** A day near today, in London, as the examples of a command's help type it: "2026-12-08" is ten days from 28 November 2026. */
export function exampleDay(daysAhead: number): PlainDate {
  return addDays(londonDate(nowMs()), daysAhead);
}
