import type { Calendar, Term } from './calendar.ts';
import { closedRuns, followingTerm, lastSchoolDay, nthDay, onOrAfter, termName, termOf, termsReaching } from './days.ts';
import type { BeyondHorizon } from './days.ts';
import { addDays, longDate, longDateWithWeekday } from './plain-date.ts';
import type { PlainDate } from './plain-date.ts';
import { ok, refused } from '../result.ts';
import type { Result } from '../result.ts';
import { describeTimeAllowed } from './time-allowed.ts';
import type { DayKind, FixedDate, TimeAllowed } from './time-allowed.ts';
import { inWords } from '../words.ts';

export type { BeyondHorizon } from './days.ts';

/** One line of how a due date came about, for people and for checking. */
export type Explanation = readonly ExplanationLine[];

export type ExplanationLine = {
  readonly kind: 'day-zero' | 'rule' | 'skipped' | 'moved' | 'assumed' | 'stopped' | 'extended' | 'due';
  /** The day, or the first of the run of days, that the line is about. */
  readonly on?: PlainDate;
  /** The last day of a run. */
  readonly to?: PlainDate;
  /** A sentence for people. */
  readonly text: string;
};

export type DueDate = { readonly dueOn: PlainDate; readonly explanation: Explanation };

export type DueDateQuestion = {
  readonly dayZero: PlainDate;
  readonly allowed: TimeAllowed;
  /** The kind of open day to which a date counted in calendar days or weeks moves when it falls on a closed one. */
  readonly days: DayKind;
};

/**
 * The due date of a step and how it came about. Day zero is never counted.
 *
 * - n working or school days: the nth such day after day zero. Friday 25 November 2022 + 3 working days = Wednesday 30 November.
 * - n calendar days, n weeks: so much later; when that day is closed, the next one that is open.
 * - end of term, end of the following term: the last school day of the term that holds day zero, or of the one after
 *   it. Matched on 10 October 2022 in Lancashire, the following term ends on 31 March 2023.
 * - end of the next whole term: the last school day of the first term that begins after day zero. From 20 December 2022, in the
 *   holidays, it is that of the spring term, 31 March 2023; the following term would be the summer term.
 * - fixed table: the Department's own date for the term that holds day zero (guidance 2021 to 2022, section 3).
 *
 * The explanation says "assumed" exactly when the answer rests on a term that stands in for one that is not known.
 * Refused, naming the missing year, when the calendar ends before the answer.
 */
export function dueDate(calendar: Calendar, question: DueDateQuestion): Result<DueDate, BeyondHorizon> {
  const { dayZero, allowed } = question;
  const reached = reach(calendar, question);
  if (!reached.ok) return reached;
  const { dueOn, told } = reached.value;
  const { between, reliedOn } = told();
  return ok({
    dueOn,
    explanation: [
      { kind: 'day-zero', on: dayZero, text: `Day zero is ${longDateWithWeekday(dayZero)}. It is not counted.` },
      { kind: 'rule', text: `Allowed: ${describeTimeAllowed(allowed)}.` },
      ...assumptions(calendar, reliedOn),
      ...between,
      { kind: 'due', on: dueOn, text: `Due on ${longDateWithWeekday(dueOn)}.` },
    ],
  });
}

/** The same due date without how it came about. */
export function dueDay(calendar: Calendar, question: DueDateQuestion): Result<PlainDate, BeyondHorizon> {
  const reached = reach(calendar, question);
  return reached.ok ? ok(reached.value.dueOn) : reached;
}

type Reached = {
  readonly dueOn: PlainDate;
  /** Worked out for whoever asks: most only want to know the day. */
  readonly told: () => Told;
};

type Told = {
  readonly between: readonly ExplanationLine[];
  /** The terms whose dates the answer rests on. */
  readonly reliedOn: readonly Term[];
};

