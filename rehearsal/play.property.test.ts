import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { calendarFor, loadCalendarBook } from '../calendars/calendar-book.ts';
import { openSteps } from '../domain/chronology/chronology.ts';
import type { StopCategory } from '../domain/chronology/events.ts';
import { addDays, plainDate } from '../domain/time/plain-date.ts';
import type { Programme } from '../domain/programme.ts';
import { listProgrammes, loadProgramme } from '../programmes/load-programmes.ts';
import { play } from './play.ts';
import type { Change, Conduct, Scenario, ScenarioAnswer, ScenarioChange, When } from './scenario.ts';
import { lettersOf } from '../domain/chasing/sent-letters.ts';

/** Set CHASER_PLAYS=5000 for a longer run. */
const PLAYS = Number(process.env['CHASER_PLAYS'] ?? 150);
/**
 * Every programme can begin on this day: tsi-2021-22 has completion dates only for matches up to the summer of 2022.
 */
const START = plainDate('2022-01-10');
const MOST_DAYS = 500;

const conduct = fc.constantFrom<Conduct>('on-time', 'late', 'at-once', 'silent');
const day = fc.nat(MOST_DAYS).map((days) => addDays(START, days));
const when: fc.Arbitrary<When> = fc.oneof(
  conduct.map((how) => ({ kind: 'conduct' as const, conduct: how })),
  fc.integer({ min: 1, max: 30 }).map((count) => ({ kind: 'after' as const, allowed: { unit: 'school-days' as const, count } })),
  fc.integer({ min: 1, max: 9 }).map((count) => ({ kind: 'overdue-by' as const, allowed: { unit: 'working-days' as const, count } })),
  day.map((on) => ({ kind: 'on' as const, on })),
);

function scenarios(programme: Programme): fc.Arbitrary<Scenario> {
  const steps = Object.values(programme.steps).filter(({ automatic }) => automatic === null);
  const answer: fc.Arbitrary<ScenarioAnswer> = fc
    .record({ step: fc.constantFrom(...steps), round: fc.constantFrom(null, 1, 2, 3), pick: fc.nat(5), when })
    .map(({ step, round, pick, when: at }) => ({
      step: step.id,
      round,
      answer: step.answers[pick % step.answers.length]?.id ?? null,
      when: at,
      by: null,
      toldTo: null,
      fields: {},
    }));
  const said = { because: 'A test', by: null };
  const role = fc.constantFrom(...Object.keys(programme.roles));
  const step = fc.constantFrom(...steps.map(({ id }) => id));
  // A programme without one is asked to raise a step that cannot be, which is refused.
  const raised = steps.filter((each) => each.raised !== undefined);
  const raisable = fc.constantFrom(...(raised.length === 0 ? steps : raised).map(({ id }) => id));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({ step: fc.option(fc.constantFrom(...steps.map(({ id }) => id))), until: day }).map(({ step, until }) => ({
      kind: 'pause' as const,
      step,
      until,
      category: 'illness' as StopCategory,
      ...said,
    })),
    fc.constant({ kind: 'resume' as const, ...said }),
    fc
      .record({ step: fc.constantFrom(...steps.map(({ id }) => id)), to: day })
      .map((given) => ({ kind: 'extend' as const, ...given, ...said })),
    fc.constant({ kind: 'rematch' as const, ...said }),
    fc.constantFrom(...Object.keys(programme.ends)).map((as) => ({ kind: 'withdraw' as const, as, ...said })),
    fc.constant({ kind: 'reopen' as const, ...said }),
    day.map((until) => ({ kind: 'prolong' as const, until, ...said })),
    role.map((held) => ({ kind: 'person' as const, role: held, ...said })),
    fc.record({ for: role, from: day, until: day }).map((given) => ({ kind: 'deputy' as const, ...given, ...said })),
    role.map((away) => ({ kind: 'back' as const, for: away, ...said })),
    fc.record({ fact: fc.constantFrom('matchedOn', 'visitOn'), to: day }).map((given) => ({ kind: 'correct' as const, ...given, ...said })),
    fc
      .constantFrom('takeBack' as const, 'sendBack' as const, 'skip' as const)
      .chain((kind) => step.map((id) => ({ kind, step: id, ...said }))),
    fc.record({ step, promised: day }).map((given) => ({ kind: 'acknowledge' as const, ...given, toldTo: null, ...said })),
    fc.record({ step, to: role }).map((given) => ({ kind: 'handOver' as const, ...given, ...said })),
    step.map((id) => ({ kind: 'remind' as const, step: id, by: null })),
    raisable.map((id) => ({ kind: 'raise' as const, step: id, ...said })),
  );
  const changes: fc.Arbitrary<ScenarioChange> = fc.record({ on: day, change });
  return fc.record({
    title: fc.constant('Random'),
    everyone: conduct,
    roles: fc.dictionary(fc.constantFrom(...Object.keys(programme.roles)), conduct, { maxKeys: 3 }),
    answers: fc.array(answer, { maxLength: 12 }),
    changes: fc.array(changes, { maxLength: 8 }),
  });
}

describe('a rehearsal of a random scenario', () => {
  for (const id of listProgrammes()) {
    const loaded = loadProgramme(id);
    assert.ok(loaded.ok);
    const programme = loaded.value;
    const calendar = calendarFor(loadCalendarBook(), { authority: '888', assumed: programme.assumedTermCalendars });
    assert.ok(calendar.ok);

    it(`of ${id} comes to rest, sends nothing after the end, and sends nothing twice`, () => {
      fc.assert(
        fc.property(scenarios(programme), (scenario) => {
          const played = play(
            { programme, calendar: calendar.value, subject: { kind: 'school', urn: '1' }, startsOn: START, facts: {} },
            scenario,
          );
          assert.ok(played.ok, played.ok ? '' : played.reason.message);
          const { events, chronology, rests } = played.value;
          assert.equal(rests.kind === 'ended', chronology.status.kind === 'ended');
          const end = events.findIndex(({ type }) => type === 'deployment-ended');
          const reopened = events.some(({ type }) => type === 'deployment-reopened');
          if (end >= 0 && !reopened) {
            assert.ok(
              events.slice(end + 1).every(({ type }) => type !== 'rung-reached' && type !== 'step-opened'),
              'nothing opens and nobody is chased after the end',
            );
            assert.deepEqual(openSteps(chronology), []);
          }
          const keys = events.flatMap(lettersOf).map(({ step, round, rung, to, kind }) => [step, round, rung, to.person, kind].join('/'));
          assert.equal(new Set(keys).size, keys.length, 'no letter is sent twice');
          for (let at = 1; at < events.length; at += 1) {
            assert.ok((events[at]?.at ?? '') >= (events[at - 1]?.at ?? ''), 'time goes forward');
          }
        }),
        { numRuns: PLAYS },
      );
    });
  }
});
