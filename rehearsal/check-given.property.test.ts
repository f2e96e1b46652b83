import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from '../calendars/calendar-book.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import type { Field, Programme } from '../domain/programme.ts';
import { formatFinding } from '../programmes/finding.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import { rehearsedSubject } from './cast.ts';
import { playsTowardsTheRest, variantsOf } from './coverage.ts';
import { fieldAt } from './given-fields.ts';
import { play } from './play.ts';
import { readScenario } from './read-scenario.ts';
import { EVERYONE } from './scenario.ts';

/** A value as a person writes it: money in pounds. */
function typed(fields: readonly Field[], path: string, value: string): string {
  return fieldAt(fields, path)?.kind === 'money' ? (Number(value) / 100).toFixed(2) : value;
}

/** The values given in plays of every kind of deployment, as scenarios that give the same. */
function saidInPlays(
  programme: Programme,
): readonly { readonly step: string; readonly answer: string; readonly fields: Record<string, string> }[] {
  const calendar = calendarFor(loadCalendarBook(), { authority: '888', assumed: programme.assumedTermCalendars });
  assert.ok(calendar.ok);
  const { subject } = rehearsedSubject('school');
  const stage = { programme, calendar: calendar.value, subject, startsOn: plainDate('2022-01-10'), facts: {} };
  const plays = variantsOf(stage).flatMap((variant) => {
    const played = play(variant, EVERYONE['on-time']);
    return played.ok ? [played.value] : [];
  });
  return [...plays, ...playsTowardsTheRest(stage, plays)].flatMap(({ events }) =>
    events.flatMap((event) => {
      if (event.type !== 'step-answered' || event.by === 'chaser' || Object.keys(event.fields).length === 0) return [];
      const fields = programme.steps[event.step]?.answers.find(({ id }) => id === event.answer)?.fields ?? [];
      return [
        {
          step: event.step,
          answer: event.answer,
          fields: Object.fromEntries(Object.entries(event.fields).map(([path, value]) => [path, typed(fields, path, value)])),
        },
      ];
    }),
  );
}

describe('the check of what a scenario gives', () => {
  for (const id of listProgrammes()) {
    const loaded = loadProgramme(id);
    assert.ok(loaded.ok);
    const programme = loaded.value;

    it(`finds no fault with the values that a play of ${id} has accepted, nor with any part of them`, () => {
      const said = saidInPlays(programme);
      assert.ok(said.length > 20, String(said.length));
      fc.assert(
        fc.property(fc.constantFrom(...said), fc.infiniteStream(fc.boolean()), ({ fields, ...entry }, keeps) => {
          const kept = Object.fromEntries(Object.entries(fields).filter(() => keeps.next().value === true));
          const text = JSON.stringify({ programme: id, title: 'T', answers: [{ ...entry, fields: kept }] });
          assert.deepEqual(readScenario(text, 's.yaml', programme).findings.map(formatFinding), []);
        }),
        { numRuns: 500 },
      );
    });
  }
});
