import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { EVERYTHING } from '../../tests/kit/everything.ts';
import { SMALL } from '../../tests/kit/changes.ts';
import { completeAnswer } from '../../tests/kit/forms.ts';
import { CALENDAR, PARTIES } from '../../tests/kit/programmes.ts';
import { attempt, beginLife, carryOut, iso, passUntil } from '../../tests/kit/random-lives.ts';
import type { Life } from '../../tests/kit/random-lives.ts';
import { rungNamed } from '../chasing/rung-names.ts';
import { ownersOf } from '../programme.ts';
import type { Programme } from '../programme.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { addDays, plainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { answersFor, knownFacts } from './applies.ts';
import { blankChronology, evolve, openSteps, stepOf } from './chronology.ts';
import type { ChronologyEvent } from './events.ts';
import { dueOf } from './opening.ts';
import type { Chronology } from './state.ts';
import { takeIn } from './under-way.ts';
import type { Past, PastAnswer, PastPause } from './under-way.ts';

/** Set CHASER_LIVES=20000 for a longer run. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 120);
const BEGAN = plainDate('2022-09-05');
const WEEKS_MS = 70 * 86_400_000;

type Act = {
  readonly days: number;
  readonly minute: number;
  readonly what: number;
  readonly which: number;
  readonly chances: readonly number[];
};

const ACT: fc.Arbitrary<Act> = fc.record({
  days: fc.integer({ min: 0, max: 14 }),
  // Whoever answers within sending hours is written to on the same day, whatever the minute.
  minute: fc.integer({ min: 9 * 60, max: 17 * 60 }),
  what: fc.nat(9),
  which: fc.nat(3),
  chances: fc.array(fc.nat(99), { minLength: 1, maxLength: 4 }),
});

/** A life as it was lived here, with what a spreadsheet would say of it. */
type Lived = { readonly life: Life; readonly answers: PastAnswer[]; readonly pauses: PastPause[] };

function liveHere(programme: Programme, acts: readonly Act[]): Lived {
  const life = beginLife(programme, { at: iso(londonInstant(BEGAN, 10 * 60)) });
  const answers: PastAnswer[] = [];
  const pauses: PastPause[] = [];
  // A day tells nothing of the order in which somebody answered and paused it, so a pause begins and ends on a day of its own.
  let alone = false;
  for (const act of acts) {
    const pausesNow = act.what === 7 || act.what === 8;
    const on = addDays(londonDate(life.nowMs), alone || pausesNow ? Math.max(1, act.days) : act.days);
    alone = pausesNow;
    const atMs = londonInstant(on, act.minute);
    if (atMs > life.nowMs) passUntil(life, atMs);
    if (life.chronology.status.kind !== 'running') break;
    if (act.what < 7) answer(life, act, answers);
    else if (pausesNow) pauseOrGoOn(life, pauses);
    else extend(life, act);
    carryOut(life);
  }
  return { life, answers, pauses };
}

function answer(life: Life, { what, which, chances }: Act, answers: PastAnswer[]): void {
  const { chronology } = life;
  const open = openSteps(chronology);
  const record = open[which % open.length];
  if (record === undefined) return;
  const step = stepOf(chronology.programme, record.step);
  const possible = answersFor(step, knownFacts(chronology));
  const chosen = possible[what < 5 ? 0 : what % possible.length];
  const [by] = ownersOf(step).flatMap((role) => chronology.parties[role] ?? []);
  if (chosen === undefined || by === undefined || step.automatic !== null) return;
  const on = londonDate(life.nowMs);
  const fields = completeAnswer(chosen.fields, chances, { dates: [addDays(on, -3), on, addDays(on, 10)] });
  const { round } = record;
  const events = attempt(life, { kind: 'answer', step: step.id, round, answer: chosen.id, by, onBehalfOf: null, via: 'link', fields });
  if ('kind' in events) return;
  const kept = chosen.fields.filter(({ names, records }) => names !== null || records !== null).map(({ id }) => id);
  answers.push({
    step: step.id,
    on,
    answer: chosen.id,
    fields: Object.fromEntries(Object.entries(fields).filter(([id, value]) => kept.includes(id) && value !== '')),
  });
}

function pauseOrGoOn(life: Life, pauses: PastPause[]): void {
  const on = londonDate(life.nowMs);
  const said = { by: 'p-coordinator', because: 'The headteacher is ill.' };
  const last = pauses.at(-1);
  if (last !== undefined && last.until === null) {
    if (on <= last.from) return;
    const events = attempt(life, { kind: 'resume-clock', stop: null, on, ...said });
    if (!('kind' in events)) pauses[pauses.length - 1] = { ...last, until: on };
    return;
  }
  const expectedEnd = addDays(on, 300);
  const events = attempt(life, { kind: 'stop-clock', scope: null, category: 'illness', from: on, expectedEnd, ...said });
  if (!('kind' in events)) pauses.push({ category: 'illness', because: said.because, from: on, until: null, expectedEnd });
}

