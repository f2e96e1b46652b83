import { callerOf, coordinatorRole, ownersOf } from '../programme.ts';
import type { Answer, AnswerId, PersonId, Programme, Step, StepId } from '../programme.ts';
import { recordAgreedExtension } from '../changes/extension.ts';
import { decideResume, decideStop } from '../changes/stop-clock.ts';
import { nextWakeMs } from '../chasing/due-actions.ts';
import { rungName } from '../chasing/rung-names.ts';
import { checkForm } from '../forms/form.ts';
import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import type { Calendar } from '../time/calendar.ts';
import { londonDate, londonInstant } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { answersFor, knownFacts } from './applies.ts';
import { blankChronology, evolve, findStep, holdersOf, latestRound, openSteps, stepOf, stopOf } from './chronology.ts';
import { answerAutomatically, applyAnswer, begin, decide } from './decide.ts';
import type { Beginning } from './decide.ts';
import { startDraft } from './draft.ts';
import type { Decision } from './draft.ts';
import type { ChronologyEvent, Instant, Recipient, StepRef, StopCategory } from './events.ts';
import type { Refusal } from './refusal.ts';
import type { Chronology, StepRecord } from './state.ts';

/** What is known of a deployment that has been under way elsewhere. Dates are days in London. */
export type Past = {
  /** Who takes it in. They are recorded as having recorded each answer. */
  readonly by: PersonId;
  readonly began: PlainDate;
  /** The answers so far, in any order. */
  readonly answers: readonly PastAnswer[];
  readonly pauses: readonly PastPause[];
  /** The due date that was agreed for a step that is open. */
  readonly extension: { readonly step: StepId; readonly dueOn: PlainDate } | null;
  /** By which day the coordinator decides on escalations whose time has passed. */
  readonly decideBy: PlainDate;
};

export type PastAnswer = {
  readonly step: StepId;
  readonly on: PlainDate;
  /** Null: the first of the answers that the step can have, which is the one that goes on. */
  readonly answer: AnswerId | null;
  /** Whom and what the answer records. Other fields of its form are unknown, and are not asked for. */
  readonly fields: Readonly<Record<string, string>>;
};

export type PastPause = {
  readonly category: StopCategory;
  readonly because: string;
  readonly from: PlainDate;
  /** The first day that counted again; null while it is paused. */
  readonly until: PlainDate | null;
  /** For a pause that is not over: when it should end. */
  readonly expectedEnd: PlainDate | null;
};

/** Which part of the past is at fault. */
export type PastPlace =
  | { readonly kind: 'began' | 'pause' | 'extension' | 'decide-by' | 'all' }
  /** The answer at this place of the list. */
  | { readonly kind: 'answer'; readonly index: number };

export type TakeInRefusal = (Refusal | (Reason & { readonly kind: 'out-of-order' | 'over' })) & { readonly where: PastPlace };

const PASSED = 'Its time was before the deployment was imported into Chaser.';
const NOON = 12 * 60;
const MINUTE_MS = 60_000;

/**
 * The events of a deployment that has been under way elsewhere, as if it had been lived through here: answers, pauses and due dates
 * on their true days, by the rules of the programme. What would have been sent until now is recorded as left out, and the owners of
 * steps that were open before today count as asked. So the first letter is the next one whose time is still to come. Steps that follow from an
 * answer of today are asked for as ever.
 *
 * An escalation whose time has passed while its step is still open is not sent: its coordinator has it, to decide on by the given
 * day. After that day it comes back to them, and goes up as ever when they do not take it.
 *
 * A fact of which only the day is known is taken to have happened at noon, a fact of today now. Begun on Monday 3 October 2022,
 * confirmed on Wednesday 5, taken in on Monday 10: the step that followed opened on Wednesday 5 October.
 *
 * Refused, with the place of the fault, when days lie in the future or out of order, when an answer is not one of its step, when a step that is
 * answered had not opened, when it has ended, and whatever `begin` refuses today.
 */
