import type { Chronology, StepRecord } from './chronology.ts';
import { stepOf } from './chronology.ts';
import { nthDay } from './days.ts';
import { dueDate } from './due-date.ts';
import type { BeyondHorizon, Explanation, ExplanationLine } from './due-date.ts';
import { longDate, parsePlainDate } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { daysOf } from './programme.ts';
import type { Step, StepId } from './programme.ts';
import { ok } from './result.ts';
import type { Result } from './result.ts';

/** How far beyond a due date the calendar must reach, so that every chase after it has its day. */
const CHASING_DAYS = 30;

export type Opening = { readonly dayZero: PlainDate; readonly dueOn: PlainDate; readonly explanation: Explanation };

/**
 * The due date of a step that opens on a day, with its explanation. Day zero is that day, or the date of the fact
 * that the step counts from (completion counts from the match). Refused when the calendar ends too early.
 */
export function openingOf(chronology: Chronology, id: StepId, on: PlainDate): Result<Opening, BeyondHorizon> {
  const step = stepOf(chronology.programme, id);
  const dayZero = dayZeroOf(chronology, step, on);
  const due = dueOf(chronology, step, dayZero);
  if (!due.ok) return due;
  const lastChase = nthDay(
    chronology.calendar,
    daysOf(chronology.programme, step),
    due.value.dueOn > on ? due.value.dueOn : on,
    CHASING_DAYS,
  );
  if (!lastChase.ok) return lastChase;
  return ok({ dayZero, ...due.value });
}

/** How the due date of a step came about: the same lines that were stored when it opened. */
export function explain(chronology: Chronology, record: StepRecord): Explanation {
  const due = dueOf(chronology, stepOf(chronology.programme, record.step), record.dayZero);
  // It was worked out with the same pinned calendar when the step opened.
  if (!due.ok) throw new Error(due.reason.message);
  return due.value.explanation;
}

function dueOf(chronology: Chronology, step: Step, dayZero: PlainDate) {
  const due = dueDate(chronology.calendar, {
    dayZero,
    allowed: step.allowed,
    days: daysOf(chronology.programme, step),
  });
  if (!due.ok) return due;
  const told: ExplanationLine[] = [];
  if (step.countsFrom !== 'opening') {
    told.push({
      kind: 'rule',
      on: dayZero,
      text: `Counted from ${wordsOf(step.countsFrom)} ${longDate(dayZero)}, not from the day the step opened.`,
    });
  }
  if (step.assumption !== null) told.push({ kind: 'assumed', text: step.assumption });
  return ok({ dueOn: due.value.dueOn, explanation: [...told, ...due.value.explanation] });
}

function dayZeroOf(chronology: Chronology, step: Step, on: PlainDate): PlainDate {
  if (step.countsFrom === 'opening') return on;
  const recorded = parsePlainDate(chronology.facts[step.countsFrom] ?? '');
  // The programme checker sees to it that the fact is recorded before the step can open.
  if (recorded === undefined) throw new Error(`Step "${step.id}" counts from "${step.countsFrom}", which is not known.`);
  return recorded;
}

/** `matchedOn` → "matched on". */
function wordsOf(fact: string): string {
  return fact.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
