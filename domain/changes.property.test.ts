import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Calendar } from './calendar.ts';
import { readyFor } from './changes/change.ts';
import type { ChangeCommand } from './changes/change.ts';
import { blankChronology, evolve, openSteps, stepOf, stopOf } from './chronology.ts';
import type { Chronology, StepRecord } from './chronology.ts';
import { daysAgainst } from './court-days.ts';
import { countDays, isOpen, nthDay } from './days.ts';
import { begin, decide } from './decide.ts';
import type { Command } from './decide.ts';
import { dueActions, nextWakeMs } from './due-actions.ts';
import type { ChronologyEvent, StepRef } from './events.ts';
import { londonDate, londonMinute } from './london.ts';
import { allowedUntil, explain } from './opening.ts';
import { addDays, plainDate } from './plain-date.ts';
import { daysOf, ownersOf } from './programme.ts';
import type { Field } from './programme.ts';
import { stopQueryMs } from './stop-query.ts';
import { sameStep } from './step-refs.ts';
import { CHANGEABLE } from './test-everything.ts';
import { CALENDAR, PARTIES } from './test-programmes.ts';

/** More for a longer run: CHASER_LIVES=20000. */
const LIVES = Number(process.env['CHASER_LIVES'] ?? 2_000);
const BEGAN_MS = Date.parse('2022-09-05T08:30:00.000Z');
const LAST_MS = Date.parse('2023-09-01T00:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

/** The same days, and snow on some of them; half terms that lie elsewhere. */
const CALENDARS: readonly Calendar[] = [
  CALENDAR,
  {
    ...CALENDAR,
    version: 'snow',
    terms: {
      ...CALENDAR.terms,
      closures: ['2022-09-20', '2022-10-06', '2022-11-14', '2022-11-15', '2023-01-18', '2023-03-08'].map((on) => ({
        on: plainDate(on),
        name: 'snow',
      })),
    },
  },
  {
    ...CALENDAR,
    version: 'later-half-term',
    terms: {
      ...CALENDAR.terms,
      terms: CALENDAR.terms.terms.map((term) =>
        term.halfTerm === undefined
          ? term
          : { ...term, halfTerm: { startsOn: addDays(term.halfTerm.startsOn, 7), endsOn: addDays(term.halfTerm.endsOn, 7) } },
      ),
    },
  },
];

const PEOPLE = [...Object.values(PARTIES).flat(), 'p-another', 'p-newcomer', 'p-deputy'];

type Life = {
  chronology: Chronology;
  nowMs: number;
  events: ChronologyEvent[];
  /** Step, round and rung of every letter of a ladder or an escalation. */
  letters: Set<string>;
};

function beginLife(): Life {
  const now = iso(BEGAN_MS);
  const decision = begin(CHANGEABLE, { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties: PARTIES }, CALENDAR, now);
  assert.ok(decision.ok);
  const life = { chronology: blankChronology(CHANGEABLE, CALENDAR), nowMs: BEGAN_MS, events: [], letters: new Set<string>() };
  note(life, decision.value);
  return life;
}

function note(life: Life, events: readonly ChronologyEvent[]): void {
  for (const event of events) {
    checkEvent(life, event);
    life.chronology = evolve(life.chronology, event);
    life.events.push(event);
  }
}

/** Does it, if it is allowed; answers what it brought about, or null. */
function attempt(life: Life, command: Command): readonly ChronologyEvent[] | null {
  const decision = decide(life.chronology, command, iso(life.nowMs));
  if (!decision.ok) {
    assert.notEqual(decision.reason.remedy, '', `${decision.reason.kind} says how to mend it`);
    return null;
  }
  life.chronology = readyFor(life.chronology, command);
  note(life, decision.value);
  return decision.value;
}

function carryOut(life: Life): readonly ChronologyEvent[] {
  const events = attempt(life, { kind: 'carry-out-due' });
  assert.ok(events, 'time is never refused');
  checkStanding(life);
  return events;
}

/** What must be true of every event, seen against the life before it. */
function checkEvent({ chronology, letters }: Life, event: ChronologyEvent): void {
  const once = (ref: StepRef, rung: string) => {
    const key = `${ref.step}/${ref.round}/${rung}`;
    assert.ok(!letters.has(key), `${key} comes twice`);
    letters.add(key);
  };
  const recordOf = (ref: StepRef) => chronology.steps.find((record) => sameStep(record, ref));
  switch (event.type) {
    case 'rung-reached':
    case 'rung-skipped': {
      const record = recordOf(event);
      assert.equal(record?.state.kind, 'open', `${event.rung} of ${event.step} comes while its step is open`);
      assert.equal(stopOf(chronology, event), undefined, `${event.rung} of ${event.step} comes while its clock runs`);
      once(event, event.rung);
      if (event.type === 'rung-reached' && !isByHand(event)) mustBeInSendingHours(event.at, event.rung);
      break;
    }
    case 'rung-held':
      assert.equal(stopOf(chronology, event)?.stop, event.stop, 'a rung is held while the clock stands');
      once(event, `${event.rung}@${event.stop}`);
      break;
    case 'escalation-passed':
      assert.equal(recordOf(event)?.state.kind, 'open', 'an escalation moves while its step is open');
      once(event, `${event.rung}^${event.turn}`);
      if (event.by === null) {
        assert.equal(stopOf(chronology, event), undefined, 'an escalation does not go up while the clock stands');
        mustBeInSendingHours(event.at, event.how);
      }
      break;
    case 'clock-stop-queried':
      mustBeInSendingHours(event.at, event.type);
      break;
    case 'step-opened':
      assert.ok(!openSteps(chronology).some(({ step }) => step === event.step), `${event.step} is open once`);
      break;
    default:
  }
  if ('tells' in event && 'change' in event) {
    const ref = 'about' in event ? event.about : event;
    once(ref, `${event.type}-${event.change}`);
    assert.equal(new Set(event.tells.map(({ person }) => person)).size, event.tells.length, 'nobody is told twice');
  }
}

function isByHand(event: Extract<ChronologyEvent, { type: 'rung-reached' }>): boolean {
  return event.broughtForwardBy !== undefined || event.rung.startsWith('request-anew');
}

function mustBeInSendingHours(at: string, what: string): void {
  const minute = londonMinute(Date.parse(at));
  assert.ok(minute >= 8 * 60 && minute < 18 * 60, `${what} comes in sending hours, not at ${at}`);
  const open = isOpen(CALENDAR, 'working', londonDate(Date.parse(at)));
  assert.ok(open.ok && open.value, `${what} comes on a working day, not at ${at}`);
}

/** What must be true whenever everything that is due has been done. */
function checkStanding(life: Life): void {
  const { chronology, nowMs } = life;
  const today = londonDate(nowMs);
  assert.deepEqual(dueActions(chronology, nowMs), [], 'nothing due is left');
  const wakeMs = nextWakeMs(chronology, nowMs);
  assert.ok(wakeMs === null || wakeMs > nowMs, 'the next wake-up is never in the past');
  for (const record of chronology.steps) {
    const all = countDays(chronology.calendar, 'working', record.openedOn, closedOr(record, nowMs));
    const days = daysAgainst(chronology, record, today);
    assert.ok(all.ok && days.ok);
    assert.ok(days.value.counted >= 0 && days.value.stopped >= 0);
    assert.equal(days.value.counted + days.value.stopped, all.value, 'days counted and days stopped add up');
    if (record.state.kind === 'open') {
      assert.equal(addedUp(chronology, record), record.dueOn, `the explanation of ${record.step} adds up to its date`);
    }
  }
  for (const escalation of chronology.escalations) {
    assert.equal(chronology.escalations.filter((other) => sameStep(other, escalation)).length, 1, 'never two for one lateness');
    assert.equal(
      chronology.steps.find((record) => sameStep(record, escalation))?.state.kind,
      'open',
      'a closed step closes its escalation',
    );
  }
  for (const stop of chronology.stops) {
    if (stop.resumed === null)
      assert.ok(chronology.status.kind !== 'running' || stopQueryMs(chronology, stop, nowMs) !== null, 'no silent pause lives for ever');
  }
  if (chronology.status.kind === 'ended') {
    assert.deepEqual(openSteps(chronology), []);
    assert.deepEqual(
      chronology.stops.filter(({ resumed }) => resumed === null),
      [],
    );
    assert.equal(wakeMs, null);
    return;
  }
  assert.ok(openSteps(chronology).length > 0, 'a running deployment waits for somebody');
}

function closedOr({ state }: StepRecord, nowMs: number) {
  return londonDate(state.kind === 'open' ? nowMs : Date.parse(state.at));
}

/** The due date as a reader works it out from the lines of the explanation. */
function addedUp(chronology: Chronology, record: StepRecord) {
  const { programme, calendar } = chronology;
  const kind = daysOf(programme, stepOf(programme, record.step));
  const lines = explain(chronology, record);
  const base = allowedUntil(chronology, record);
  assert.ok(base.ok);
  let dueOn = base.value.dueOn;
  for (const line of lines) {
    if (line.kind === 'extended' && line.on) dueOn = line.on;
    if (line.kind !== 'stopped' || !line.on || !line.to) continue;
    const stood = countDays(calendar, kind, addDays(line.on, -1), line.to);
    assert.ok(stood.ok);
    const said = /: (\d+) (working|school) days? (?:is|are) given back/.exec(line.text);
    assert.deepEqual([Number(said?.[1]), said?.[2]], [stood.value, kind]);
    if (stood.value === 0) continue;
    const moved = nthDay(calendar, kind, dueOn, stood.value);
    assert.ok(moved.ok);
    dueOn = moved.value;
  }
  assert.equal(lines.at(-1)?.kind, 'due');
  assert.equal(lines.at(-1)?.on, dueOn);
  return dueOn;
}

/** Time passes, with everything on the way. */
class Pass implements fc.Command<object, Life> {
  readonly #hours: number;
  constructor(hours: number) {
    this.#hours = hours;
  }
  check = () => true;
  run(_: object, life: Life): void {
    if (life.nowMs >= LAST_MS) return;
    const untilMs = life.nowMs + this.#hours * 3_600_000;
    carryOut(life);
    for (;;) {
      const wakeMs = nextWakeMs(life.chronology, life.nowMs);
      if (wakeMs === null || wakeMs > untilMs) break;
      life.nowMs = wakeMs;
      assert.notEqual(carryOut(life).length, 0, 'a wake-up always brings something about');
    }
    life.nowMs = untilMs;
    carryOut(life);
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
    const [by] = ownersOf(step).flatMap((role) => life.chronology.parties[role] ?? []);
    if (by === undefined) return;
    const events = attempt(life, {
      kind: 'answer',
      step: record.step,
      round: record.round,
      answer: chosen.id,
      by,
      onBehalfOf: null,
      via: 'link',
      fields: Object.fromEntries(chosen.fields.map((each) => [each.id, valueOf(each)])),
    });
    assert.ok(events, 'an owner may always answer');
    carryOut(life);
  }
  toString = () => `answer ${this.#what} to open step ${this.#which}`;
}

function valueOf(field: Field): string {
  if (field.kind === 'date') return '2022-12-05';
  if (field.kind === 'person') return 'p-another';
  return field.kind === 'yes-no' ? 'yes' : 'words';
}

const KINDS = [
  'stop-clock',
  'prolong-stop',
  'resume-clock',
  'extend',
  'rematch',
  'change-person',
  'name-deputy',
  'end-deputy',
  'withdraw',
  'reopen',
  'correct-fact',
  'take-back-answer',
  'acknowledge',
  'hand-over',
  'send-back',
  'chase-now',
  'skip-rung',
  'set-pace',
  'adopt-calendar',
] as const satisfies readonly ChangeCommand['kind'][];

/** How often each kind of change was made, in all lives together. */
const made = new Map<string, number>();

/** Somebody makes a change, sensible or not. */
class Intervene implements fc.Command<object, Life> {
  readonly #kind: (typeof KINDS)[number];
  readonly #numbers: readonly number[];
  constructor(kind: (typeof KINDS)[number], numbers: readonly number[]) {
    this.#kind = kind;
    this.#numbers = numbers;
  }
  check = () => true;
  run(_: object, life: Life): void {
    if (life.nowMs >= LAST_MS) return;
    const before = life.chronology;
    const command = this.#command(life);
    const events = attempt(life, command);
    if (events === null) {
      assert.equal(life.chronology, before, 'what is refused changes nothing');
      return;
    }
    made.set(command.kind, (made.get(command.kind) ?? 0) + 1);
    assert.notEqual(events.length, 0, 'a change that counted is in the record');
    const now = iso(life.nowMs);
    if (command.kind === 'stop-clock') {
      const stop = life.chronology.stops.at(-1);
      assert.ok(stop);
      const undone = decide(life.chronology, { kind: 'resume-clock', stop: stop.stop, on: stop.from, by: 'p', because: 'at once' }, now);
      assert.ok(undone.ok);
      assert.deepEqual(
        undone.value.filter(({ type }) => type === 'due-date-moved'),
        [],
        'resume at once changes no date',
      );
    }
    if (command.kind === 'correct-fact') {
      const again = decide(life.chronology, command, now);
      assert.ok(!again.ok && again.reason.kind === 'nothing-changes', 'a correction to the same changes nothing');
    }
    carryOut(life);
  }

  #command({ chronology, nowMs }: Life): ChangeCommand {
    const [a = 0, b = 0, c = 0] = this.#numbers;
    const pick = <T>(all: readonly T[], n: number, otherwise: T): T => all[n % Math.max(all.length, 1)] ?? otherwise;
    const today = londonDate(nowMs);
    const { step, round } = pick<StepRef>(a % 5 === 0 ? chronology.steps : openSteps(chronology), b, { step: 'ask', round: 1 });
    const person = pick(PEOPLE, b, 'p-another');
    const said = { by: pick(['p-coordinator', 'p-region'], c, 'p-region'), because: a === 99 ? ' ' : 'for a reason' };
    const running = chronology.stops.filter(({ resumed }) => resumed === null);
    const { escalations } = chronology;
    const escalation = pick(escalations, b, undefined);
    const holder = escalation?.holders[0]?.person ?? 'p-region';
    const ref = escalation === undefined ? { step, round } : { step: escalation.step, round: escalation.round };
    switch (this.#kind) {
      case 'stop-clock': {
        const scope = a % 2 === 0 ? null : { step, round };
        return {
          kind: 'stop-clock',
          ...said,
          scope,
          category: 'illness',
          from: addDays(today, 2 - (b % 20)),
          expectedEnd: addDays(today, c - 2),
        };
      }
      case 'prolong-stop':
        return { kind: 'prolong-stop', ...said, stop: pick(running, a, undefined)?.stop ?? null, expectedEnd: addDays(today, c - 2) };
      case 'resume-clock':
        return { kind: 'resume-clock', ...said, stop: pick(running, a, undefined)?.stop ?? null, on: addDays(today, 1 - (b % 4)) };
      case 'extend': {
        const due = chronology.steps.find((record) => sameStep(record, { step, round }))?.dueOn ?? today;
        return { kind: 'extend', ...said, step, round, dueOn: addDays(due, c - 5), agreedWith: null };
      }
      case 'rematch':
        return { kind: 'rematch', ...said, to: a % 2 === 0 ? null : person };
      case 'change-person': {
        const role = pick(Object.keys(CHANGEABLE.roles), a, 'school');
        const holders = chronology.parties[role] ?? [];
        return { kind: 'change-person', ...said, role, from: c % 4 === 0 ? null : pick(holders, c, 'p-nobody'), to: person };
      }
      case 'name-deputy':
        return {
          kind: 'name-deputy',
          ...said,
          person,
          deputy: pick(['p-deputy', 'p-senior'], a, ''),
          from: addDays(today, (b % 8) - 2),
          to: addDays(today, c),
        };
      case 'end-deputy':
        return { kind: 'end-deputy', ...said, person: pick<{ readonly person: string }>(chronology.deputies, b, { person }).person };
      case 'withdraw':
        return { kind: 'withdraw', ...said, because: c < 8 ? said.because : '', end: pick(['withdrawn', 'declined', 'done'], a, '') };
      case 'reopen':
        return { kind: 'reopen', ...said };
      case 'correct-fact':
        return { kind: 'correct-fact', ...said, fact: pick(['matchedOn', 'visitedOn'], a, ''), value: addDays(today, 2 - b) };
      case 'take-back-answer': {
        const answered = chronology.steps.filter(({ state }) => state.kind === 'answered');
        const { step, round } = pick<StepRef>(answered.slice(-2), b, { step: 'ask', round: 1 });
        return { kind: 'take-back-answer', ...said, step, round };
      }
      case 'acknowledge':
        return {
          kind: 'acknowledge',
          ...ref,
          by: holder,
          onBehalfOf: null,
          via: 'web',
          because: 'I telephone.',
          promisedOn: addDays(today, c % 9),
        };
      case 'hand-over':
        return { kind: 'hand-over', ...ref, by: holder, because: 'Hers.', to: person };
      case 'send-back':
        return { kind: 'send-back', ...ref, by: holder, because: 'Not mine.' };
      case 'chase-now':
        return { kind: 'chase-now', step, round, by: said.by };
      case 'skip-rung':
        return { kind: 'skip-rung', ...said, step, round };
      case 'set-pace':
        return { kind: 'set-pace', ...said, pace: pick(['less', 'usual', 'more'], a, 'usual') };
      case 'adopt-calendar':
        return { kind: 'adopt-calendar', ...said, calendar: pick(CALENDARS, a, CALENDAR) };
      default:
        return this.#kind satisfies never;
    }
  }
  toString = () => `${this.#kind} ${this.#numbers.join(',')}`;
}

