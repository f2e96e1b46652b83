import assert from 'node:assert/strict';
import { readyFor } from '../../domain/changes/change.ts';
import { blankChronology, evolve, openSteps, stepOf, stopOf } from '../../domain/chronology/chronology.ts';
import type { Chronology, StepRecord } from '../../domain/chronology/state.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { daysAgainst } from '../../domain/chronology/court-days.ts';
import { countDays, isOpen, nthDay } from '../../domain/time/days.ts';
import { begin, decide } from '../../domain/chronology/decide.ts';
import type { Beginning, Command, Refusal } from '../../domain/chronology/decide.ts';
import { dueActions, nextChase, nextWakeMs } from '../../domain/chasing/due-actions.ts';
import type { ChronologyEvent, Instant, StepRef } from '../../domain/chronology/events.ts';
import { londonDate, londonMinute } from '../../domain/time/london.ts';
import { allowedUntil, explain } from '../../domain/chronology/opening.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import { changeRulesOf, daysOf, ownersOf } from '../../domain/programme.ts';
import type { Programme } from '../../domain/programme.ts';
import { promiseOf, waitsForPromise } from '../../domain/chasing/promised.ts';
import { rungNamed } from '../../domain/chasing/rung-names.ts';
import { stopQueryMs } from '../../domain/chasing/stop-query.ts';
import { sameStep } from '../../domain/chronology/step-refs.ts';
import { CALENDAR, PARTIES } from './programmes.ts';
import type { DayKind } from '../../domain/time/time-allowed.ts';

/** One deployment of a property test, with the invariants that must hold at every moment. */
export type Life = {
  chronology: Chronology;
  nowMs: number;
  /** Nothing more is done to it after this moment: the calendar does not reach much further. */
  readonly lastMs: number;
  readonly events: ChronologyEvent[];
  /** Step, round and rung of every letter of a ladder or an escalation. */
  readonly letters: Set<string>;
  /** Set once a passing of time was refused because the calendar ends too early. It waits for a longer one. */
  stuck: boolean;
};

/** Where and when a life takes place: by default a year from September 2022, with everybody in `PARTIES`. */
export type Place = {
  readonly calendar?: Calendar;
  readonly at?: Instant;
  readonly until?: Instant;
} & Partial<Pick<Beginning, 'subject' | 'parties' | 'facts'>>;

export const iso = (ms: number): Instant => new Date(ms).toISOString();

export function beginLife(programme: Programme, place: Place = {}): Life {
  const { calendar = CALENDAR, at = '2022-09-05T08:30:00.000Z', until = '2023-09-01T00:00:00.000Z' } = place;
  const { subject = { kind: 'school', urn: '1' }, parties = PARTIES, facts } = place;
  const beginning: Beginning = { reference: 'D1', subject, parties, ...(facts === undefined ? {} : { facts }) };
  const decision = begin(programme, beginning, calendar, at);
  assert.ok(decision.ok, decision.ok ? '' : `it can begin: ${decision.reason.message}`);
  const life: Life = {
    chronology: blankChronology(programme, calendar),
    nowMs: Date.parse(at),
    lastMs: Date.parse(until),
    events: [],
    letters: new Set(),
    stuck: false,
  };
  note(life, decision.value);
  return life;
}

/** Gives a command. Returns its events, or why it was refused. */
export function attempt(life: Life, command: Command): readonly ChronologyEvent[] | Refusal {
  const before = life.chronology;
  const decision = decide(before, command, iso(life.nowMs));
  if (!decision.ok) {
    assert.notEqual(decision.reason.remedy, '', `${decision.reason.kind} says how to mend it`);
    assert.equal(life.chronology, before, 'what is refused changes nothing');
    return decision.reason;
  }
  life.chronology = readyFor(before, command);
  note(life, decision.value);
  return decision.value;
}

/** Carries out what is due at this moment, after which nothing that is due is left. */
export function carryOut(life: Life): readonly ChronologyEvent[] {
  const events = attempt(life, { kind: 'carry-out-due' });
  if ('kind' in events) {
    assert.equal(events.kind, 'beyond-horizon', `time is never refused: ${events.message}`);
    life.stuck = true;
    return [];
  }
  life.stuck = false;
  checkStanding(life);
  return events;
}

/** Lets time pass until a moment, and carries out everything that falls due on the way. */
export function passUntil(life: Life, untilMs: number): void {
  carryOut(life);
  while (!life.stuck) {
    const wakeMs = nextWakeMs(life.chronology, life.nowMs);
    if (wakeMs === null || wakeMs > untilMs) break;
    life.nowMs = wakeMs;
    const events = carryOut(life);
    assert.ok(life.stuck || events.length > 0, 'a wake-up always brings something about');
  }
  life.nowMs = untilMs;
  if (!life.stuck) carryOut(life);
}

/** Replaying the events of a life gives the same chronology. To be checked when the life is over. */
export function mustReplay({ chronology, events }: Life): void {
  const { programme, calendar } = chronology;
  assert.deepEqual(events.reduce(evolve, blankChronology(programme, calendar)), chronology);
}

