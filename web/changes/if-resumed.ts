import { evolve } from '../../domain/chronology/chronology.ts';
import type { Chronology, Stop } from '../../domain/chronology/state.ts';
import type { StopClock } from '../../domain/changes/stop-clock.ts';
import { decide } from '../../domain/chronology/decide.ts';
import type { Instant, Move } from '../../domain/chronology/events.ts';
import { londonDate, londonInstant } from '../../domain/time/london.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { previewOf } from '../../domain/chronology/preview.ts';

const NOON = 12 * 60;

export type IfResumed = { readonly on: PlainDate; readonly moves: readonly Move[] };

/**
 * What the due dates would be if a stopped clock ran again on its expected end, or today when that has passed. Null
 * when the calendar ends too early.
 */
export function ifResumed(chronology: Chronology, stop: Stop, now: Instant): IfResumed | null {
  const atMs = Math.max(Date.parse(now), londonInstant(stop.expectedEnd, NOON));
  const on = londonDate(atMs);
  const command = { kind: 'resume-clock', stop: stop.stop, on, by: '', because: 'tried out' } as const;
  const preview = previewOf(chronology, command, new Date(atMs).toISOString());
  return preview.ok ? { on, moves: preview.value.moves } : null;
}

/** The same for a clock that is about to be stopped. */
export function ifStoppedAndResumed(chronology: Chronology, command: StopClock, now: Instant): IfResumed | null {
  const decision = decide(chronology, command, now);
  if (!decision.ok) return null;
  const after = decision.value.reduce(evolve, chronology);
  const stop = after.stops.at(-1);
  return stop === undefined ? null : ifResumed(after, stop, now);
}
