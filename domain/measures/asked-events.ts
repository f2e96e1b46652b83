/** Which events of a deployment a measure is counted from. What it does not ask for is not read out of the log, and nothing that it counts differs. */
import type { StepId } from '../programme.ts';
import { needsOf } from './evaluation.ts';
import type { Measure } from './evaluation.ts';
import type { MeasuredEvent } from './known-life.ts';
import { MOMENTS, stepsOfMoments } from './moments.ts';
import type { MomentId } from './moments.ts';
import { TALLIES } from './tallies.ts';
import type { Tally } from './tally.ts';

type Kind = MeasuredEvent['type'];

/** Events of these kinds, and of events of steps those of these kinds and these steps. */
export type EventsAskedFor = {
  readonly kinds: readonly Kind[];
  readonly ofSteps: readonly { readonly kinds: readonly Kind[]; readonly steps: readonly StepId[] }[];
};

const ALWAYS = ['deployment-began', 'deployment-taken-in', 'deployment-ended', 'deployment-reopened'] as const satisfies readonly Kind[];
const CHANGES = ['answer-taken-back', 'fact-corrected', 'rematched'] as const satisfies readonly Kind[];
/** What days are counted by: only what times something asks for it. */
const CLOCKS = ['calendar-adopted', 'clock-stopped', 'clock-resumed'] as const satisfies readonly Kind[];
const PEOPLE = ['party-named', 'party-changed', 'person-merged'] as const satisfies readonly Kind[];

export function eventsAskedBy({ parts }: Measure): EventsAskedFor {
  const needs = parts.flatMap(needsOf);
  const tallies = parts.flatMap((part): readonly Tally[] => (part.kind === 'tally' ? [TALLIES[part.tally]] : []));
  const awaited = parts.flatMap((part) => (part.kind === 'time' ? [part.timed.to] : []));
  const people = parts.some(({ kind }) => kind === 'leaders') || tallies.some(({ asksPeople }) => asksPeople === true);
  const steps = stepsOfMoments(needs);
  const looksAtSteps = tallies.some((tally) => tally.looksAtSteps === true);
  return {
    kinds: [...ALWAYS, ...(needs.length === 0 ? [] : CHANGES), ...(awaited.length === 0 ? [] : CLOCKS), ...(people ? PEOPLE : [])],
    ofSteps: [
      { kinds: ['step-answered'], steps },
      // What is waited for has a due date from its opening on.
      { kinds: ['step-opened'], steps: looksAtSteps ? steps : stepsOfMoments([...needs.filter(isOpening), ...awaited]) },
      { kinds: ['due-date-moved'], steps: stepsOfMoments(awaited) },
      { kinds: ['step-overtaken', 'step-lapsed'], steps: looksAtSteps ? steps : [] },
    ],
  };
}

/** Whether any programme records this moment by the opening of a step. */
const isOpening = (id: MomentId): boolean => Object.values(MOMENTS).some(({ at }) => at[id]?.kind === 'opened');