export function takeIn(
  programme: Programme,
  beginning: Beginning,
  past: Past,
  calendar: Calendar,
  now: Instant,
): Result<readonly ChronologyEvent[], TakeInRefusal> {
  // What could not be started today cannot go on either: nobody to ask, or a calendar that ends too early.
  const today = begin(programme, beginning, calendar, now);
  if (!today.ok) return at({ kind: 'all' }, today.reason);
  const faulty = datesAtFault(past, londonDate(Date.parse(now)));
  if (faulty !== null) return refused(faulty);

  const plain = relive(programme, beginning, past, calendar, now, null);
  if (!plain.ok || past.extension === null) return plain.ok ? ok(plain.value.events) : plain;
  const extended = latestRound(plain.value.chronology, past.extension.step);
  if (extended?.state.kind !== 'open') {
    const title = programme.steps[past.extension.step]?.title ?? past.extension.step;
    return at(
      { kind: 'extension' },
      {
        kind: 'not-open',
        message: `“${title}” has a new due date and is not open.`,
        remedy: 'Give a new due date only for a step that waits for an answer. What was answered needs none.',
      },
    );
  }
  const whole = relive(programme, beginning, past, calendar, now, { step: extended.step, round: extended.round });
  return whole.ok ? ok(whole.value.events) : whole;
}

type Lived = { readonly events: readonly ChronologyEvent[]; readonly chronology: Chronology };

