import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFor, loadCalendarBook } from '../../calendars/calendar-book.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { everyKindOf } from './beginnings.ts';
import { mustLoad } from './chronology.ts';
import { live, randomActs } from './random-acts.ts';
import { beginLife } from './random-lives.ts';

/** Deployments of the offer of 2019 to 2020 that were lived at random, with the calendar on which they were counted. */
export function measuredLives(
  howMany: number,
  seed: number,
): { readonly calendars: ReadonlyMap<string, Calendar>; readonly lives: readonly (readonly ChronologyEvent[])[] } {
  const programme = mustLoad('si-2019-20');
  const calendar = calendarFor(loadCalendarBook(), { authority: '888', assumed: programme.assumedTermCalendars });
  assert.ok(calendar.ok);
  const kinds = everyKindOf(programme).filter(({ subject }) => subject.kind === 'school');
  const acts = fc.sample(randomActs({ mostActs: 120, mostHours: 24 * 8, changes: 1 }), { numRuns: howMany, seed });
  const calendars = new Map<string, Calendar>([[calendar.value.version, calendar.value]]);
  const lives = acts.map((run, at) => {
    const kind = kinds[at % kinds.length];
    const life = live(
      () => beginLife(programme, { ...kind, calendar: calendar.value, at: '2022-09-05T08:30:00.000Z', until: '2023-12-01T00:00:00.000Z' }),
      run,
    );
    calendars.set(life.chronology.calendar.version, life.chronology.calendar);
    return life.events.map((event) => (event.type === 'deployment-began' ? { ...event, reference: `L${at}` } : event));
  });
  return { calendars, lives };
}
