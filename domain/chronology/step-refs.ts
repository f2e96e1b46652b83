import type { Chronology, StepRecord } from './state.ts';
import type { StepRef } from './events.ts';

export function sameStep(one: StepRef, other: StepRef): boolean {
  return one.step === other.step && one.round === other.round;
}

/** The chronology with one opening of one step changed. */
export function changeStep(chronology: Chronology, ref: StepRef, change: (record: StepRecord) => StepRecord): Chronology {
  return { ...chronology, steps: chronology.steps.map((record) => (sameStep(record, ref) ? change(record) : record)) };
}
