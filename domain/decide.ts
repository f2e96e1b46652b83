import { blankChronology, evolve, findStep, holdersOf, latestRound, openSteps, stepOf } from './chronology.ts';
import type { Chronology, StepRecord } from './chronology.ts';
import { dueActions } from './due-actions.ts';
import type { DueAction } from './due-actions.ts';
import type { BeyondHorizon } from './due-date.ts';
import type { ChronologyEvent, Instant, Parties, StepRef, Subject, Via } from './events.ts';
import { londonDate } from './london.ts';
import { openingOf } from './opening.ts';
import { checkForm } from './form.ts';
import type { BadForm } from './form.ts';
import { longDate } from './plain-date.ts';
import type { Calendar } from './calendar.ts';
import { ownersOf } from './programme.ts';
import type { Answer, AnswerId, EndId, PersonId, Programme, RoleId, Step, StepId } from './programme.ts';
import { ok, refused } from './result.ts';
import type { Reason, Result } from './result.ts';

/** What somebody may ask of a running deployment. Time is a command too: `carry-out-due`. */
export type Command = AnswerCommand | WithdrawCommand | { readonly kind: 'carry-out-due' };

export type AnswerCommand = {
  readonly kind: 'answer';
  readonly step: StepId;
  readonly round: number;
  readonly answer: AnswerId;
  readonly by: PersonId;
  /** The owner who telephoned, when somebody else records the answer. */
  readonly onBehalfOf: PersonId | null;
  readonly via: Via;
  readonly fields: Readonly<Record<string, string>>;
};

export type WithdrawCommand = {
  readonly kind: 'withdraw';
  readonly end: EndId;
  readonly because: string;
  readonly by: PersonId;
};

export type Refusal =
  | BeyondHorizon
  | BadForm
  | (Reason & {
      readonly kind: 'not-running' | 'unknown-step' | 'not-open' | 'unknown-answer' | 'unknown-end' | 'not-an-owner' | 'role-not-held';
    });

export type Decision = Result<readonly ChronologyEvent[], Refusal>;

export type Beginning = { readonly reference: string; readonly subject: Subject; readonly parties: Parties };

/**
 * The events with which a deployment begins. Refused when a first step has nobody to ask, or when any deadline of the
 * programme, counted from today, would pass the calendar's horizon.
 */
export function begin(programme: Programme, beginning: Beginning, calendar: Calendar, now: Instant): Decision {
  const draft = startDraft(blankChronology(programme, calendar));
  draft.add({
    type: 'deployment-began',
    at: now,
    reference: beginning.reference,
    subject: beginning.subject,
    programme: { id: programme.id, version: programme.version },
    calendarVersion: calendar.version,
    parties: beginning.parties,
  });
  const unheld = programme.begins.map((id) => stepOf(programme, id).owner).find((role) => (beginning.parties[role] ?? []).length === 0);
  if (unheld !== undefined) return refused(roleNotHeld(programme, unheld));

  const today = londonDate(Date.parse(now));
  for (const step of Object.values(programme.steps)) {
    const asIfToday = { ...draft.state(), facts: step.countsFrom === 'opening' ? {} : { [step.countsFrom]: today } };
    const opening = openingOf(asIfToday, step.id, today);
    if (!opening.ok) return opening;
  }
  return openAll(draft, programme.begins, null, now) ?? ok(draft.events());
}

/** What follows from a command: events, or a refusal with its reason and the way to mend it. Never throws on what a user may try. */
export function decide(chronology: Chronology, command: Command, now: Instant): Decision {
  switch (command.kind) {
    case 'answer':
      return decideAnswer(chronology, command, now);
    case 'withdraw':
      return decideWithdraw(chronology, command, now);
    case 'carry-out-due':
      return carryOutDue(chronology, now);
    default:
      return command satisfies never;
  }
}

function decideAnswer(chronology: Chronology, command: AnswerCommand, now: Instant): Decision {
  const step = chronology.programme.steps[command.step];
  const record = findStep(chronology, command);
  if (step === undefined || record === undefined) return refused(unknownStep(chronology, command));
  if (record.state.kind !== 'open') return refused(notOpen(step, record));
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const answer = step.answers.find((candidate) => candidate.id === command.answer);
  if (answer === undefined) return refused(unknownAnswer(step, command.answer));
  const answerer = command.onBehalfOf ?? command.by;
  if (!holdersOf(chronology, ownersOf(step)).some((holder) => holder.person === answerer)) {
    return refused(notAnOwner(step, answerer));
  }
  const faulty = checkForm(answer, command.fields);
  if (faulty !== null) return refused(faulty);

  const { kind: _, ...said } = command;
  return apply(startDraft(chronology), step, answer, { ...said, type: 'step-answered', at: now });
}