function relive(
  programme: Programme,
  beginning: Beginning,
  past: Past,
  calendar: Calendar,
  now: Instant,
  extended: StepRef | null,
): Result<Lived, TakeInRefusal> {
  const nowMs = Date.parse(now);
  const today = londonDate(nowMs);
  const events: ChronologyEvent[] = [];
  let chronology = blankChronology(programme, calendar);
  let clockMs = instantOn(past.began, today, nowMs);
  let toExtend = extended;
  const clock = () => new Date(clockMs).toISOString();
  const note = (more: readonly ChronologyEvent[]): void => {
    for (const event of more) {
      events.push(event);
      chronology = evolve(chronology, event);
    }
  };

  /** What was decided, as the past: nobody is written to. Then the later due date, as soon as its step is open and counted. */
  const record = (decision: Decision, where: PastPlace): TakeInRefusal | null => {
    if (!decision.ok) return { ...decision.reason, where };
    note(decision.value.map(unsent));
    const target = toExtend === null ? undefined : findStep(chronology, toExtend);
    if (toExtend === null || past.extension === null || target === undefined || stopOf(chronology, target)) return null;
    // Days of a pause are added before the date that was agreed, which is the one that held at last.
    const day = londonDate(clockMs);
    if (past.pauses.some(({ from, until }) => until !== null && until > day && from >= target.openedOn)) return null;
    const { step, round } = toExtend;
    toExtend = null;
    const said = { by: past.by, because: 'Agreed before the deployment was imported into Chaser.' };
    const agreed = recordAgreedExtension(
      chronology,
      { kind: 'extend', step, round, dueOn: past.extension.dueOn, agreedWith: null, ...said },
      clock(),
    );
    if (!agreed.ok) return { ...agreed.reason, where: { kind: 'extension' } };
    note(agreed.value.map(unsent));
    return null;
  };

  const passUntil = (untilMs: number): TakeInRefusal | null => {
    for (let first = true; ; first = false) {
      const wakeMs = first ? clockMs : nextWakeMs(chronology, clockMs);
      if (wakeMs === null || wakeMs > untilMs || (!first && wakeMs <= clockMs)) break;
      clockMs = wakeMs;
      const faulty = record(decide(chronology, { kind: 'carry-out-due' }, clock()), { kind: 'all' });
      if (faulty) return faulty;
    }
    clockMs = Math.max(clockMs, untilMs);
    return null;
  };

  const begun = record(begin(programme, beginning, calendar, clock()), { kind: 'began' });
  if (begun) return refused(begun);

  const days = new Set([
    ...past.answers.map(({ on }) => on),
    ...past.pauses.flatMap(({ from, until }) => (until === null ? [from] : [from, until])),
  ]);
  for (const day of [...days].toSorted()) {
    // What began today is asked for as ever.
    const passed = past.began === today ? null : passUntil(instantOn(day, today, nowMs));
    if (passed) return refused(passed);
    const faulty = liveDay(day);
    if (faulty) return refused(faulty);
  }
  const passed = days.has(today) || past.began === today ? null : passUntil(nowMs);
  if (passed) return refused(passed);
  if (chronology.status.kind !== 'running') return refused(isOver(chronology));
  clockMs = nowMs;
  note(countAsAsked(chronology, today, now));
  note(leaveToDecide(chronology, past, now));
  note([{ type: 'deployment-taken-in', at: now, by: past.by }]);
  return ok({ events, chronology });

  /** What happened on one day: a pause ends, then steps are answered, each once it is open, then a pause begins. */
  function liveDay(day: PlainDate): TakeInRefusal | null {
    const said = (pause: PastPause) => ({ by: past.by, because: pause.because });
    for (const pause of past.pauses.filter(({ until }) => until === day)) {
      const ended = decideResume(chronology, { kind: 'resume-clock', stop: null, on: day, ...said(pause) }, clock());
      const faulty = record(ended, { kind: 'pause' });
      if (faulty) return faulty;
    }
    const answers = past.answers.flatMap((answer, index) => (answer.on === day ? [{ ...answer, index }] : []));
    while (answers.length > 0) {
      let next = answers.findIndex(({ step }) => isOpen(chronology, step));
      if (next < 0 && letAutomaticStepsGoOn()) next = answers.findIndex(({ step }) => isOpen(chronology, step));
      const [answer] = next < 0 ? answers : answers.splice(next, 1);
      if (answer === undefined) break;
      if (next < 0) return notOpenOn(chronology, answer, answer.index);
      const faulty = answerPast(answer) ?? (day === today ? null : passUntil(clockMs));
      if (faulty) return faulty;
    }
    for (const pause of past.pauses.filter(({ from }) => from === day)) {
      if (chronology.status.kind !== 'running') return isOver(chronology);
      const { category, from, until, expectedEnd } = pause;
      const stop = decideStop(
        chronology,
        { kind: 'stop-clock', scope: null, category, from, expectedEnd: expectedEnd ?? until ?? '', ...said(pause) },
        clock(),
      );
      const faulty = record(stop, { kind: 'pause' });
      if (faulty) return faulty;
    }
    return null;
  }

  function answerPast(given: PastAnswer & { readonly index: number }): TakeInRefusal | null {
    const where: PastPlace = { kind: 'answer', index: given.index };
    const step = stepOf(programme, given.step);
    const round = latestRound(chronology, given.step)?.round ?? 1;
    const answer = answerOf(chronology, step, given);
    if (!answer.ok) return { ...answer.reason, where };
    const [owner] = holdersOf(chronology, ownersOf(step));
    if (owner === undefined) return { ...nobodyHolds(programme, step), where };
    const faulty = checkForm(asFarAsKnown(answer.value, given.fields), given.fields);
    if (faulty !== null) return { ...faulty, where };
    // Answers of one day follow each other by a minute.
    if (given.on !== today) clockMs = Math.min(clockMs + MINUTE_MS, nowMs);
    const applied = applyAnswer(startDraft(chronology), step, answer.value, {
      type: 'step-answered',
      at: clock(),
      step: step.id,
      round,
      answer: answer.value.id,
      by: past.by,
      onBehalfOf: owner.person,
      via: 'import',
      fields: given.fields,
    });
    return record(applied, where);
  }

  /** Somebody went on before Chaser would have written: at a weekend, say. Whatever an automatic step sends had been sent then. */
  function letAutomaticStepsGoOn(): boolean {
    const automatic = openSteps(chronology).filter(({ step }) => stepOf(programme, step).automatic !== null);
    for (const { step, round } of automatic) {
      const draft = startDraft(chronology);
      const stopped = answerAutomatically(draft, step, round, clock());
      if (stopped === null) note(draft.events().map(unsent));
    }
    return automatic.length > 0;
  }
}

/** Noon of a day in London; for today, now. Epoch milliseconds. */
function instantOn(day: PlainDate, today: PlainDate, nowMs: number): number {
  return day === today ? nowMs : londonInstant(day, NOON);
}

/** An event of the past: what it would have sent is left out, and nobody is told of it. */
function unsent(event: ChronologyEvent): ChronologyEvent {
  if (event.type === 'rung-reached') {
    const { at: reachedAt, step, round, rung, kind, to } = event;
    return { type: 'rung-skipped', at: reachedAt, step, round, rung, kind, to, because: PASSED, beforeTakenIn: true };
  }
  return 'tells' in event ? { ...event, tells: [] } : event;
}

