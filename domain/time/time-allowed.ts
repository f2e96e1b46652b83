import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import type { PlainDate } from './plain-date.ts';

/**
 * How long a step may take. Each unit is exact, and day zero, the day the step opens, is never counted.
 * docs/glossary.md defines the units; domain/time/due-date.ts turns one into a date with its explanation.
 */
export type TimeAllowed =
  | { readonly unit: 'working-days'; readonly count: number }
  | { readonly unit: 'school-days'; readonly count: number }
  | { readonly unit: 'calendar-days'; readonly count: number }
  | { readonly unit: 'weeks'; readonly count: number }
  | { readonly unit: 'end-of-term' }
  | { readonly unit: 'end-of-following-term' }
  | { readonly unit: 'end-of-next-whole-term' }
  | { readonly unit: 'fixed-table'; readonly table: readonly FixedDate[] };

/**
 * One row of a table of dates that the Department published: matched in that term ("Summer 2021"), complete by that
 * date.
 */
export type FixedDate = { readonly matchedIn: string; readonly completeBy: PlainDate };

/** Which days a step is counted and chased on: any working day, or only days on which the school is open. */
export type DayKind = 'working' | 'school';

export type BadTimeAllowed = Reason & { readonly kind: 'bad-time-allowed' };

const COUNTED = /^(\d{1,3}) (working day|school day|calendar day|week)s?$/;
const UNITS = {
  'working day': 'working-days',
  'school day': 'school-days',
  'calendar day': 'calendar-days',
  week: 'weeks',
} as const;

/** Reads a time as people write it: "3 working days", "1 week", "end of term", "end of following term", "end of next whole term". */
export function parseTimeAllowed(text: string): Result<TimeAllowed, BadTimeAllowed> {
  const words = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (words === 'end of term') return ok({ unit: 'end-of-term' });
  if (words === 'end of following term' || words === 'end of the following term') return ok({ unit: 'end-of-following-term' });
  if (words === 'end of next whole term' || words === 'end of the next whole term') return ok({ unit: 'end-of-next-whole-term' });
  const [, count, unit] = COUNTED.exec(words) ?? [];
  if (count === undefined || Number(count) === 0) {
    return refused({
      kind: 'bad-time-allowed',
      message: `"${text}" is not a time that can be allowed.`,
      remedy:
        'Write for example "3 working days", "5 school days", "10 calendar days", "4 weeks", "end of term", "end of following term" or "end of next whole term".',
    });
  }
  return ok({ unit: UNITS[unit as keyof typeof UNITS], count: Number(count) });
}

/** The time in words: "3 working days", "1 week", "the end of the following term". */
export function describeTimeAllowed(allowed: TimeAllowed): string {
  switch (allowed.unit) {
    case 'working-days':
    case 'school-days':
    case 'calendar-days':
    case 'weeks': {
      const words = allowed.unit.replace('-', ' ');
      return `${allowed.count} ${allowed.count === 1 ? words.slice(0, -1) : words}`;
    }
    case 'end-of-term':
      return 'the end of the term';
    case 'end-of-following-term':
      return 'the end of the following term';
    case 'end-of-next-whole-term':
      return 'the end of the next whole term';
    case 'fixed-table':
      return 'a date the Department published';
    default:
      return allowed satisfies never;
  }
}