function note(life: Life, events: readonly ChronologyEvent[]): void {
  for (const event of events) {
    checkEvent(life, event);
    life.chronology = evolve(life.chronology, event);
    life.events.push(event);
  }
}

/** What must hold for every event, seen against the life before it. */
function checkEvent({ chronology, letters }: Life, event: ChronologyEvent): void {
  const { programme } = chronology;
  const once = (ref: StepRef, rung: string) => {
    const key = `${ref.step}/${ref.round}/${rung}`;
    assert.ok(!letters.has(key), `${key} comes twice`);
    letters.add(key);
  };
  const recordOf = (ref: StepRef) => chronology.steps.find((record) => sameStep(record, ref));
  const inSendingHours = (what: string, days: DayKind) => mustBeInSendingHours(chronology, event.at, what, days);
  switch (event.type) {
    case 'rung-reached':
    case 'rung-skipped': {
      const record = recordOf(event);
      assert.equal(record?.state.kind, 'open', `${event.rung} of ${event.step} comes while its step is open`);
      assert.ok(event.at >= record.openedAt, 'no rung before its step opens');
      assert.ok(!record.past.includes(event.rung), 'no rung twice in a round');
      assert.equal(stopOf(chronology, event), undefined, `${event.rung} of ${event.step} comes while its clock runs`);
      once(event, event.rung);
      if (event.type === 'rung-reached' && waitsForPromise(event.kind)) {
        const promise = promiseOf(chronology, record);
        assert.ok(
          promise === null || londonDate(Date.parse(event.at)) > promise.promisedOn,
          `${event.rung} of ${event.step} comes before the promised day is over`,
        );
      }
      if (event.type === 'rung-skipped' || isByHand(event)) break;
      const step = stepOf(programme, event.step);
      inSendingHours(event.rung, rungNamed(step, event.rung)?.days ?? 'working');
      assert.ok(
        !step.optional || event.kind === 'notice' || londonDate(Date.parse(event.at)) <= record.dueOn,
        'the optional is not chased',
      );
      if (event.kind !== 'notice' && event.kind !== 'request') {
        assert.notEqual(record.askedAt, null, `${event.step} is asked for before ${event.rung}`);
      }
      break;
    }
    case 'rung-held':
      assert.equal(stopOf(chronology, event)?.stop, event.stop, 'a rung is held during the pause');
      once(event, `${event.rung}@${event.stop}`);
      break;
    case 'escalation-passed':
      assert.equal(recordOf(event)?.state.kind, 'open', 'an escalation moves while its step is open');
      once(event, `${event.rung}^${event.turn}`);
      if (event.by === null) {
        assert.equal(stopOf(chronology, event), undefined, 'an escalation does not go up during the pause');
        inSendingHours(event.how, 'working');
      }
      break;
    case 'clock-stop-queried':
      inSendingHours(event.type, 'working');
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

function mustBeInSendingHours({ programme, calendar }: Chronology, at: Instant, what: string, days: DayKind): void {
  const minute = londonMinute(Date.parse(at));
  const { fromMinute, toMinute } = programme.sendingHours;
  assert.ok(minute >= fromMinute && minute < toMinute, `${what} comes in sending hours, not at ${at}`);
  const open = isOpen(calendar, days, londonDate(Date.parse(at)));
  assert.ok(open.ok && open.value, `${what} comes on a ${days} day, not at ${at}`);
}

/** What must hold whenever everything that is due has been carried out. */
function checkStanding(life: Life): void {
  const { chronology, nowMs } = life;
  assert.deepEqual(dueActions(chronology, nowMs), [], 'nothing due is left');
  const wakeMs = nextWakeMs(chronology, nowMs);
  assert.ok(wakeMs === null || wakeMs > nowMs, 'the next wake-up is never in the past');
  for (const record of chronology.steps) checkRecord(life, record);
  for (const escalation of chronology.escalations) {
    if (changeRulesOf(chronology.programme).acknowledgeWithin === null) break;
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

function checkRecord({ chronology, nowMs }: Life, record: StepRecord): void {
  const today = londonDate(nowMs);
  const all = countDays(chronology.calendar, 'working', record.openedOn, closedOr(record, nowMs));
  const days = daysAgainst(chronology, record, today);
  assert.ok(all.ok && days.ok);
  assert.ok(days.value.counted >= 0 && days.value.stopped >= 0);
  assert.equal(days.value.counted + days.value.stopped, all.value, 'days counted and days stopped add up');
  if (record.state.kind !== 'open') return;
  assert.equal(addedUp(chronology, record), record.dueOn, `the explanation of ${record.step} adds up to its date`);
  const step = stepOf(chronology.programme, record.step);
  const held = ownersOf(step).flatMap((role) => chronology.parties[role] ?? []);
  assert.ok(held.length > 0, `${record.step} waits for somebody named`);
  if (step.automatic !== null || stopOf(chronology, record)) return;
  const ahead = nextChase(chronology, record, nowMs, ['request', 'reminder', 'overdue', 'call', 'escalation']);
  assert.ok(record.askedAt !== null || ahead !== undefined, `${record.step} is not open without anybody's being asked`);
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
    const said = /: (\d+) (working|school) days? (?:is|are) added/.exec(line.text);
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
