import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { blankChronology, evolve, openSteps, stepOf } from './chronology.ts';
import type { Chronology } from './chronology.ts';
import { begin, decide } from './decide.ts';
import type { Command } from './decide.ts';
import { dueActions, nextWakeMs } from './due-actions.ts';
import type { ChronologyEvent } from './events.ts';
import { explain } from './opening.ts';
import { ownersOf } from './programme.ts';
import type { Field, Programme } from './programme.ts';
import { EVERYTHING } from './test-everything.ts';
import { CALENDAR, PARTIES } from './test-programmes.ts';

/** More for a longer run: CHASER_LIVES=50000. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 2_000);

const BEGAN_MS = Date.parse('2022-09-05T08:30:00.000Z');
const LAST_MS = Date.parse('2023-09-01T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

type Life = { chronology: Chronology; nowMs: number; events: ChronologyEvent[] };

function beginLife(programme: Programme): Life {
  const decision = begin(programme, { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES }, CALENDAR, iso(BEGAN_MS));
  assert.ok(decision.ok);
  return {
    chronology: decision.value.reduce(evolve, blankChronology(programme, CALENDAR)),
    nowMs: BEGAN_MS,
    events: [...decision.value],
  };
}

function must(life: Life, command: Command): readonly ChronologyEvent[] {
  const decision = decide(life.chronology, command, iso(life.nowMs));
  assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
  for (const event of decision.value) checkEvent(life, event);
  life.events.push(...decision.value);
  return decision.value;
}

/** What must be true of every event, seen against the life before it. */
function checkEvent(life: Life, event: ChronologyEvent): void {
  if (event.type === 'rung-reached' || event.type === 'rung-skipped') {
    const record = life.chronology.steps.find(({ step, round }) => step === event.step && round === event.round);
    assert.equal(record?.state.kind, 'open', `${event.rung} of ${event.step} comes while its step is open`);
    assert.ok(event.at >= record.openedAt, 'no rung before its step opens');
    assert.ok(!record.past.includes(event.rung), 'no rung twice in a round');
  }
  if (event.type === 'rung-reached') {
    const london = new Date(event.at).toLocaleTimeString('en-GB', { timeZone: 'Europe/London' });
    assert.ok(london >= '08:00:00' && london < '18:00:00', `letters leave in sending hours, not at ${london}`);
    assert.ok(![0, 6].includes(new Date(event.at).getUTCDay()), 'letters leave on working days');
  }
  life.chronology = evolve(life.chronology, event);
}

/** What must be true whenever everything that is due has been done. */
function checkStanding(life: Life): void {
  const { chronology, nowMs } = life;
  assert.deepEqual(dueActions(chronology, nowMs), [], 'nothing due is left');
  const wakeMs = nextWakeMs(chronology, nowMs);
  assert.ok(wakeMs === null || wakeMs > nowMs, 'the next wake-up is never in the past');
  if (chronology.status.kind === 'ended') {
    assert.deepEqual(openSteps(chronology), []);
    assert.equal(wakeMs, null);
    return;
  }
  assert.ok(openSteps(chronology).length > 0, 'a running deployment waits for somebody');
  for (const record of openSteps(chronology)) {
    const held = ownersOf(stepOf(chronology.programme, record.step)).flatMap((role) => chronology.parties[role] ?? []);
    assert.ok(held.length > 0, `${record.step} waits for somebody named`);
    assert.equal(explain(chronology, record).at(-1)?.on, record.dueOn, 'the explanation ends at the due date');
  }
}

function valueOf(field: Field): string {
  if (field.kind === 'date') return '2022-12-05';
  if (field.kind === 'person') return 'p-another';
  return field.kind === 'yes-no' ? 'yes' : 'words';
}

