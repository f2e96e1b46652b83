import { answerFor, answersFor, holds, knownFacts } from './applies.ts';
import { blankChronology, findStep, isAsked, openSteps, stepOf } from './chronology.ts';
import type { Chronology } from './state.ts';
import { applyExtensionAnswer } from '../changes/extension.ts';
import { decideChange } from '../changes/change.ts';
import type { ChangeCommand } from '../changes/change.ts';
import { carryOutQuery } from '../changes/stop-clock.ts';
import { raiseEscalation, recallPromise } from '../changes/escalation.ts';
import { dueActions } from '../chasing/due-actions.ts';
import type { DueAction } from '../chasing/due-actions.ts';
import { endDeployment, endWhenNothingIsOpen, finish, openAll, overtake, startDraft } from './draft.ts';
import type { Decision, Draft } from './draft.ts';
import type { ChronologyEvent, Instant, Parties, Subject, Via } from './events.ts';
import { checkForm } from '../forms/form.ts';
import { londonDate } from '../time/london.ts';
import { openingOf } from './opening.ts';
import type { Calendar } from '../time/calendar.ts';
import { factCountedFrom, SUBJECT_FACT } from '../programme.ts';
import type { Answer, AnswerId, FactId, PersonId, Programme, Step, StepId } from '../programme.ts';
import { goesRound, notAnOwner, notOpen, notRunning, roleNotHeld, unknownAnswer, unknownStep } from './refusal.ts';
import { refused } from '../result.ts';

export type { Decision } from './draft.ts';
export type { Refusal } from './refusal.ts';

const MOST_ROUNDS_AT_ONCE = 3;

/** What somebody may ask of a running deployment. Time is a command too: `carry-out-due`. */
export type Command = AnswerCommand | ChangeCommand | { readonly kind: 'carry-out-due' };

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

export type Beginning = {
  readonly reference: string;
  readonly subject: Subject;
  readonly parties: Parties;
  /** The answers to what the programme asks at the start. */
  readonly facts?: Readonly<Record<FactId, string>>;
};

/**
 * The events with which a deployment begins. Refused when a first step has nobody to ask, or when any deadline of the
 * programme, counted from today, would pass the calendar's horizon.
 */
export function begin(programme: Programme, beginning: Beginning, calendar: Calendar, now: Instant): Decision {
  const given = beginning.facts ?? {};
  const faulty = checkForm(startForm(programme, beginning.subject), given);
  if (faulty !== null) return refused(faulty);
  const draft = startDraft(blankChronology(programme, calendar));
  draft.add({
    type: 'deployment-began',
    at: now,
    reference: beginning.reference,
    subject: beginning.subject,
    programme: { id: programme.id, version: programme.version },
    calendarVersion: calendar.version,
    parties: beginning.parties,
    ...(Object.keys(given).length === 0 ? {} : { facts: given }),
  });
  const facts = knownFacts(draft.state());
  const first = programme.begins.map((id) => stepOf(programme, id)).filter(({ when }) => holds(when, facts));
  const unheld = first.map(({ owner }) => owner).find((role) => (beginning.parties[role] ?? []).length === 0);
  if (unheld !== undefined) return refused(roleNotHeld(programme, unheld));

  const today = londonDate(Date.parse(now));
  for (const step of Object.values(programme.steps)) {
    if (!holds(step.when, facts)) continue;
    const fact = factCountedFrom(step);
    const asIfToday = { ...draft.state(), facts: fact === null ? {} : { [fact]: today } };
    const opening = openingOf(asIfToday, step.id, today);
    if (!opening.ok) return opening;
  }
  return openAll(draft, programme.begins, null, now) ?? finish(draft, now);
}

/** What is asked at the start of a deployment, as a form of fields only. */
export function startForm(programme: Programme, subject: Pick<Subject, 'kind'>): Answer {
  const asked: Answer = { id: 'start', label: 'Start', fields: programme.starts ?? [], opens: [], closes: [], ends: null, records: [] };
  return answerFor(asked, { [SUBJECT_FACT]: subject.kind });
}

/**
 * What follows from a command: events, or a refusal with its reason and the way to mend it. Never throws on what a
 * user may try.
 *
 * Histories replay this function, so for every chronology that a recorded history can hold it must keep answering as
 * it did. A rule that only refuses more goes into `admit`; a rule that changes what follows needs the programme's
 * version or a `patched` (docs/decisions/0023).
 */
export function decide(chronology: Chronology, command: Command, now: Instant): Decision {
  switch (command.kind) {
    case 'answer':
      return decideAnswer(chronology, command, now);
    case 'carry-out-due':
      return carryOutDue(chronology, now);
    default:
      return decideChange(chronology, command, now);
  }
}