function reach(calendar: Calendar, { dayZero, allowed, days }: DueDateQuestion): Result<Reached, BeyondHorizon> {
  switch (allowed.unit) {
    case 'working-days':
    case 'school-days': {
      const kind = allowed.unit === 'working-days' ? 'working' : 'school';
      const due = nthDay(calendar, kind, dayZero, allowed.count);
      if (!due.ok) return due;
      const counted = addDays(dayZero, 1);
      return ok({
        dueOn: due.value,
        told: () => ({
          between: skipped(calendar, kind, counted, due.value),
          reliedOn: kind === 'school' ? termsReaching(calendar, counted, due.value) : [],
        }),
      });
    }
    case 'calendar-days':
      return moveOn(calendar, days, addDays(dayZero, allowed.count));
    case 'weeks':
      return moveOn(calendar, days, addDays(dayZero, 7 * allowed.count));
    case 'end-of-term':
    case 'end-of-following-term':
    case 'end-of-next-whole-term': {
      const held = termOf(calendar, dayZero);
      if (!held.ok) return held;
      // A term that has not begun yet on day zero is still whole.
      const isWhole = allowed.unit === 'end-of-next-whole-term' && dayZero < held.value.startsOn;
      const ending = allowed.unit === 'end-of-term' || isWhole ? held : followingTerm(calendar, held.value);
      if (!ending.ok) return ending;
      return ok({
        dueOn: lastSchoolDay(calendar, ending.value),
        told: () => ({
          between: [countsTo(held.value, dayZero), lastDayOf(calendar, ending.value)],
          reliedOn: [...termsReaching(calendar, dayZero, dayZero), held.value, ending.value],
        }),
      });
    }
    case 'fixed-table': {
      const held = termOf(calendar, dayZero);
      if (!held.ok) return held;
      const row = allowed.table.find(({ matchedIn }) => matchedIn === termName(held.value));
      if (row === undefined) return refused(notInTable(allowed.table, held.value));
      return ok({
        dueOn: row.completeBy,
        told: () => ({
          between: [
            countsTo(held.value, dayZero),
            { kind: 'rule', on: row.completeBy, text: `The Department published ${longDate(row.completeBy)} for ${row.matchedIn}.` },
          ],
          reliedOn: [...termsReaching(calendar, dayZero, dayZero), held.value],
        }),
      });
    }
    default:
      return allowed satisfies never;
  }
}

function moveOn(calendar: Calendar, days: DayKind, landed: PlainDate): Result<Reached, BeyondHorizon> {
  const due = onOrAfter(calendar, days, landed);
  if (!due.ok) return due;
  return ok({
    dueOn: due.value,
    told: () => ({
      between: due.value === landed ? [] : movedOn(calendar, days, landed, due.value),
      reliedOn: days === 'school' ? termsReaching(calendar, landed, due.value) : [],
    }),
  });
}

function movedOn(calendar: Calendar, days: DayKind, landed: PlainDate, dueOn: PlainDate): readonly ExplanationLine[] {
  return [
    {
      kind: 'moved',
      on: landed,
      text: `That falls on ${longDateWithWeekday(landed)}, which is closed, and moves to the next ${days} day.`,
    },
    ...skipped(calendar, days, landed, dueOn),
  ];
}

/** Every closed day from one date up to but not including another, by name. Days of one name in a row are one line. */
function skipped(calendar: Calendar, kind: DayKind, from: PlainDate, before: PlainDate): readonly ExplanationLine[] {
  return closedRuns(calendar, kind, from, before).map(({ name, on, to }) => ({
    kind: 'skipped',
    on,
    to,
    text: on === to ? `Not counted: ${longDate(on)}, ${name}.` : `Not counted: ${longDate(on)} to ${longDate(to)}, ${name}.`,
  }));
}

/** One line for each calendar that stands in, with the terms it stands in for. */
function assumptions(calendar: Calendar, reliedOn: readonly Term[]): readonly ExplanationLine[] {
  const assumed = reliedOn.filter((term, at) => term.assumed !== undefined && reliedOn.indexOf(term) === at);
  return [...new Set(assumed.map((term) => term.assumed))].map((standIn) => {
    const terms = assumed.filter((term) => term.assumed === standIn).map(termName);
    return {
      kind: 'assumed',
      text: `Assumed: the term dates of ${ownerOf(calendar)} for ${inWords(terms)} are not known; those of ${standIn} stand in.`,
    };
  });
}

/** The authority whose terms these are, or should be. */
function ownerOf({ terms }: Calendar): string {
  return terms.assumedFor ?? terms.name;
}

function countsTo(term: Term, dayZero: PlainDate): ExplanationLine {
  const inside = term.startsOn <= dayZero;
  return {
    kind: 'rule',
    on: dayZero,
    text: inside
      ? `${longDate(dayZero)} lies in ${termName(term)}.`
      : `${longDate(dayZero)} lies before ${termName(term)} begins on ${longDate(term.startsOn)}, and counts to it.`,
  };
}

function lastDayOf(calendar: Calendar, term: Term): ExplanationLine {
  const last = lastSchoolDay(calendar, term);
  return {
    kind: 'rule',
    on: last,
    text: `The last school day of ${termName(term)} in ${term.assumed ?? ownerOf(calendar)} is ${longDateWithWeekday(last)}.`,
  };
}

function notInTable(table: readonly FixedDate[], term: Term): BeyondHorizon {
  return {
    kind: 'beyond-horizon',
    missingYear: term.year,
    message: `The Department published no completion date for ${termName(term)}; its table holds ${table.map(({ matchedIn }) => matchedIn).join(', ')}.`,
    remedy: 'Add the row to the programme, or give the step another time.',
  };
}
