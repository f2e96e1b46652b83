import assert from 'node:assert/strict';
import fc from 'fast-check';
import { calendarFor, loadCalendarBook } from '../../calendars/calendar-book.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { answersFor, knownFacts } from '../../domain/chronology/applies.ts';
import { openSteps, stepOf } from '../../domain/chronology/chronology.ts';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { ownersOf } from '../../domain/programme.ts';
import { londonDate } from '../../domain/time/london.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import { everyKindOf } from './beginnings.ts';
import { mustLoad } from './chronology.ts';
import { completeAnswer } from './forms.ts';
import { live, randomActs } from './random-acts.ts';
import { attempt, beginLife, carryOut } from './random-lives.ts';
import type { Life } from './random-lives.ts';

/** Steps whose answers are chosen freely, so that forms go round. All others are mostly answered so that the deployment goes on. */
const FREELY = new Set(['agree-raf', 'check-raf', 'decide-raf', 'accept-deployment', 'agree-match']);

/** Somebody answers the newest open step. */
class GoOn implements fc.Command<object, Life> {
  readonly #chances: readonly [number, number, number, number];
  constructor(chances: readonly [number, number, number, number]) {
    this.#chances = chances;
  }
  check = () => true;
  run(_: object, life: Life): void {
    const { chronology } = life;
    const record = openSteps(chronology).at(-1);
    if (record === undefined || life.nowMs >= life.lastMs) return;
    const step = stepOf(chronology.programme, record.step);
    const answers = answersFor(step, knownFacts(chronology));
    const [which, ...chances] = this.#chances;
    const chosen = FREELY.has(step.id) ? answers[which % answers.length] : answers[0];
    const [by] = ownersOf(step).flatMap((role) => chronology.parties[role] ?? []);
    assert.ok(chosen && by);
    const today = londonDate(life.nowMs);
    const fields = completeAnswer(chosen.fields, chances, { dates: [addDays(today, -9), addDays(today, -2), today, addDays(today, 6)] });
    attempt(life, { kind: 'answer', step: step.id, round: record.round, answer: chosen.id, by, onBehalfOf: null, via: 'link', fields });
    carryOut(life);
  }
  toString = () => `goes on (${this.#chances.join(',')})`;
}

export type MeasuredLives = {
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly lives: readonly (readonly ChronologyEvent[])[];
};

/** Deployments of an offer that were lived at random, and the calendars on which they were counted. The same for each seed. */
export function measuredLives(howMany: number, seed: number, { id = 'si-2019-20', prefix = 'L', year = 2022 } = {}): MeasuredLives {
  const programme = mustLoad(id);
  const calendar = calendarFor(loadCalendarBook(), { authority: '888', assumed: programme.assumedTermCalendars });
  assert.ok(calendar.ok);
  const kinds = everyKindOf(programme).filter(({ subject }) => subject.kind === 'school');
  const goOn = fc.tuple(fc.nat(9), fc.nat(99), fc.nat(99), fc.nat(99)).map((chances) => new GoOn(chances));
  const acts = fc.sample(randomActs({ mostActs: 150, mostHours: 24 * 8, changes: 1, besides: [goOn, goOn, goOn] }), {
    numRuns: howMany,
    seed,
  });
  const calendars = new Map<string, Calendar>();
  const lives = acts.map((run, at) => {
    const kind = kinds[at % kinds.length];
    const began = { calendar: calendar.value, at: `${year}-09-05T08:30:00.000Z`, until: `${year + 1}-12-01T00:00:00.000Z` };
    const life = live(() => beginLife(programme, { ...kind, ...began }), run);
    for (const known of [calendar.value, life.chronology.calendar]) calendars.set(known.version, known);
    return life.events.map((event) => (event.type === 'deployment-began' ? { ...event, reference: `${prefix}${at}` } : event));
  });
  return { calendars, lives };
}
