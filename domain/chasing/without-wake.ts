import { openSteps, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { sameStep } from '../chronology/step-refs.ts';
import { nextWakeMs } from './due-actions.ts';

/**
 * The open steps of which nothing will happen by itself any more: no rung, no question about a pause and no escalation is ahead, at this
 * moment (epoch milliseconds). A step whose programme gives it no ladder is never chased, and is not among them.
 *
 * When the calendar ends on 4 December, a step whose overdue notice falls on 7 December is one of them.
 */
export function stepsWithoutWake(chronology: Chronology, nowMs: number): readonly StepRecord[] {
  if (chronology.status.kind !== 'running') return [];
  return openSteps(chronology).filter(
    (record) => stepOf(chronology.programme, record.step).ladder.length > 0 && nextWakeMs(alone(chronology, record), nowMs) === null,
  );
}

/** The chronology as if this step alone were open. */
function alone(chronology: Chronology, record: StepRecord): Chronology {
  const stop = stopOf(chronology, record);
  return {
    ...chronology,
    steps: chronology.steps.filter((other) => other.state.kind !== 'open' || sameStep(other, record)),
    stops: stop ? [stop] : [],
    escalations: chronology.escalations.filter((escalation) => sameStep(escalation, record)),
  };
}
