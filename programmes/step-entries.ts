import type { TimeAllowed } from '../domain/time/time-allowed.ts';
import { parseTimeAllowed } from '../domain/time/time-allowed.ts';
import { plainDate } from '../domain/time/plain-date.ts';
import { ok } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import type { Path } from './finding.ts';
import type { ProgrammeDocument, StepDocument } from './schema.ts';

/** A step as it is written in the file, with its stage and its place. */
export type StepEntry = {
  readonly id: string;
  readonly stage: string;
  readonly path: Path;
  readonly document: StepDocument;
};

/** Every step of every stage, in the order of the file. */
export function stepEntries(document: ProgrammeDocument): readonly StepEntry[] {
  return document.stages.flatMap((stage, index) =>
    Object.entries(stage.steps).map(([id, step]) => ({
      id,
      stage: stage.id,
      path: ['stages', index, 'steps', id],
      document: step,
    })),
  );
}

/** Owner and joint owners, in that order. */
export function rolesOf(step: StepDocument): readonly string[] {
  return [step.owner, ...listOf(step.with)];
}

/** "One, or a list in brackets" as a list. */
export function listOf<T>(written: T | readonly T[] | undefined): readonly T[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? (written as readonly T[]) : [written as T];
}

/** The time a step may take, from its words or from a table of published dates. */
export function readTimeAllowed(written: StepDocument['allowed']): Result<TimeAllowed, Reason> {
  if (typeof written === 'string') return parseTimeAllowed(written);
  return ok({
    unit: 'fixed-table',
    table: written.published.map(({ matchedIn, completeBy }) => ({ matchedIn, completeBy: plainDate(completeBy) })),
  });
}
