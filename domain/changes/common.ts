import { evolve, openSteps, stepOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import type { Calendar } from '../time/calendar.ts';
import { closeEscalation } from '../chronology/draft.ts';
import type { Decision, Draft } from '../chronology/draft.ts';
import type { BeyondHorizon, Explanation } from '../time/due-date.ts';
import { addressed, rungsToRearm } from '../chasing/due-actions.ts';
import type { Change, ChangeEvent, Instant, Recipient, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { allowedUntil, dueOf } from '../chronology/opening.ts';
import { longDate, parsePlainDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { coordinatorRole, ownersOf } from '../programme.ts';
import type { PersonId, RoleId } from '../programme.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { ok, refused } from '../result.ts';
import type { Result } from '../result.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { unseenSentence } from '../unseen-characters.ts';

/** Who asks for a change, and why. Without a reason nothing is changed. */
export type Said = {
  readonly by: PersonId;
  /** Told in the e-mails about the change. */
  readonly because: string;
  /** For the record alone, and for those who look after the deployment: it stands in no e-mail. */
  readonly note?: string;
  /** Whom Chaser did not know before: somebody added for this change. */
  readonly adds?: PersonId;
};

export type ChangePlan = {
  /** The step under which the letters about the change are filed. */
  readonly about: StepRef;
  /** Who is told. The person who asked for it is not. */
  readonly tells: readonly Recipient[];
  /** The day zero of a step after the change, if the change affects it. */
  readonly dayZeroOf?: (record: StepRecord) => PlainDate;
  /** Also works out closed steps again when their day zero changes, for the reports. */
  readonly closedToo?: boolean;
};

/**
 * Adds a change to the draft with everything it does to due dates: each date that moves, with its new explanation;
 * rungs that come again; and escalations of steps that are no longer late. Refused when a new date would pass the
 * horizon.
 */
export function recordChange(
  draft: Draft,
  at: Instant,
  said: Said,
  plan: ChangePlan,
  eventOf: (change: Change) => ChangeEvent,
): Decision | null {
  const state = draft.state();
  const change: Change = {
    at,
    change: state.changes + 1,
    by: said.by,
    because: said.because.trim(),
    ...noteIn(said),
    ...(said.adds === undefined ? {} : { adds: said.adds }),
    about: { step: plan.about.step, round: plan.about.round },
    tells: plan.tells.filter(({ person }) => person !== said.by),
    moves: [],
  };
  const after = evolve(state, eventOf(change));
  const dates = datesAfter(after, plan);
  if (!dates.ok) return dates;
  const moves = dates.value
    .filter(({ record, dueOn }) => record.state.kind === 'open' && record.dueOn !== dueOn)
    .map(({ record, dueOn }) => ({ step: record.step, round: record.round, from: record.dueOn, to: dueOn }));
  draft.add(eventOf({ ...change, moves }));
  for (const date of dates.value) moveDate(draft, at, change.change, date);
  return null;
}

/** The private note as an event keeps it: without the spaces around it, and none where nothing was typed. */
export function noteIn({ note = '' }: Pick<Said, 'note'>): { readonly note?: string } {
  return note.trim() === '' ? {} : { note: note.trim() };
}

type NewDate = {
  readonly record: StepRecord;
  readonly dayZero: PlainDate;
  readonly dueOn: PlainDate;
  readonly explanation: Explanation;
};

/** The steps whose day zero or due date differs after a change. */
function datesAfter(after: Chronology, { dayZeroOf, closedToo }: ChangePlan): Result<readonly NewDate[], BeyondHorizon> {
  const dates: NewDate[] = [];
  for (const record of closedToo ? after.steps : openSteps(after)) {
    const dayZero = dayZeroOf?.(record) ?? record.dayZero;
    // Whatever else has changed since, a closed step keeps the date that it closed under.
    if (record.state.kind !== 'open' && dayZero === record.dayZero) continue;
    const due = dueOf(after, { ...record, dayZero });
    if (!due.ok) return due;
    if (due.value.dueOn !== record.dueOn || dayZero !== record.dayZero) dates.push({ record, dayZero, ...due.value });
  }
  return ok(dates);
}

function moveDate(draft: Draft, at: Instant, change: number, { record, dayZero, dueOn, explanation }: NewDate): void {
  const today = londonDate(Date.parse(at));
  const open = record.state.kind === 'open';
  const inTime = open && dueOn >= today;
  const original = dayZero === record.dayZero ? null : allowedUntil(draft.state(), { step: record.step, dayZero });
  draft.add({
    type: 'due-date-moved',
    at,
    change,
    step: record.step,
    round: record.round,
    dayZero,
    dueOn,
    originalDueOn: original?.ok ? original.value.dueOn : null,
    explanation,
    calendarVersion: draft.state().calendar.version,
    rearms: open ? rungsToRearm(draft.state(), { ...record, dayZero, dueOn }, today) : [],
    inTime,
  });
  const escalation = inTime ? draft.state().escalations.find((each) => sameStep(each, record)) : undefined;
  if (escalation) closeEscalation(draft, escalation, `The due date is now ${longDate(dueOn)}.`, at);
}

/** The owners of these steps and the coordinator, as of a day. */
export function concerned(
  chronology: Chronology,
  steps: readonly StepRef[],
  at: Instant,
  more: readonly RoleId[] = [],
): readonly Recipient[] {
  const { programme } = chronology;
  const coordinator = coordinatorRole(programme);
  const roles = steps.flatMap(({ step }) => ownersOf(stepOf(programme, step)));
  const all = [...new Set([...roles, ...more, ...(coordinator === null ? [] : [coordinator])])];
  return addressed(chronology, all, [], londonDate(Date.parse(at))).to;
}

/** The step under which a change of the whole deployment is filed: the oldest open one, else the newest of all. */
export function mainStep(chronology: Chronology): StepRef {
  const record = openSteps(chronology)[0] ?? chronology.steps.at(-1);
  if (record === undefined) throw new Error('A deployment that has begun has a step.');
  return record;
}

export function lacksReason({ because }: Pick<Said, 'because'>): Refusal | null {
  return because.trim() === ''
    ? {
        kind: 'no-reason',
        message: 'You have not given a reason.',
        remedy: 'Say why in a sentence. It is kept in the record and is in the e-mails.',
      }
    : null;
}

/** A date that somebody gave. Refused, naming what was asked for, when it is not a date. */
export function givenDate(text: string, what: string): Result<PlainDate, Refusal> {
  const date = parsePlainDate(text.trim());
  return date === undefined
    ? refused({
        kind: 'bad-date',
        message: `${what} cannot be "${text}".`,
        remedy: unseenSentence(text) || 'Give it as YYYY-MM-DD, for example 2022-12-05.',
      })
    : ok(date);
}

/** The same chronology, counted on another calendar. */
export function onCalendar(chronology: Chronology, calendar: Calendar): Chronology {
  return { ...chronology, calendar };
}

/** A request for whoever is asked about an open step from now on: written at once, and under the number of the change that brought them. */
export function askAnew(draft: Draft, { step, round }: StepRef, to: readonly Recipient[], at: Instant): void {
  const rung = `request-anew-${draft.state().changes}`;
  draft.add({ type: 'rung-reached', at, step, round, rung, kind: 'request', to, tells: [], unheld: [] });
}