function decideWithdraw(chronology: Chronology, command: WithdrawCommand, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const end = chronology.programme.ends[command.end];
  if (end === undefined || end.outcome === 'completed') {
    const ends = Object.entries(chronology.programme.ends).flatMap(([id, { outcome }]) => (outcome === 'completed' ? [] : [id]));
    return refused({
      kind: 'unknown-end',
      message: `A deployment cannot be ended as "${command.end}".`,
      remedy: `Choose one of: ${ends.join(', ')}.`,
    });
  }
  const draft = startDraft(chronology);
  endDeployment(draft, command.end, command.because, now);
  return ok(draft.events());
}

type StepAnswered = Extract<ChronologyEvent, { type: 'step-answered' }>;

/** Everything that one answer brings about: names, facts, steps closed and opened, perhaps the end. */
function apply(draft: Draft, step: Step, answer: Answer, event: StepAnswered): Decision {
  const { at } = event;
  draft.add(event);
  for (const field of answer.fields) {
    const value = event.fields[field.id];
    if (value === undefined || value === '') continue;
    if (field.names !== null) draft.add({ type: 'party-named', at, role: field.names, person: value });
    if (field.records !== null) draft.add({ type: 'fact-recorded', at, fact: field.records, value });
  }
  for (const fact of answer.records) {
    draft.add({ type: 'fact-recorded', at, fact, value: londonDate(Date.parse(at)) });
  }
  for (const id of answer.closes) {
    const open = openSteps(draft.state()).find((record) => record.step === id);
    if (open) overtake(draft, open, `No longer needed: ${step.title.toLowerCase()} was answered.`, at);
  }
  if (answer.ends !== null) {
    endDeployment(draft, answer.ends, null, at);
    return ok(draft.events());
  }
  const openedBy = { step: event.step, round: event.round, answer: answer.id };
  const stopped = openAll(draft, answer.opens, openedBy, at);
  if (stopped) return stopped;
  endWhenNothingIsOpen(draft, at);
  return ok(draft.events());
}

/** Opens each step in its next round, unless it is open already; answers the refusal, if there is one. */
function openAll(draft: Draft, steps: readonly StepId[], openedBy: (StepRef & { answer: AnswerId }) | null, at: Instant): Decision | null {
  const on = londonDate(Date.parse(at));
  for (const id of steps) {
    const before = latestRound(draft.state(), id);
    if (before?.state.kind === 'open') continue;
    const opening = openingOf(draft.state(), id, on);
    if (!opening.ok) return opening;
    draft.add({
      type: 'step-opened',
      at,
      step: id,
      round: (before?.round ?? 0) + 1,
      on,
      ...opening.value,
      calendarVersion: draft.state().calendar.version,
      openedBy,
    });
  }
  return null;
}

/** Carries out what is due until nothing more is: an automatic step may open the next one at once. */
function carryOutDue(chronology: Chronology, now: Instant): Decision {
  const draft = startDraft(chronology);
  const nowMs = Date.parse(now);
  for (let actions = dueActions(chronology, nowMs); actions.length > 0; actions = dueActions(draft.state(), nowMs)) {
    for (const action of actions) {
      const stopped = carryOut(draft, action, now);
      if (stopped) return stopped;
    }
  }
  return ok(draft.events());
}

function carryOut(draft: Draft, action: DueAction, at: Instant): Decision | null {
  const { step, round } = action;
  const record = findStep(draft.state(), action);
  // An earlier action of the same moment may have closed the step.
  if (record?.state.kind !== 'open') return null;
  switch (action.kind) {
    case 'reach': {
      const { id: rung, kind } = action.rung;
      draft.add({ type: 'rung-reached', at, step, round, rung, kind, to: action.to, tells: action.tells, unheld: action.unheld });
      return null;
    }
    case 'skip':
      draft.add({
        type: 'rung-skipped',
        at,
        step,
        round,
        rung: action.rung.id,
        kind: action.rung.kind,
        to: action.to,
        because: action.because,
      });
      return null;
    case 'lapse':
      draft.add({ type: 'step-lapsed', at, step, round });
      endWhenNothingIsOpen(draft, at);
      return null;
    case 'answer-automatically':
      return answerAutomatically(draft, step, round, at);
    default:
      return action satisfies never;
  }
}

