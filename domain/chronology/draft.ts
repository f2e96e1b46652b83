import { knownFacts, stepApplies } from './applies.ts';
import { evolve, findStep, latestRound, openSteps, stepOf } from './chronology.ts';
import type { Chronology, Escalation, StepRecord } from './state.ts';
import type { ChronologyEvent, ExtensionAsked, Instant, StepRef } from './events.ts';
import { londonDate } from '../time/london.ts';
import { allowedDay, openingFrom, openingOf } from './opening.ts';
import { longDate } from '../time/plain-date.ts';
import { changeRulesOf } from '../programme.ts';
import type { AnswerId, EndId, Programme, StepId } from '../programme.ts';
import type { Refusal } from './refusal.ts';
import { ok } from '../result.ts';
import type { Result } from '../result.ts';

export type Decision = Result<readonly ChronologyEvent[], Refusal>;

/** Events being decided, each seen by the next. */
export type Draft = {
  readonly add: (event: ChronologyEvent) => void;
  readonly state: () => Chronology;
  readonly events: () => readonly ChronologyEvent[];
};

export function startDraft(chronology: Chronology): Draft {
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

/** The whole of a decision: whatever else follows from its events is added before they are handed out. */
export function finish(draft: Draft, at: Instant): Decision {
  closeNeedlessApprovals(draft, at);
  closeNeedlessEscalations(draft, at);
  endNeedlessStops(draft, at);
  return ok(draft.events());
}

/** Opens each step in its next round, unless it is open already. Answers the refusal, if there is one. */
export function openAll(
  draft: Draft,
  steps: readonly StepId[],
  openedBy: (StepRef & { answer: AnswerId }) | null,
  at: Instant,
): Decision | null {
  for (const id of steps) {
    if (latestRound(draft.state(), id)?.state.kind === 'open') continue;
    if (!stepApplies(draft.state().programme, id, knownFacts(draft.state()))) continue;
    const stopped = openNext(draft, id, at, { openedBy });
    if (stopped) return stopped;
  }
  return null;
}

/** Opens a step in its next round, with the day zero of an earlier round if it continues that one. */
export function openNext(
  draft: Draft,
  id: StepId,
  at: Instant,
  how: {
    readonly openedBy?: (StepRef & { answer: AnswerId }) | null;
    /** The round that the new one continues: its day zero, and its extension. */
    readonly continues?: Pick<StepRecord, 'dayZero' | 'extension'>;
    readonly decides?: ExtensionAsked;
  } = {},
): Decision | null {
  // A stop that is over by now gives its days to the round that opens.
  endNeedlessStops(draft, at);
  const on = londonDate(Date.parse(at));
  const state = draft.state();
  const round = (latestRound(state, id)?.round ?? 0) + 1;
  const { dayZero, extension = null } = how.continues ?? {};
  const opening = dayZero === undefined ? openingOf(state, id, on, round) : openingFrom(state, { step: id, round, dayZero, extension }, on);
  if (!opening.ok) return opening;
  const original = allowedDay(state, { step: id, dayZero: opening.value.dayZero });
  draft.add({
    type: 'step-opened',
    at,
    step: id,
    round,
    on,
    ...opening.value,
    calendarVersion: state.calendar.version,
    openedBy: how.openedBy ?? null,
    ...(how.decides === undefined ? {} : { decides: how.decides }),
    ...(original.ok && original.value !== opening.value.dueOn ? { originalDueOn: original.value } : {}),
    ...(extension === null ? {} : { extension }),
  });
  return null;
}

export function overtake(draft: Draft, record: StepRecord, because: string, at: Instant): void {
  draft.add({ type: 'step-overtaken', at, step: record.step, round: record.round, because });
}

export function endDeployment(draft: Draft, end: EndId, because: string | null, at: Instant): void {
  const words = endWords(draft.state().programme, end);
  for (const record of openSteps(draft.state())) overtake(draft, record, words, at);
  draft.add({ type: 'deployment-ended', at, end, because });
}

/** Why a step that was open when its deployment ended closed. */
export function endWords({ ends }: Programme, end: EndId): string {
  return `The deployment ended: ${ends[end]?.title ?? end}.`;
}

export function endWhenNothingIsOpen(draft: Draft, at: Instant): void {
  closeNeedlessApprovals(draft, at);
  if (draft.state().status.kind === 'running' && openSteps(draft.state()).length === 0) {
    draft.add({ type: 'deployment-ended', at, end: draft.state().programme.completesAs, because: null });
  }
}

/** Nobody needs to decide on the extension of a closed step. */
function closeNeedlessApprovals(draft: Draft, at: Instant): void {
  for (const record of openSteps(draft.state())) {
    if (record.decides === null) continue;
    const target = findStep(draft.state(), record.decides);
    if (target?.state.kind !== 'open') overtake(draft, record, 'The step that was to be extended has closed.', at);
  }
}

/** A step that closes also closes its escalation, and everyone who was told of it is told so. */
function closeNeedlessEscalations(draft: Draft, at: Instant): void {
  const { programme, escalations } = draft.state();
  if (changeRulesOf(programme).acknowledgeWithin === null) return;
  for (const escalation of escalations) {
    const record = findStep(draft.state(), escalation);
    if (record?.state.kind === 'open') continue;
    closeEscalation(draft, escalation, record === undefined ? 'The step has closed.' : howItClosed(programme, record), at);
  }
}

/** "It was answered on 3 October 2022: “Yes, we will take part”." */
function howItClosed(programme: Programme, { step, state }: StepRecord): string {
  if (state.kind === 'open') return 'The step is open.';
  const on = longDate(londonDate(Date.parse(state.at)));
  switch (state.kind) {
    case 'answered': {
      const answer = stepOf(programme, step).answers.find(({ id }) => id === state.answer);
      return `It was answered on ${on}: “${answer?.label ?? state.answer}”.`;
    }
    case 'overtaken':
      return `It closed on ${on} without an answer. ${state.because}`;
    case 'lapsed':
      return `It closed by itself on ${on}.`;
    default:
      return state satisfies never;
  }
}

/** A stop ends with its step or deployment, so that nobody is asked about the clock of a closed step. */
function endNeedlessStops(draft: Draft, at: Instant): void {
  const { status, steps, stops } = draft.state();
  for (const { stop, scope, from, resumed } of stops) {
    const record = scope === null ? undefined : findStep(draft.state(), scope);
    const over = status.kind === 'ended' || (record !== undefined && record.state.kind !== 'open');
    const about = record ?? steps.at(-1);
    if (resumed !== null || !over || about === undefined) continue;
    const today = londonDate(Date.parse(at));
    draft.add({
      type: 'clock-resumed',
      at,
      change: draft.state().changes + 1,
      by: 'chaser',
      because: status.kind === 'ended' ? 'The deployment has ended.' : 'The step has closed.',
      about: { step: about.step, round: about.round },
      tells: [],
      moves: [],
      stop,
      on: today > from ? today : from,
    });
  }
}

export function closeEscalation(draft: Draft, escalation: Escalation, because: string, at: Instant): void {
  const { step, round, rung, turn, told } = escalation;
  draft.add({
    type: 'escalation-closed',
    at,
    change: draft.state().changes + 1,
    step,
    round,
    rung,
    turn,
    because,
    tells: told,
  });
}