/** Steps that have been open since before today: their owners know of them, though Chaser would have asked only on the next day that counts. */
function countAsAsked(chronology: Chronology, today: PlainDate, now: Instant): readonly ChronologyEvent[] {
  return openSteps(chronology).flatMap((record) => {
    const step = stepOf(chronology.programme, record.step);
    if (record.openedOn >= today || record.askedAt !== null) return [];
    return step.ladder
      .filter((rung) => rung.kind === 'request' && rung.at === 'opening' && !record.past.includes(rungName(record, rung)))
      .map((rung): ChronologyEvent => ({
        type: 'rung-skipped',
        at: now,
        step: record.step,
        round: record.round,
        rung: rungName(record, rung),
        kind: rung.kind,
        to: holdersOf(chronology, ownersOf(step)),
        because: PASSED,
        beforeTakenIn: true,
      }));
  });
}

/** Escalations whose time has passed, of steps that are still open: the coordinator of each has it. */
function leaveToDecide(chronology: Chronology, { by, decideBy }: Past, now: Instant): readonly ChronologyEvent[] {
  return escalationsPassed(chronology).flatMap(({ record, rung }, nth): readonly ChronologyEvent[] => {
    const { step, round } = record;
    const [to] = decidersOn(chronology, stepOf(chronology.programme, step), by);
    const ref = { step, round, rung: `${rung}@taken-in`, at: now };
    return [
      { ...ref, type: 'rung-reached', kind: 'escalation', to: [to], tells: [], unheld: [], leftToDecide: true },
      {
        ...ref,
        type: 'escalation-acknowledged',
        turn: 1,
        change: chronology.changes + nth + 1,
        by,
        onBehalfOf: to.person === by ? null : to.person,
        via: 'import',
        words: 'Decide what to do. It would have been escalated before the deployment was imported into Chaser.',
        promisedOn: decideBy,
        tells: [],
      },
    ];
  });
}

/** The open steps whose escalation would have come before now, with the name of its rung. */
function escalationsPassed(chronology: Chronology): readonly { readonly record: StepRecord; readonly rung: string }[] {
  return openSteps(chronology).flatMap((record) => {
    const passed = stepOf(chronology.programme, record.step).ladder.find(
      (rung) => rung.kind === 'escalation' && record.past.includes(rungName(record, rung)),
    );
    return passed === undefined ? [] : [{ record, rung: rungName(record, passed) }];
  });
}

/** Who decides on an escalation that has passed: whoever telephones about the step, the coordinator, or who takes it in. */
function decidersOn(chronology: Chronology, step: Step, by: PersonId): readonly [Recipient, ...Recipient[]] {
  const { programme } = chronology;
  const roles = [coordinatorRole(programme), callerOf(programme, step)].flatMap((role) => role ?? []);
  const [first, ...rest] = holdersOf(chronology, roles);
  return first === undefined ? [{ role: roles[0] ?? step.owner, person: by }] : [first, ...rest];
}

function isOpen(chronology: Chronology, step: StepId): boolean {
  return latestRound(chronology, step)?.state.kind === 'open';
}

function answerOf(chronology: Chronology, step: Step, { answer }: PastAnswer): Result<Answer, Refusal> {
  const answers = answersFor(step, knownFacts(chronology));
  const found = answer === null ? answers[0] : answers.find(({ id }) => id === answer);
  if (found !== undefined) return ok(found);
  return refused({
    kind: 'unknown-answer',
    message: `“${step.title}” has no answer “${answer ?? ''}” here.`,
    remedy: `Give one of: ${answers.map(({ label }) => `“${label}”`).join(', ')}.`,
  });
}

/** The form of an answer given elsewhere: whom it names must be known, and what else was said need not be. */
function asFarAsKnown(answer: Answer, given: Readonly<Record<string, string>>): Answer {
  return {
    ...answer,
    fields: answer.fields
      .filter(({ id, names }) => names !== null || given[id] !== undefined)
      .map((field) => {
        const { when: _, ...known } = field;
        return { ...known, required: field.required && field.names !== null };
      }),
  };
}

