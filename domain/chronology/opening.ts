import type { Chronology, StepRecord, Stop } from './state.ts';
import { latestRound, stepOf } from './chronology.ts';
import { countDays, nthDay } from '../time/days.ts';
import { dueDate, dueDay } from '../time/due-date.ts';
import type { BeyondHorizon, DueDate, Explanation, ExplanationLine } from '../time/due-date.ts';
import { londonDate } from '../time/london.ts';
import { addDays, longDate, longDateWithWeekday, parsePlainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { daysOf, factCountedFrom, ROUND_BEFORE } from '../programme.ts';
import type { Programme, Step, StepId } from '../programme.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';

/** How far beyond a due date the calendar must reach, so that there is a day for every chase after it. */
const CHASING_DAYS = 30;

export type Opening = { readonly dayZero: PlainDate; readonly dueOn: PlainDate; readonly explanation: Explanation };

/** The part of an opened step that its due date depends on. */
export type Dated = Pick<StepRecord, 'step' | 'round' | 'dayZero' | 'extension'> & Partial<Pick<StepRecord, 'state'>>;

/**
 * The due date of a step that opens on a day, with its explanation. Day zero is that day, the date of the fact that the
 * step counts from (completion counts from the match), or the due date of the round before. Refused when the calendar
 * ends too early.
 */
export function openingOf(chronology: Chronology, id: StepId, on: PlainDate, round = 1): Result<Opening, BeyondHorizon> {
  const step = stepOf(chronology.programme, id);
  const from: Result<PlainDate, BeyondHorizon> =
    step.countsFrom === ROUND_BEFORE ? nextInRhythm(chronology, step, on) : ok(countedFrom(chronology, step, on));
  if (!from.ok) return from;
  return openingFrom(chronology, { step: id, round, dayZero: notBeforeOf(step, from.value), extension: null }, on);
}

/**
 * Day zero of a round that continues the rhythm of the one before: its due date by the programme alone, so that an early
 * answer brings the next round no sooner and a late one puts it off no further. Due dates that have passed meanwhile are
 * left out, and a round that closed without having been answered is still to come. Without a round before, day zero is the
 * day on which it opens. A review at the end of each following term, due on 18 December 2026: whether it is answered on
 * 1 December or on 11 January, the next is due at the end of the spring term; answered on 20 April, of the summer term.
 */
function nextInRhythm(chronology: Chronology, step: Step, on: PlainDate): Result<PlainDate, BeyondHorizon> {
  const before = latestRound(chronology, step.id);
  if (before === undefined) return ok(on);
  let from = before.dayZero;
  for (let done = before.state.kind !== 'overtaken'; ; done = false) {
    const due = allowedDay(chronology, { step: step.id, dayZero: from });
    if (!due.ok) return due;
    const dueOn = due.value;
    if (!done && dueOn > on) return ok(from);
    // The programme checker refuses a time allowed that does not lead on, such as the end of the same term.
    if (dueOn <= from) return ok(on);
    from = dueOn;
  }
}

/** The same when day zero is known already: for a step whose answer was taken back. */
export function openingFrom(chronology: Chronology, dated: Dated, on: PlainDate): Result<Opening, BeyondHorizon> {
  const due = dueOf(chronology, dated);
  if (!due.ok) return due;
  const days = daysOf(chronology.programme, stepOf(chronology.programme, dated.step));
  const lastChase = nthDay(chronology.calendar, days, due.value.dueOn > on ? due.value.dueOn : on, CHASING_DAYS);
  if (!lastChase.ok) return lastChase;
  return ok({ dayZero: dated.dayZero, ...due.value });
}

/** How the due date of a step came about: the same lines that were stored when it was set. */
export function explain(chronology: Chronology, record: Dated): Explanation {
  const due = dueOf(chronology, record);
  // This cannot fail: it was worked out with the same pinned calendar when the date was set.
  if (!due.ok) throw new Error(due.reason.message);
  return due.value.explanation;
}

/**
 * The due date of an opened step: the time allowed from its day zero and then, in the order in which they were decided,
 * the stopped days, which are given back, and the date agreed with the Department. Due on Wednesday 12 October, stopped
 * from Monday 3 to Friday 7 October: due on Wednesday 19 October.
 */
export function dueOf(chronology: Chronology, dated: Dated): Result<DueDate, BeyondHorizon> {
  const base = allowedUntil(chronology, dated);
  if (!base.ok) return base;
  const adjustments = adjustmentsOf(chronology, dated);
  if (adjustments.length === 0) return base;
  const { calendar, programme } = chronology;
  const kind = daysOf(programme, stepOf(programme, dated.step));

  let { dueOn } = base.value;
  const lines: ExplanationLine[] = base.value.explanation.map((line) =>
    line.kind === 'due' ? { ...line, kind: 'rule', text: `That would be ${longDateWithWeekday(dueOn)}.` } : line,
  );
  for (const adjustment of adjustments) {
    if (adjustment.kind === 'extended') {
      if (adjustment.to <= dueOn) continue;
      dueOn = adjustment.to;
      lines.push({ kind: 'extended', on: dueOn, text: `Extended to ${longDateWithWeekday(dueOn)}, as agreed with the Department.` });
      continue;
    }
    const { from, before } = adjustment;
    const stood = countDays(calendar, kind, addDays(from, -1), addDays(before, -1));
    if (!stood.ok) return stood;
    if (stood.value > 0) {
      const moved = nthDay(calendar, kind, dueOn, stood.value);
      if (!moved.ok) return moved;
      dueOn = moved.value;
    }
    const last = addDays(before, -1);
    const when = from === last ? `on ${longDate(from)}` : `from ${longDate(from)} to ${longDate(last)}`;
    const days = `${stood.value} ${kind} ${stood.value === 1 ? 'day is' : 'days are'} added`;
    lines.push({
      kind: 'stopped',
      on: from,
      to: last,
      text: `Paused ${when}: ${days}, to ${longDateWithWeekday(dueOn)}.`,
    });
  }
  return ok({ dueOn, explanation: [...lines, { kind: 'due', on: dueOn, text: `Due on ${longDateWithWeekday(dueOn)}.` }] });
}

type Adjustment =
  | {
      readonly kind: 'stopped';
      readonly change: number;
      readonly from: PlainDate;
      readonly before: PlainDate;
    }
  | { readonly kind: 'extended'; readonly change: number; readonly to: PlainDate };

function adjustmentsOf({ stops }: Chronology, dated: Dated): readonly Adjustment[] {
  const firstCounted = addDays(dated.dayZero, 1);
  // A closed step gets no days back for the time after it closed.
  const closedOn = dated.state === undefined || dated.state.kind === 'open' ? null : londonDate(Date.parse(dated.state.at));
  const adjustments: Adjustment[] = dated.extension === null ? [] : [{ kind: 'extended', ...dated.extension }];
  for (const stop of stops) {
    if (stop.resumed === null || !gaveTimeTo(stop, dated)) continue;
    const from = stop.from > firstCounted ? stop.from : firstCounted;
    const { on, change } = stop.resumed;
    const before = closedOn !== null && closedOn < on ? closedOn : on;
    if (from < before) adjustments.push({ kind: 'stopped', change, from, before });
  }
  return adjustments.toSorted((a, b) => a.change - b.change);
}

/** A stop of one step also counts for its later rounds, when they are counted from a day before it. */
function gaveTimeTo({ scope }: Stop, { step }: Dated): boolean {
  return scope === null || scope.step === step;
}

/** The due date by the programme alone: the original date, for reports. */
export function allowedDay(
  { programme, calendar }: Chronology,
  { step: id, dayZero }: Pick<Dated, 'step' | 'dayZero'>,
): Result<PlainDate, BeyondHorizon> {
  const step = stepOf(programme, id);
  return dueDay(calendar, { dayZero, allowed: step.allowed, days: daysOf(programme, step) });
}

/** The same with how it came about. */
export function allowedUntil(chronology: Chronology, dated: Pick<Dated, 'step' | 'dayZero'>): Result<DueDate, BeyondHorizon> {
  const { programme, calendar } = chronology;
  const step = stepOf(programme, dated.step);
  const due = dueDate(calendar, { dayZero: dated.dayZero, allowed: step.allowed, days: daysOf(programme, step) });
  if (!due.ok) return due;
  const told: ExplanationLine[] = [];
  if (step.notBefore !== undefined && dated.dayZero === step.notBefore) {
    told.push({ kind: 'rule', on: dated.dayZero, text: `Counted from ${longDate(dated.dayZero)} at the earliest.` });
  } else if (step.countsFrom === ROUND_BEFORE) {
    told.push({
      kind: 'rule',
      on: dated.dayZero,
      text: `Each round is counted from the due date of the one before, the first from its opening: ${longDate(dated.dayZero)}.`,
    });
  } else if (step.countsFrom !== 'opening') {
    told.push({
      kind: 'rule',
      on: dated.dayZero,
      text: `Counted from ${wordsOf(step.countsFrom)} ${longDate(dated.dayZero)}, not from the day the step opened.`,
    });
  }
  if (step.assumption !== null) told.push({ kind: 'assumed', text: step.assumption });
  return ok({ dueOn: due.value.dueOn, explanation: [...told, ...due.value.explanation] });
}

/** The day zero of a step that counts from a date: that date, or the earliest one from which the step is counted. */
export function notBeforeOf({ notBefore }: Step, from: PlainDate): PlainDate {
  return notBefore !== undefined && from < notBefore ? notBefore : from;
}

function countedFrom(chronology: Chronology, step: Step, on: PlainDate): PlainDate {
  if (step.countsFrom === 'opening') return on;
  const recorded = parsePlainDate(chronology.facts[step.countsFrom] ?? '');
  // The programme checker makes sure that the fact is recorded before the step can open.
  if (recorded === undefined) throw new Error(`Step "${step.id}" counts from "${step.countsFrom}", which is not known.`);
  return recorded;
}

/** The facts that steps of this programme count from. Correcting one of them moves dates. */
export function countedFacts(programme: Programme): readonly string[] {
  return [...new Set(Object.values(programme.steps).flatMap((step) => factCountedFrom(step) ?? []))];
}

/** `matchedOn` → "matched on". */
export function wordsOf(fact: string): string {
  return fact.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
