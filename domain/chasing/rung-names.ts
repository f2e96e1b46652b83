import type { StepRecord } from '../chronology/state.ts';
import type { Rung, RungId, Step } from '../programme.ts';

/**
 * The name under which a rung comes, part of every message's key: `reminder-3`, and `reminder-3~2` when it comes a
 * second time because the due date moved.
 */
export function rungName({ again }: StepRecord, rung: Rung): RungId {
  const times = again[rung.id] ?? 0;
  return times === 0 ? rung.id : `${rung.id}~${times + 1}`;
}

/**
 * The rung of the ladder behind a name, including the name of a held rung or of an escalation's later turns; undefined
 * for other letters.
 */
export function rungNamed(step: Step, name: RungId): Rung | undefined {
  const id = /^[^~@^]*/.exec(name)?.[0];
  return step.ladder.find((rung) => rung.id === id);
}
