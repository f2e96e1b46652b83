import { openSteps, stepOf } from './chronology.ts';
import type { Chronology, StepRecord } from './state.ts';
import type { BeyondHorizon } from '../time/due-date.ts';
import type { StepRef } from './events.ts';
import type { BadForm } from '../forms/form.ts';
import { londonDate } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import { ownersOf } from '../programme.ts';
import type { Answer, AnswerId, PersonId, Programme, RoleId, Step, StepId } from '../programme.ts';
import type { Reason } from '../result.ts';

/** Why something was refused, in words for people, and how to mend it. */
export type Refusal =
  | BeyondHorizon
  | BadForm
  | (Reason & {
      readonly kind:
        | 'not-running'
        | 'not-ended'
        | 'unknown-step'
        | 'not-open'
        | 'unknown-answer'
        | 'unknown-end'
        | 'not-an-owner'
        | 'role-not-held'
        | 'no-reason'
        | 'bad-date'
        | 'clock-stopped'
        | 'clock-runs'
        | 'nothing-changes'
        | 'too-early'
        | 'too-late'
        | 'not-in-programme'
        | 'same-person'
        | 'asked-already'
        | 'answered-since'
        | 'no-escalation'
        | 'not-the-holder'
        | 'nothing-ahead'
        | 'goes-round';
    });

export function unknownStep(chronology: Chronology, ref: StepRef): Refusal {
  const open = openSteps(chronology).map((record) => record.step);
  return {
    kind: 'unknown-step',
    message: `This deployment has no step "${ref.step}" in round ${ref.round}.`,
    remedy: open.length === 0 ? 'No step is open.' : `Open now: ${open.join(', ')}.`,
  };
}

export function notOpen({ programme }: Chronology, record: StepRecord): Refusal {
  const step = stepOf(programme, record.step);
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

export function notRunning(chronology: Chronology): Refusal {
  const ended = chronology.status.kind === 'ended' ? chronology.status : null;
  const title = ended ? (chronology.programme.ends[ended.end]?.title ?? ended.end) : 'not begun';
  return {
    kind: 'not-running',
    message: ended ? `This deployment ended on ${longDate(londonDate(Date.parse(ended.at)))}: ${title}.` : 'This deployment has not begun.',
    remedy: 'Nothing was changed.',
  };
}

export function unknownAnswer(step: Step, answers: readonly Answer[], given: AnswerId): Refusal {
  return {
    kind: 'unknown-answer',
    message: `"${step.title}" has no answer "${given}".`,
    remedy: `Its answers are: ${answers.map(({ id }) => id).join(', ')}.`,
  };
}

export function notAnOwner(step: Step, person: PersonId): Refusal {
  return {
    kind: 'not-an-owner',
    message: `"${step.title}" is not asked of ${person}.`,
    remedy: `Only ${ownersOf(step).join(' or ')} can answer it; record it on their behalf when they telephone.`,
  };
}

export function roleNotHeld(programme: Programme, role: RoleId): Refusal {
  return {
    kind: 'role-not-held',
    message: `Nobody is named as ${programme.roles[role]?.title ?? role}, who is asked first.`,
    remedy: 'Import the person with that role, or name one, and start again.',
  };
}

export function goesRound({ steps }: Programme, id: StepId): Refusal {
  return {
    kind: 'goes-round',
    message: `"${steps[id]?.title ?? id}" opens again and again at one moment, by steps that are done without anybody.`,
    remedy: 'Let somebody answer one of the steps of this loop: correct the programme, and end the deployment.',
  };
}