/** Time passes: to the next wake-up, or by some hours if nothing would happen by then. */
class Pass implements fc.Command<object, Life> {
  readonly #hours: number;
  constructor(hours: number) {
    this.#hours = hours;
  }
  check = () => true;
  run(_: object, life: Life): void {
    if (life.nowMs >= LAST_MS) return;
    const untilMs = life.nowMs + this.#hours * 3_600_000;
    must(life, { kind: 'carry-out-due' });
    for (
      let wakeMs = nextWakeMs(life.chronology, life.nowMs);
      wakeMs !== null && wakeMs <= untilMs;
      wakeMs = nextWakeMs(life.chronology, life.nowMs)
    ) {
      life.nowMs = wakeMs;
      assert.notEqual(must(life, { kind: 'carry-out-due' }).length, 0, 'a wake-up always brings something about');
      checkStanding(life);
    }
    life.nowMs = untilMs;
    must(life, { kind: 'carry-out-due' });
    checkStanding(life);
  }
  toString = () => `${this.#hours} hours pass`;
}

/** Somebody who was asked answers one of the open steps. */
class Reply implements fc.Command<object, Life> {
  readonly #which: number;
  readonly #what: number;
  constructor(which: number, what: number) {
    this.#which = which;
    this.#what = what;
  }
  check = () => true;
  run(_: object, life: Life): void {
    const open = openSteps(life.chronology);
    const record = open[this.#which % Math.max(open.length, 1)];
    if (record === undefined || life.nowMs >= LAST_MS) return;
    const step = stepOf(life.chronology.programme, record.step);
    const chosen = step.answers[this.#what % step.answers.length];
    assert.ok(chosen);
    const [owner] = ownersOf(step).flatMap((role) => life.chronology.parties[role] ?? []);
    assert.ok(owner);
    must(life, {
      kind: 'answer',
      step: record.step,
      round: record.round,
      answer: chosen.id,
      by: owner,
      onBehalfOf: null,
      via: 'link',
      fields: Object.fromEntries(chosen.fields.map((each) => [each.id, valueOf(each)])),
    });
    must(life, { kind: 'carry-out-due' });
    checkStanding(life);
  }
  toString = () => `answer ${this.#what} to open step ${this.#which}`;
}

/** Somebody answers what is not asked of them, or was answered before. */
class Nonsense implements fc.Command<object, Life> {
  readonly #which: number;
  constructor(which: number) {
    this.#which = which;
  }
  check = () => true;
  run(_: object, life: Life): void {
    const record = life.chronology.steps[this.#which % life.chronology.steps.length];
    assert.ok(record);
    const decision = decide(
      life.chronology,
      {
        kind: 'answer',
        step: record.step,
        round: record.round,
        answer: 'nonsense',
        by: 'p-stranger',
        onBehalfOf: null,
        via: 'link',
        fields: {},
      },
      iso(life.nowMs),
    );
    assert.ok(!decision.ok && decision.reason.remedy !== '');
  }
  toString = () => `nonsense ${this.#which}`;
}

describe('random lives of whole deployments', () => {
  it('keep every promise of the core, and replaying their events gives the same chronology', () => {
    const commands = fc.commands(
      [
        fc.integer({ min: 1, max: 24 * 40 }).map((hours) => new Pass(hours)),
        fc.tuple(fc.nat(3), fc.nat(1)).map(([which, what]) => new Reply(which, what)),
        fc.nat(30).map((which) => new Nonsense(which)),
      ],
      { maxCommands: 60, size: 'max' },
    );
    const ends = new Set<string>();
    let steps = 0;
    fc.assert(
      fc.property(commands, (run) => {
        let life: Life | undefined;
        fc.modelRun(() => ({ model: {}, real: (life = beginLife(EVERYTHING)) }), run);
        assert.ok(life);
        steps += life.events.length;
        if (life.chronology.status.kind === 'ended') ends.add(life.chronology.status.end);
        assert.deepEqual(life.events.reduce(evolve, blankChronology(EVERYTHING, CALENDAR)), life.chronology);
      }),
      { numRuns: LIVES },
    );
    // The run means something only if lives come to their different ends.
    assert.ok(ends.has('declined'), 'some decline');
    assert.ok(steps > 5 * LIVES, `only ${steps} events`);
  });

  it('come to completion when everybody always says yes', () => {
    const life = beginLife(EVERYTHING);
    for (let i = 0; i < 200 && life.chronology.status.kind === 'running' && life.nowMs < LAST_MS; i++) {
      new Reply(0, 0).run({}, life);
      new Pass(30).run({}, life);
    }
    // Check-ins open again for ever; only completing the delivery closes them.
    assert.ok(life.chronology.steps.some(({ step }) => step === 'complete'));
  });
});
