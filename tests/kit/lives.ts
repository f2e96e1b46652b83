import assert from 'node:assert/strict';
import { readyFor } from '../../domain/changes/change.ts';
import { blankChronology, evolve } from '../../domain/chronology/chronology.ts';
import type { Chronology } from '../../domain/chronology/state.ts';
import type { Calendar } from '../../domain/time/calendar.ts';
import { begin, decide } from '../../domain/chronology/decide.ts';
import type { AnswerCommand, Command, Refusal } from '../../domain/chronology/decide.ts';
import { nextWakeMs } from '../../domain/chasing/due-actions.ts';
import type { ChronologyEvent, Parties } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Programme } from '../../domain/programme.ts';
import { CALENDAR, PARTIES } from './programmes.ts';

/** One deployment of a test. The test moves it from moment to moment and tells it what happens. Instants are in UTC. */
export type TestLife = {
  readonly chronology: Chronology;
  /** Everything that has happened. */
  readonly events: readonly ChronologyEvent[];
  /** Carries out what is due up to that moment, in order. Returns the events. */
  until(at: string): readonly ChronologyEvent[];
  /** Carries out a command that must be accepted. Returns its events. */
  does(command: Command, at: string): readonly ChronologyEvent[];
  /** Gives a command that must be refused. Returns the refusal. */
  refuses(command: Command, at: string): Refusal;
  answers(step: string, answer: string, by: string, at: string, over?: Partial<AnswerCommand>): readonly ChronologyEvent[];
  /** The due date of the newest round of a step. */
  dueOn(step: string): PlainDate | undefined;
};

export function beginTestLife(
  programme: Programme,
  at: string,
  { parties = PARTIES, calendar = CALENDAR }: { readonly parties?: Parties; readonly calendar?: Calendar } = {},
): TestLife {
  let chronology = blankChronology(programme, calendar);
  let nowMs = Date.parse(at);
  const events: ChronologyEvent[] = [];
  const note = (more: readonly ChronologyEvent[]) => {
    events.push(...more);
    chronology = more.reduce(evolve, chronology);
    return more;
  };
  const does = (command: Command) => {
    const decision = decide(chronology, command, new Date(nowMs).toISOString());
    assert.ok(decision.ok, decision.ok ? '' : decision.reason.message);
    chronology = readyFor(chronology, command);
    return note(decision.value);
  };
  const until = (moment: string) => {
    const seen: ChronologyEvent[] = [...does({ kind: 'carry-out-due' })];
    for (;;) {
      const wakeMs = nextWakeMs(chronology, nowMs);
      if (wakeMs === null || wakeMs > Date.parse(moment)) break;
      assert.ok(wakeMs > nowMs, 'the next wake-up lies ahead');
      nowMs = wakeMs;
      seen.push(...does({ kind: 'carry-out-due' }));
    }
    nowMs = Date.parse(moment);
    return seen;
  };
  const begun = begin(programme, { reference: 'D1', subject: { kind: 'school', urn: '1' }, parties }, calendar, at);
  assert.ok(begun.ok, begun.ok ? '' : begun.reason.message);
  note(begun.value);
  return {
    get chronology() {
      return chronology;
    },
    events,
    until,
    does(command, moment) {
      until(moment);
      return does(command);
    },
    refuses(command, moment) {
      until(moment);
      const decision = decide(chronology, command, moment);
      assert.ok(!decision.ok, 'expected a refusal');
      assert.notEqual(decision.reason.message, '');
      assert.notEqual(decision.reason.remedy, '', 'a refusal says how to mend it');
      return decision.reason;
    },
    answers(step, answer, by, moment, over = {}) {
      until(moment);
      const round = chronology.steps.findLast((record) => record.step === step)?.round ?? 1;
      return does({ kind: 'answer', step, round, answer, by, onBehalfOf: null, via: 'link', fields: {}, ...over });
    },
    dueOn: (step) => chronology.steps.findLast((record) => record.step === step)?.dueOn,
  };
}

/** Every letter of the ladders, as "rung day → people". */
export function rungsIn(events: readonly ChronologyEvent[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'rung-reached' ? [`${event.rung} ${event.at.slice(0, 10)} → ${event.to.map(({ person }) => person).join(', ')}`] : [],
  );
}

/** The events of one type, in order. */
export function ofType<T extends ChronologyEvent['type']>(
  events: readonly ChronologyEvent[],
  type: T,
): readonly Extract<ChronologyEvent, { type: T }>[] {
  return events.filter((event): event is Extract<ChronologyEvent, { type: T }> => event.type === type);
}