function extend(life: Life, { which }: Act): void {
  // A row has one new due date, of a step that is open. An optional step that was extended and answered would have lapsed without it.
  const open = openSteps(life.chronology).filter(({ step }) => !stepOf(life.chronology.programme, step).optional);
  const record = open[which % open.length];
  if (record === undefined || open.some(({ extension }) => extension !== null)) return;
  const today = londonDate(life.nowMs);
  const later = record.dueOn > today ? record.dueOn : today;
  for (let days = 5; days < 12; days++) {
    const { step, round } = record;
    const said = { by: 'p-region', because: 'Agreed.', agreedWith: null };
    if (!('kind' in attempt(life, { kind: 'extend', step, round, dueOn: addDays(later, days), ...said }))) return;
  }
}

function pastOf({ life, answers, pauses }: Lived, today: PlainDate): Past {
  const { chronology } = life;
  const extended = openSteps(chronology).find((record) => {
    const without = dueOf(chronology, { ...record, extension: null });
    return record.extension !== null && without.ok && without.value.dueOn !== record.dueOn;
  });
  const extension = extended === undefined ? null : { step: extended.step, dueOn: extended.dueOn };
  return { by: 'p-coordinator', began: BEGAN, answers, pauses, extension, decideBy: addDays(today, 14) };
}

/** Everything that a ladder sends from a moment on if nobody does anything, but what happens to an escalation afterwards. */
function sentFrom(chronology: Chronology, nowMs: number): readonly string[] {
  const life: Life = { chronology, nowMs, lastMs: nowMs + WEEKS_MS, events: [], letters: new Set(), stuck: false };
  passUntil(life, nowMs + WEEKS_MS);
  return life.events.flatMap((event) => {
    if (event.type !== 'rung-reached' || event.unheld.length > 0) return [];
    const rung = rungNamed(stepOf(chronology.programme, event.step), event.rung)?.id;
    return [`${event.at} ${event.step}/${event.round} ${rung} ${event.to.map(({ person }) => person).join(' ')}`];
  });
}

const standing = ({ steps, facts, parties, stops, status }: Chronology) => ({
  open: steps
    .filter(({ state }) => state.kind === 'open')
    .map(({ step, round, openedOn, dayZero, dueOn }) => ({ step, round, openedOn, dayZero, dueOn }))
    .toSorted((one, other) => (one.step < other.step ? -1 : 1)),
  closed: steps.filter(({ state }) => state.kind !== 'open').map(({ step, round, openedOn, state }) => [step, round, openedOn, state.kind]),
  facts,
  parties,
  paused: stops.map(({ from, resumed }) => [from, resumed?.on ?? null]),
  status: status.kind,
});

describe('a deployment that was under way elsewhere', () => {
  for (const programme of [SMALL, EVERYTHING]) {
    it(`of ${programme.id} with ${Object.keys(programme.steps).length} steps stands as if it had been lived here, and goes on so`, () => {
      let taken = 0;
      let later = 0;
      fc.assert(
        fc.property(fc.array(ACT, { minLength: 1, maxLength: 14 }), fc.integer({ min: 1, max: 30 }), (acts, wait) => {
          const lived = liveHere(programme, acts);
          const { life } = lived;
          const today = addDays(londonDate(life.nowMs), wait);
          passUntil(life, londonInstant(today, 11 * 60));
          const beginning = { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES } as const;
          const imported = takeIn(programme, beginning, pastOf(lived, today), CALENDAR, iso(life.nowMs));
          if (life.chronology.status.kind !== 'running') return assert.ok(!imported.ok && imported.reason.kind === 'over');
          assert.ok(imported.ok, imported.ok ? '' : `${imported.reason.message} ${JSON.stringify(imported.reason.where)}`);
          taken += 1;
          assert.deepEqual(sentIn(imported.value), [], 'nothing of the past is sent');
          const chronology = imported.value.reduce(evolve, blankChronology(programme, CALENDAR));
          assert.deepEqual(standing(chronology), standing(life.chronology));

          // Whoever was to be asked on the next day that counts counts as asked. What such a step sends later may differ.
          const waits = openSteps(life.chronology).filter(({ askedAt }) => askedAt === null);
          const ofThem = (line: string) => waits.some(({ step, round }) => line.includes(` ${step}/${round} `));
          const compared = (of: Chronology) => sentFrom(of, life.nowMs).filter((line) => !ofThem(line));
          const sent = compared(chronology);
          later += sent.length;
          assert.deepEqual(sent, compared(life.chronology));
        }),
        { numRuns: LIVES },
      );
      assert.ok(taken > LIVES / 4, `only ${taken} were under way`);
      assert.ok(later > LIVES / 4, `only ${later} letters were still to come`);
    });
  }
});

/** What events would have Chaser send. */
function sentIn(events: readonly ChronologyEvent[]): readonly ChronologyEvent[] {
  return events.filter(
    (event) => (event.type === 'rung-reached' && event.leftToDecide !== true) || ('tells' in event && event.tells.length > 0),
  );
}
