import type { Calendar } from '../domain/time/calendar.ts';
import { closedBecause } from '../domain/time/days.ts';
import type { ChronologyEvent, StepRef } from '../domain/chronology/events.ts';
import { longDate } from '../domain/time/plain-date.ts';
import type { FactId, Programme, RoleId, Rung, Step, StepId } from '../domain/programme.ts';
import { daysOf, factCountedFrom } from '../domain/programme.ts';
import type { Reason } from '../domain/result.ts';
import { calendarEndOf } from './calendar-end.ts';
import { coveredBy, neverReached } from './coverage.ts';
import type { Play } from './play.ts';
import { MOST_ROUNDS } from './play.ts';
import { stepWords, titleOf } from '../letters/teller.ts';
import { counted, withNames } from './words.ts';

/** Something that a rehearsal showed about a programme. It need not be a fault, but somebody should look at it. */
export type RehearsalFinding = {
  readonly kind: 'never-reached' | 'beyond-calendar' | 'outside-term' | 'cannot-be-met' | 'too-tight' | 'goes-round' | 'refused' | 'unused';
  readonly step: StepId | null;
  readonly text: string;
};

type Opened = Extract<ChronologyEvent, { type: 'step-opened' }>;

/**
 * Steps, answers and chases that no play has reached, neither the standard ones nor those made to reach them. When the
 * calendar ended before some play did, they are reported together, because nobody can say which of them would have
 * come.
 */
export function neverReachedFindings(programme: Programme, plays: readonly Play[]): readonly RehearsalFinding[] {
  const never = neverReached(programme, coveredBy(programme, plays));
  const end = plays.map(calendarEndOf).find((reason) => reason !== null);
  if (end != null) return beyondCalendar(never, end);
  const finding = (step: StepId, text: string): RehearsalFinding => ({ kind: 'never-reached', step, text });
  return [
    ...never.steps.map(({ id, title }) => finding(id, `“${title}” (${id}) never opens.`)),
    ...never.answers.map(({ step, answer }) => finding(step.id, `“${step.title}” is never answered “${answer.label}” (${answer.id}).`)),
    ...never.rungs.map(({ step, rung }) => finding(step.id, `“${step.title}”: the ${rungWords(programme, rung)} is never sent.`)),
  ];
}

function beyondCalendar(never: ReturnType<typeof neverReached>, end: Reason): readonly RehearsalFinding[] {
  const parts = [
    ...never.steps.map(({ title }) => `“${title}” as a whole`),
    ...sumsOf(never.answers, 'answer'),
    ...sumsOf(never.rungs, 'chase'),
  ];
  if (parts.length === 0) return [];
  const text = `The calendar ends before this could come, so that nobody can tell whether it would: ${parts.join('; ')}. ${end.message} ${end.remedy}`;
  return [{ kind: 'beyond-calendar', step: null, text }];
}

/** "6 chases of “Complete the partnership”" */
function sumsOf(missing: readonly { readonly step: Step }[], what: string): readonly string[] {
  const titles = [...new Set(missing.map(({ step }) => step.title))];
  return titles.map((title) => `${counted(missing.filter(({ step }) => step.title === title).length, what)} of “${title}”`);
}

/** Due dates of a play on days on which the school is closed. Steps that the school owns never have one. */
export function outsideTermFindings(programme: Programme, calendar: Calendar, { events }: Play): readonly RehearsalFinding[] {
  return events.flatMap((event): RehearsalFinding[] => {
    if (event.type !== 'step-opened' && event.type !== 'due-date-moved') return [];
    const step = programme.steps[event.step];
    const closed = closedBecause(calendar, 'school', event.dueOn);
    if (step === undefined || closed === undefined) return [];
    const counts = daysOf(programme, step) === 'working' ? ' It is counted on working days.' : '';
    const text = `“${stepWords(programme, event)}” is due on ${longDate(event.dueOn)}, when the school is closed (${closed}); owner: ${titleOf(programme, step.owner)}.${counts}`;
    return [{ kind: 'outside-term', step: event.step, text }];
  });
}

/**
 * Dates that cannot be met: the step opens on or after its due date although everybody answered within the hour. Dates
 * that are too tight: the same happens, or the step falls due before one that must come first, when everybody uses the
 * time allowed.
 */
