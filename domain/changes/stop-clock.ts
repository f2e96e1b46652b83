import { findStep, openSteps, stepOf } from '../chronology/chronology.ts';
import type { Chronology, Stop } from '../chronology/state.ts';
import { nthDay } from '../time/days.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision, Draft } from '../chronology/draft.ts';
import type { Instant, StepRef, StopCategory } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { notOpen, notRunning, unknownStep } from '../chronology/refusal.ts';
import { ok, refused } from '../result.ts';
import type { Result } from '../result.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { concerned, givenDate, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type StopClock = Said & {
  readonly kind: 'stop-clock';
  /** Null: the whole deployment. */
  readonly scope: StepRef | null;
  readonly category: StopCategory;
  /** The first day that is not counted: today or earlier. Null means today, by the deployment's own clock. */
  readonly from: string | null;
  readonly expectedEnd: string;
};

export type ProlongStop = Said & { readonly kind: 'prolong-stop'; readonly stop: number | null; readonly expectedEnd: string };

export type ResumeClock = Said & {
  readonly kind: 'resume-clock';
  /** Null when only one clock is stopped. */
  readonly stop: number | null;
  /** The first day that is counted again: today or earlier. Null means today, by the deployment's own clock. */
  readonly on: string | null;
};

/**
 * Stops the clock from a day on. Letters that were sent stay sent. Rungs that come due meanwhile are held and come
 * afterwards.
 */
export function decideStop(chronology: Chronology, command: StopClock, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { scope, category } = command;
  const record = scope === null ? undefined : findStep(chronology, scope);
  if (scope !== null && record === undefined) return refused(unknownStep(chronology, scope));
  if (record && record.state.kind !== 'open') return refused(notOpen(chronology, record));

  const today = londonDate(Date.parse(now));
  const from = givenDate(command.from ?? today, 'The first day');
  if (!from.ok) return from;
  const expectedEnd = givenDate(command.expectedEnd, 'The expected end');
  if (!expectedEnd.ok) return expectedEnd;
  const faulty =
    cannotBeginOn(from.value, today, record?.openedOn ?? chronology.steps[0]?.openedOn ?? today) ??
    cannotEndOn(chronology, expectedEnd.value, from.value, today) ??
    overlaps(chronology, scope, from.value);
  if (faulty) return refused(faulty);

  const draft = startDraft(chronology);
  const steps = scope === null ? openSteps(chronology) : [scope];
  const plan = { about: scope ?? mainStep(chronology), tells: concerned(chronology, steps, now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'clock-stopped',
    stop: change.change,
    scope: scope === null ? null : { step: scope.step, round: scope.round },
    category,
    from: from.value,
    expectedEnd: expectedEnd.value,
  }));
  return stopped ?? finish(draft, now);
}

/** Starts the clock again from a day on. The days that it was stopped are given back to every step it affected. */
export function decideResume(chronology: Chronology, command: ResumeClock, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const stop = runningStop(chronology, command.stop);
  if (!stop.ok) return stop;
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const today = londonDate(Date.parse(now));
  const on = givenDate(command.on ?? today, 'The day');
  if (!on.ok) return on;
  const { from, scope } = stop.value;
  if (on.value < from) {
    return refused({
      kind: 'too-early',
      message: `The pause began on ${longDate(from)}. It cannot end on ${longDate(on.value)}, before that.`,
      remedy: `Give a day from ${from} to ${today}. ${from} itself undoes the pause: no day is added.`,
    });
  }
  if (on.value > today) {
    return refused({
      kind: 'bad-date',
      message: `${longDate(on.value)} is in the future.`,
      remedy: `End the pause on the day itself, or give a day from ${from} to ${today}.`,
    });
  }
  const draft = startDraft(chronology);
  const steps = scope === null ? openSteps(chronology) : [scope];
  const plan = { about: scope ?? mainStep(chronology), tells: concerned(chronology, steps, now) };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'clock-resumed',
    stop: stop.value.stop,
    on: on.value,
  }));
  return stopped ?? finish(draft, now);
}