function datesAtFault(past: Past, today: PlainDate): TakeInRefusal | null {
  const future = (on: PlainDate, where: PastPlace): TakeInRefusal | null =>
    on > today
      ? {
          kind: 'bad-date',
          message: `${longDate(on)} is in the future.`,
          remedy: 'Give the day on which it happened, or leave it empty until it has.',
          where,
        }
      : null;
  const early = (on: PlainDate, where: PastPlace): TakeInRefusal | null =>
    on < past.began
      ? {
          kind: 'out-of-order',
          message: `${longDate(on)} is before ${longDate(past.began)}, when the deployment began.`,
          remedy: 'Correct one of the two dates.',
          where,
        }
      : null;
  const began: PastPlace = { kind: 'began' };
  const faults = [
    future(past.began, began),
    ...past.answers.flatMap(({ on }, index) => {
      const where: PastPlace = { kind: 'answer', index };
      return [future(on, where), early(on, where)];
    }),
    ...past.pauses.flatMap((pause) => pauseAtFault(pause, today, future, early)),
    past.decideBy < today
      ? {
          kind: 'bad-date' as const,
          message: `${longDate(past.decideBy)}, the day for deciding on escalations, is in the past.`,
          remedy: 'Give a day from today on.',
          where: { kind: 'decide-by' as const },
        }
      : null,
  ];
  return faults.find((fault) => fault !== null) ?? null;
}

function pauseAtFault(
  { from, until, expectedEnd }: PastPause,
  today: PlainDate,
  future: (on: PlainDate, where: PastPlace) => TakeInRefusal | null,
  early: (on: PlainDate, where: PastPlace) => TakeInRefusal | null,
): readonly (TakeInRefusal | null)[] {
  const where: PastPlace = { kind: 'pause' };
  const fault = (message: string, remedy: string): TakeInRefusal => ({ kind: 'bad-date', message, remedy, where });
  return [
    future(from, where),
    early(from, where),
    until === null ? null : future(until, where),
    until !== null && until <= from
      ? fault(
          `The pause began on ${longDate(from)} and cannot have ended on ${longDate(until)}.`,
          'The day on which it ended is the first that counted again, and comes later.',
        )
      : null,
    until === null && expectedEnd === null
      ? fault(
          'It is paused, and nobody said until when.',
          'Say when the pause should end. The coordinator is asked when that day has passed.',
        )
      : null,
    until === null && expectedEnd !== null && expectedEnd < today
      ? fault(
          `The pause should have ended on ${longDate(expectedEnd)}, which has passed.`,
          'Say on which day it ended, or give a later day on which it should end.',
        )
      : null,
  ];
}

function notOpenOn(chronology: Chronology, { step: id, on }: PastAnswer, index: number): TakeInRefusal {
  const step = stepOf(chronology.programme, id);
  const open = openSteps(chronology).map(({ step: other }) => `“${stepOf(chronology.programme, other).title}”`);
  const before = latestRound(chronology, id) === undefined ? 'had not opened' : 'had closed';
  return {
    kind: 'out-of-order',
    message: `“${step.title}” ${before} on ${longDate(on)}.`,
    remedy:
      open.length === 0
        ? 'The deployment had ended by then.'
        : `Open on that day: ${open.join(', ')}. Give the days of the steps that come before, or correct one of the dates.`,
    where: { kind: 'answer', index },
  };
}

function nobodyHolds(programme: Programme, step: Step): Refusal {
  return {
    kind: 'role-not-held',
    message: `Nobody is named as ${programme.roles[step.owner]?.title ?? step.owner}, whose step “${step.title}” is.`,
    remedy: 'Name them in their column.',
  };
}

function isOver({ programme, status }: Chronology): TakeInRefusal {
  const end = status.kind === 'ended' ? (programme.ends[status.end]?.title ?? status.end) : '';
  const on = status.kind === 'ended' ? longDate(londonDate(Date.parse(status.at))) : '';
  return {
    kind: 'over',
    message: `It ended on ${on}: ${end}.`,
    remedy: 'Only deployments that are still under way are imported. Delete the row.',
    where: { kind: 'all' },
  };
}

function at(where: PastPlace, reason: Refusal): { readonly ok: false; readonly reason: TakeInRefusal } {
  return { ok: false, reason: { ...reason, where } };
}