function decideAnswer(chronology: Chronology, command: AnswerCommand, now: Instant): Decision {
  const step = chronology.programme.steps[command.step];
  const record = findStep(chronology, command);
  if (step === undefined || record === undefined) return refused(unknownStep(chronology, command));
  if (record.state.kind !== 'open') return refused(notOpen(chronology, record));
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const answers = answersFor(step, knownFacts(chronology));
  const answer = answers.find((candidate) => candidate.id === command.answer);
  if (answer === undefined) return refused(unknownAnswer(step, answers, command.answer));
  const answerer = command.onBehalfOf ?? command.by;
  if (!isAsked(chronology, step, answerer, now)) {
    return refused(notAnOwner(step, answerer));
  }
  const faulty = checkForm(answer, command.fields);
  if (faulty !== null) return refused(faulty);

  const { kind: _, ...said } = command;
  return applyAnswer(startDraft(chronology), step, answer, { ...said, type: 'step-answered', at: now });
}

export type StepAnswered = Extract<ChronologyEvent, { type: 'step-answered' }>;

/** Everything that one answer causes: names, facts, steps closed and opened, perhaps the end. Whether it may be given is not asked. */
export function applyAnswer(draft: Draft, step: Step, answer: Answer, event: StepAnswered): Decision {
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
  if (answer.extension) {
    const stopped = applyExtensionAnswer(draft, event, answer.extension);
    if (stopped) return stopped;
  }
  if (answer.ends !== null) {
    endDeployment(draft, answer.ends, null, at);
    return finish(draft, at);
  }
  const openedBy = { step: event.step, round: event.round, answer: answer.id };
  const stopped = openAll(draft, answer.opens, openedBy, at);
  if (stopped) return stopped;
  endWhenNothingIsOpen(draft, at);
  return finish(draft, at);
}

/** Carries out what is due until nothing more is, because an automatic step may open the next one at once. */
function carryOutDue(chronology: Chronology, now: Instant): Decision {
  const draft = startDraft(chronology);
  const nowMs = Date.parse(now);
  for (let actions = dueActions(chronology, nowMs); actions.length > 0; actions = dueActions(draft.state(), nowMs)) {
    const round = openedTooOften(chronology, draft.state());
    if (round !== undefined) return refused(goesRound(chronology.programme, round));
    for (const action of actions) {
      const stopped = carryOut(draft, action, now);
      if (stopped) return stopped;
    }
  }
  return finish(draft, now);
}

/** More openings of one step in one moment than a sound programme with automatic steps can cause. */
function openedTooOften(before: Chronology, { steps }: Chronology): StepId | undefined {
  const opened = steps.slice(before.steps.length);
  return opened.find(({ step }) => opened.filter((other) => other.step === step).length > MOST_ROUNDS_AT_ONCE)?.step;
}

function carryOut(draft: Draft, action: DueAction, at: Instant): Decision | null {
  if (action.kind === 'query-stop') return carryOutQuery(draft, action.stop, at);
  const { step, round } = action;
  const record = findStep(draft.state(), action);
  // An earlier action of the same moment may have closed the step.
  if (record?.state.kind !== 'open') return null;
  switch (action.kind) {
    case 'reach': {
      const { kind, also } = action.rung;
      draft.add({
        type: 'rung-reached',
        at,
        step,
        round,
        rung: action.name,
        kind,
        to: action.to,
        tells: action.tells,
        unheld: action.unheld,
        ...(also === undefined ? {} : { also }),
      });
      return null;
    }
    case 'skip':
      draft.add({
        type: 'rung-skipped',
        at,
        step,
        round,
        rung: action.name,
        kind: action.rung.kind,
        to: action.to,
        because: action.because,
      });
      return null;
    case 'hold': {
      const { name: rung, stop, because, to } = action;
      draft.add({ type: 'rung-held', at, step, round, rung, kind: action.rung.kind, to, stop, because });
      return null;
    }
    case 'raise-escalation':
      return raiseEscalation(draft, action, at);
    case 'recall-promise':
      return recallPromise(draft, action, at);
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

/** Chaser answers an automatic step, as it does once everything that the step sends has gone. */
export function answerAutomatically(draft: Draft, id: StepId, round: number, at: Instant): Decision | null {
  const step = stepOf(draft.state().programme, id);
  const answer = step.answers.find((candidate) => candidate.id === step.automatic);
  if (answer === undefined) throw new Error(`Step "${id}" has no answer "${step.automatic}".`);
  const decision = applyAnswer(draft, step, answer, {
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