describe('random lives with random interventions', () => {
  it('keep every promise of the core, and replaying their events gives the same chronology', () => {
    const numbers = fc.tuple(fc.nat(99), fc.nat(99), fc.nat(40));
    const commands = fc.commands(
      [
        fc.integer({ min: 1, max: 24 * 20 }).map((hours) => new Pass(hours)),
        fc.tuple(fc.nat(3), fc.nat(5)).map(([which, what]) => new Reply(which, what === 1 ? 1 : 0)),
        fc.tuple(fc.constantFrom(...KINDS), numbers).map(([kind, given]) => new Intervene(kind, given)),
        fc.tuple(fc.constantFrom(...KINDS), numbers).map(([kind, given]) => new Intervene(kind, given)),
      ],
      { maxCommands: 60, size: 'max' },
    );
    made.clear();
    fc.assert(
      fc.property(commands, (run) => {
        let life: Life | undefined;
        fc.modelRun(() => ({ model: {}, real: (life = beginLife()) }), run);
        assert.ok(life);
        const { calendar } = life.chronology;
        assert.deepEqual(life.events.reduce(evolve, blankChronology(CHANGEABLE, calendar)), life.chronology);
      }),
      { numRuns: LIVES },
    );
    // The run means something only if every kind of change is made.
    for (const kind of KINDS) assert.ok((made.get(kind) ?? 0) > LIVES / 50, `${kind} was made ${made.get(kind) ?? 0} times`);
  });
});