/** Changes the expected end of a stop to a later or earlier day. */
export function decideProlong(chronology: Chronology, command: ProlongStop, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const stop = runningStop(chronology, command.stop);
  if (!stop.ok) return stop;
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const expectedEnd = givenDate(command.expectedEnd, 'The expected end');
  if (!expectedEnd.ok) return expectedEnd;
  const faulty = cannotEndOn(chronology, expectedEnd.value, stop.value.from, londonDate(Date.parse(now)));
  if (faulty) return refused(faulty);
  if (expectedEnd.value === stop.value.expectedEnd && stop.value.queried === null) {
    return refused({
      kind: 'nothing-changes',
      message: `The pause should end on ${longDate(expectedEnd.value)} already.`,
      remedy: 'Give another day, or leave it as it is.',
    });
  }
  const draft = startDraft(chronology);
  const plan = { about: stop.value.scope ?? mainStep(chronology), tells: [] };
  const stopped = recordChange(draft, now, command, plan, (change) => ({
    ...change,
    type: 'clock-stop-prolonged',
    stop: stop.value.stop,
    expectedEnd: expectedEnd.value,
  }));
  return stopped ?? finish(draft, now);
}

/** The expected end has passed: the coordinator is asked whether the clock should stay stopped. */
export function carryOutQuery(draft: Draft, number: number, at: Instant): null {
  const state = draft.state();
  const stop = state.stops.find((each) => each.stop === number);
  if (stop === undefined) return null;
  draft.add({
    type: 'clock-stop-queried',
    at,
    stop: number,
    time: (stop.queried?.times ?? 0) + 1,
    about: refOf(stop.scope ?? mainStep(state)),
    to: concerned(state, [], at),
  });
  return null;
}

function refOf({ step, round }: StepRef): StepRef {
  return { step, round };
}

function runningStop({ stops }: Chronology, number: number | null): Result<Stop, Refusal> {
  const running = stops.filter(({ resumed }) => resumed === null);
  const meant = number === null ? running : running.filter(({ stop }) => stop === number);
  const [only, ...more] = meant;
  if (only && more.length === 0) return ok(only);
  if (running.length === 0) {
    return refused({ kind: 'clock-runs', message: 'Nothing is paused.', remedy: 'Nothing was changed.' });
  }
  const which = running.map(({ stop, scope, from }) => `${stop} (${scope === null ? 'the whole deployment' : scope.step}, since ${from})`);
  return refused({ kind: 'clock-runs', message: 'It is not clear which pause you mean.', remedy: `Say which: ${which.join('; ')}.` });
}

function cannotBeginOn(from: PlainDate, today: PlainDate, opened: PlainDate): Refusal | null {
  if (from > today) {
    return {
      kind: 'bad-date',
      message: `${longDate(from)} is in the future, and a pause begins today or earlier.`,
      remedy: `Give a day from ${opened} to ${today}.`,
    };
  }
  return from < opened
    ? {
        kind: 'too-early',
        message: `${longDate(from)} is before ${longDate(opened)}, when it began.`,
        remedy: `Give a day from ${opened} to ${today}.`,
      }
    : null;
}

function cannotEndOn({ calendar }: Chronology, expectedEnd: PlainDate, from: PlainDate, today: PlainDate): Refusal | null {
  if (expectedEnd >= from && expectedEnd >= today) {
    // Beyond the calendar nobody would ever be asked whether the stop should go on.
    const asked = nthDay(calendar, 'working', expectedEnd, 1);
    return asked.ok ? null : asked.reason;
  }
  return {
    kind: 'bad-date',
    message: `The expected end, ${longDate(expectedEnd)}, is ${expectedEnd < from ? 'before the first day' : 'in the past'}.`,
    remedy: `Give a day from ${from > today ? from : today} on. When it has passed, the coordinator is asked whether the pause should go on.`,
  };
}

function overlaps({ programme, stops }: Chronology, scope: StepRef | null, from: PlainDate): Refusal | null {
  const other = stops.find(
    (stop) =>
      (stop.scope === null || scope === null || sameStep(stop.scope, scope)) &&
      (stop.resumed === null || (stop.resumed.on > from && stop.resumed.on > stop.from)),
  );
  if (other === undefined) return null;
  const whose = other.scope === null ? 'The whole deployment' : `"${stepOf(programme, other.scope.step).title}"`;
  return other.resumed === null
    ? {
        kind: 'clock-stopped',
        message: `${whose} has been paused since ${longDate(other.from)}.`,
        remedy: 'Change when it should end, or end it first.',
      }
    : {
        kind: 'clock-stopped',
        message: `${whose} was paused from ${longDate(other.from)} until ${longDate(other.resumed.on)} already: the days would be added twice.`,
        remedy: `Give a first day from ${other.resumed.on} on.`,
      };
}