export function unmetFindings(programme: Programme, fastest: Play, onTime: Play): readonly RehearsalFinding[] {
  const impossible = openingsIn(fastest.events).filter(({ dueOn, on }) => dueOn <= on);
  const cannot = impossible.map((opened): RehearsalFinding => ({
    kind: 'cannot-be-met',
    step: opened.step,
    text: `“${stepWords(programme, opened)}” cannot be done in time: even when everybody answers within the hour it opens on ${longDate(opened.on)}, and is due on ${longDate(opened.dueOn)}.`,
  }));
  const openings = openingsIn(onTime.events);
  const tight = openings.flatMap((opened): RehearsalFinding[] => {
    if (impossible.some(({ step, round }) => step === opened.step && round === opened.round)) return [];
    if (opened.dueOn <= opened.on) {
      const text = `“${stepWords(programme, opened)}” is due on ${longDate(opened.dueOn)}, but opens only on ${longDate(opened.on)} when everybody uses the time allowed.`;
      return [{ kind: 'too-tight', step: opened.step, text }];
    }
    const later = mustComeFirst(programme, opened, openings).find(({ dueOn }) => dueOn > opened.dueOn);
    if (later === undefined) return [];
    const text = `“${stepWords(programme, opened)}” is due on ${longDate(opened.dueOn)}, before “${stepWords(programme, later)}”, which must come first and is due on ${longDate(later.dueOn)}.`;
    return [{ kind: 'too-tight', step: opened.step, text }];
  });
  return [...cannot, ...tight];
}

/** What went wrong in the play itself, and what the scenario asked for in vain. */
export function playFindings(programme: Programme, { refusals, rests, unused }: Play): readonly RehearsalFinding[] {
  const round: RehearsalFinding[] =
    rests.kind === 'going-round'
      ? [
          {
            kind: 'goes-round',
            step: rests.step,
            text: `“${programme.steps[rests.step]?.title ?? rests.step}” opened more than ${counted(MOST_ROUNDS, 'time')}: the rehearsal was stopped.`,
          },
        ]
      : [];
  return [
    ...round,
    ...refusals.map(({ step, reason, place }): RehearsalFinding => ({
      kind: 'refused',
      step: step?.step ?? null,
      text: `${step === null ? '' : `“${stepWords(programme, step)}”${itself(programme, step)}: `}${withNames(programme, reason.message)} ${reason.remedy}${placeWords(place)}`,
    })),
    ...unused.map((entry): RehearsalFinding => {
      const said =
        'step' in entry
          ? `The scenario speaks of “${entry.step}”${entry.round === null ? '' : `, round ${entry.round}`}, which never came up.`
          : `The scenario’s ${entry.change.kind} on ${longDate(entry.on)} never came up.`;
      const text = `${said}${placeWords(entry.place)}`;
      return { kind: 'unused', step: 'step' in entry ? entry.step : null, text };
    }),
  ];
}

function itself(programme: Programme, { step }: StepRef): string {
  return programme.steps[step]?.automatic == null ? '' : ', which Chaser does itself';
}

/** The place in the scenario that asked for something impossible, so that it can be opened and mended there. */
function placeWords(place: string | null | undefined): string {
  return place == null ? '' : ` (${place})`;
}

function openingsIn(events: readonly ChronologyEvent[]): readonly Opened[] {
  return events.filter((event) => event.type === 'step-opened');
}

/**
 * The openings before one whose lateness would not move its date. A date counted from the step's own opening moves with
 * all of them; one counted from a fact moves with those before the fact; a table of dates does not move.
 */
function mustComeFirst(programme: Programme, opened: Opened, openings: readonly Opened[]): readonly Opened[] {
  const ancestors = ancestorsOf(opened, openings);
  const step = programme.steps[opened.step];
  if (step === undefined || step.allowed.unit === 'fixed-table') return ancestors;
  if (step.countsFrom === 'opening') return [];
  const fact = factCountedFrom(step);
  if (fact === null) return ancestors;
  const recorder = ancestors.findIndex((ancestor) => records(programme.steps[ancestor.step], fact));
  return recorder < 0 ? ancestors : ancestors.slice(0, recorder);
}

function records(step: Step | undefined, fact: FactId): boolean {
  return (step?.answers ?? []).some((answer) => answer.records.includes(fact) || answer.fields.some((field) => field.records === fact));
}

/** The openings that led to one, the nearest first. */
function ancestorsOf(opened: Opened, openings: readonly Opened[]): readonly Opened[] {
  const ancestors: Opened[] = [];
  for (let by: StepRef | null = opened.openedBy; by !== null;) {
    const { step, round }: StepRef = by;
    const parent = openings.find((other) => other.step === step && other.round === round);
    if (parent === undefined || ancestors.includes(parent)) break;
    ancestors.push(parent);
    by = parent.openedBy;
  }
  return ancestors;
}

function rungWords(programme: Programme, { id, kind, to }: Rung): string {
  const role: RoleId | null = kind === 'notice' ? to : null;
  return role === null ? `${kind} (${id})` : `notice to the ${titleOf(programme, role)}`;
}
