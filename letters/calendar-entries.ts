import type { ChangedEntry } from '../activities/ports.ts';
import type { ChronologyEvent, Instant } from '../domain/chronology/events.ts';
import { sameStep } from '../domain/chronology/step-refs.ts';
import type { Step } from '../domain/programme.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { askOf } from './letter-words.ts';

/** A due date that the reader of a letter was asked to keep, as it stands now: its entry is in their calendar. */
export type HeldEntry = {
  readonly step: Step;
  readonly round: number;
  /** The role in which they were asked. */
  readonly role: string;
  readonly dueOn: PlainDate;
  /** Null while the step is open. */
  readonly closedAt: Instant | null;
  /** The clock stands still, of this step or of the whole deployment. */
  readonly stopped: boolean;
  /** They are asked still: they hold the role, or deputise for somebody who does. */
  readonly theirs: boolean;
  /** An e-mail that was written since it closed has taken the entry away. */
  readonly told: boolean;
};

/**
 * Which entries a letter changes in its reader's calendar: any letter takes away what has closed since the last one, and news
 * changes what its event does. Each is told as things stand now, not as they stood when the event happened, so that news
 * which waited takes nothing back.
 */
export function changedEntries(
  event: ChronologyEvent | null,
  held: readonly HeldEntry[],
  fill: (text: string) => string,
): readonly ChangedEntry[] {
  return held
    .filter((entry) => concerns(event, entry))
    .map(({ step, round, role, dueOn, closedAt, stopped, theirs }) => ({
      step: step.id,
      round,
      title: step.title,
      ask: fill(askOf(step, role)),
      dueOn,
      stands: closedAt === null && !stopped && theirs,
    }));
}

function concerns(event: ChronologyEvent | null, { step, round, closedAt, theirs, told }: HeldEntry): boolean {
  if (closedAt !== null && !told) return true;
  if (event === null) return false;
  const entry = { step: step.id, round };
  if ('moves' in event && event.moves.some((move) => sameStep(move, entry))) return true;
  if (closedAt !== null) return Date.parse(closedAt) === Date.parse(event.at);
  if (!theirs) return true;
  if (event.type === 'clock-stopped') return event.scope === null || sameStep(event.scope, entry);
  // The stop took the entry away, whether or not it moved the date.
  return event.type === 'clock-resumed';
}