function answerAutomatically(draft: Draft, id: StepId, round: number, at: Instant): Decision | null {
  const step = stepOf(draft.state().programme, id);
  const answer = step.answers.find((candidate) => candidate.id === step.automatic);
  if (answer === undefined) throw new Error(`Step "${id}" has no answer "${step.automatic}".`);
  const decision = apply(draft, step, answer, {
    type: 'step-answered',
    at,
    step: id,
    round,
    answer: answer.id,
    by: 'chaser',
    onBehalfOf: null,
    via: 'chaser',
    fields: {},
  });
  return decision.ok ? null : decision;
}

function overtake(draft: Draft, record: StepRecord, because: string, at: Instant): void {
  draft.add({ type: 'step-overtaken', at, step: record.step, round: record.round, because });
}

function endDeployment(draft: Draft, end: EndId, because: string | null, at: Instant): void {
  const title = draft.state().programme.ends[end]?.title ?? end;
  for (const record of openSteps(draft.state())) overtake(draft, record, `The deployment ended: ${title}.`, at);
  draft.add({ type: 'deployment-ended', at, end, because });
}

function endWhenNothingIsOpen(draft: Draft, at: Instant): void {
  if (openSteps(draft.state()).length === 0) {
    draft.add({ type: 'deployment-ended', at, end: draft.state().programme.completesAs, because: null });
  }
}

/** Events in the making, each seen by the next. */
type Draft = {
  readonly add: (event: ChronologyEvent) => void;
  readonly state: () => Chronology;
  readonly events: () => readonly ChronologyEvent[];
};

function startDraft(chronology: Chronology): Draft {
  const events: ChronologyEvent[] = [];
  let state = chronology;
  return {
    add(event) {
      events.push(event);
      state = evolve(state, event);
    },
    state: () => state,
    events: () => events,
  };
}

function unknownStep(chronology: Chronology, ref: StepRef): Refusal {
  const open = openSteps(chronology).map((record) => record.step);
  return {
    kind: 'unknown-step',
    message: `This deployment has no step "${ref.step}" in round ${ref.round}.`,
    remedy: open.length === 0 ? 'No step is open.' : `Open now: ${open.join(', ')}.`,
  };
}

function notOpen(step: Step, record: StepRecord): Refusal {
  const on = record.state.kind === 'open' ? record.openedOn : londonDate(Date.parse(record.state.at));
  return {
    kind: 'not-open',
    message: `"${step.title}" ${howItClosed(step, record.state)} on ${longDate(on)}.`,
    remedy: 'Nothing was changed, and nothing more is needed.',
  };
}

function howItClosed(step: Step, state: StepRecord['state']): string {
  switch (state.kind) {
    case 'open':
      return 'was opened';
    case 'answered':
      return `was answered "${step.answers.find(({ id }) => id === state.answer)?.label ?? state.answer}" by ${whoAnswered(state)}`;
    case 'overtaken':
      return `closed unanswered (${state.because})`;
    case 'lapsed':
      return 'lapsed';
    default:
      return state satisfies never;
  }
}

function whoAnswered({ by, onBehalfOf }: Extract<StepRecord['state'], { kind: 'answered' }>): string {
  if (by === 'chaser') return 'Chaser';
  return onBehalfOf === null ? by : `${onBehalfOf} (recorded by ${by})`;
}

function notRunning(chronology: Chronology): Refusal {
  const ended = chronology.status.kind === 'ended' ? chronology.status : null;
  const title = ended ? (chronology.programme.ends[ended.end]?.title ?? ended.end) : 'not begun';
  return {
    kind: 'not-running',
    message: ended ? `This deployment ended on ${longDate(londonDate(Date.parse(ended.at)))}: ${title}.` : 'This deployment has not begun.',
    remedy: 'Nothing was changed.',
  };
}

function unknownAnswer(step: Step, given: AnswerId): Refusal {
  return {
    kind: 'unknown-answer',
    message: `"${step.title}" has no answer "${given}".`,
    remedy: `Its answers are: ${step.answers.map(({ id }) => id).join(', ')}.`,
  };
}

function notAnOwner(step: Step, person: PersonId): Refusal {
  return {
    kind: 'not-an-owner',
    message: `"${step.title}" is not asked of ${person}.`,
    remedy: `Only ${ownersOf(step).join(' or ')} can answer it; record it on their behalf when they telephone.`,
  };
}

function roleNotHeld(programme: Programme, role: RoleId): Refusal {
  return {
    kind: 'role-not-held',
    message: `Nobody is named as ${programme.roles[role]?.title ?? role}, who is asked first.`,
    remedy: 'Import the person with that role, or name one, and start again.',
  };
}
