import { latestRound, stepOf } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { finish, openNext, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant } from '../chronology/events.ts';
import { knownFacts, stepApplies } from '../chronology/applies.ts';
import type { Step, StepId } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { concerned, lacksReason, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type Raise = Said & {
  readonly kind: 'raise';
  /** A step that the programme lets people raise: an engagement concern, another route. */
  readonly step: StepId;
};

/** The steps that could be raised now: those of the programme that apply, may be raised by now, and are not open. */
export function raisableSteps(chronology: Chronology): readonly Step[] {
  if (chronology.status.kind !== 'running') return [];
  const { programme } = chronology;
  return Object.values(programme.steps).filter(
    (step) =>
      step.raised !== undefined &&
      stepApplies(programme, step.id, knownFacts(chronology)) &&
      hasCome(chronology, step.raised.after) &&
      latestRound(chronology, step.id)?.state.kind !== 'open',
  );
}

/**
 * Opens a step that no answer need open, at any time from when the programme lets it be raised. Nothing else closes or
 * moves: what follows is decided by its answer. Its owners and the coordinator are told who raised it and why.
 */
export function decideRaise(chronology: Chronology, command: Raise, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const { programme } = chronology;
  const step = programme.steps[command.step];
  const possible = raisableSteps(chronology).map(({ id }) => id);
  const others = possible.length === 0 ? 'Nothing can be raised now.' : `Can be raised now: ${possible.join(', ')}.`;
  if (step?.raised === undefined || !stepApplies(programme, step.id, knownFacts(chronology))) {
    return refused({
      kind: 'not-in-programme',
      message: `${programme.title} has no step "${command.step}" that could be raised here.`,
      remedy: others,
    });
  }
  const missing = lacksReason(command);
  if (missing) return refused(missing);
  const { after } = step.raised;
  if (after !== null && !hasCome(chronology, after)) {
    return refused({
      kind: 'too-early',
      message: `"${step.title}" can be raised only once "${stepOf(programme, after).title}" has been answered.`,
      remedy: others,
    });
  }
  const before = latestRound(chronology, step.id);
  if (before?.state.kind === 'open') {
    return refused({
      kind: 'asked-already',
      message: `"${step.title}" is open already.`,
      remedy: 'Let it be answered first, or tell its owner what is new.',
    });
  }
  const draft = startDraft(chronology);
  const stopped = openNext(draft, step.id, now);
  if (stopped) return stopped;
  const opened = { step: step.id, round: (before?.round ?? 0) + 1 };
  const plan = { about: opened, tells: concerned(chronology, [opened], now) };
  return recordChange(draft, now, command, plan, (change) => ({ ...change, type: 'step-raised', ...opened })) ?? finish(draft, now);
}

/** Whether a step has been answered in any of its rounds. */
function hasCome(chronology: Chronology, after: StepId | null): boolean {
  return after === null || chronology.steps.some(({ step, state }) => step === after && state.kind === 'answered');
}
