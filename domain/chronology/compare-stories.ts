import type { ChronologyEvent } from './events.ts';
import { countInCommon } from './same-meaning.ts';

/** A deployment as the record has it. `before` is how many events came before those that are given. */
export type RecordStory = { readonly running: boolean; readonly before: number; readonly events: readonly ChronologyEvent[] };

/** A deployment as the engine has it. */
export type EngineStory = {
  /** `ended`: it came to its end by itself. `broken-off`: it was terminated, failed or was cancelled, and nothing of it goes on. */
  readonly state: 'running' | 'ended' | 'broken-off';
  /** How many events came before those that the engine still holds. */
  readonly before: number;
  readonly events: readonly ChronologyEvent[];
  /** How many of the last events the engine has told, and was not yet told to be stored. */
  readonly unstored: number;
};

/**
 * How the two tell a deployment:
 * `same`; `record-behind`: the record lacks what the engine has stored once; `engine-behind`: the engine lacks what the record has;
 * `parted`: from some event on they tell different things; `engine-gone`: it runs in the record only; `record-unknown`: it exists in the
 * engine only; `too-old`: the record lacks events that the engine does not hold any more.
 */
export type Difference =
  | { readonly kind: 'same' }
  | { readonly kind: 'record-behind'; readonly missing: readonly ChronologyEvent[] }
  | { readonly kind: 'record-unknown'; readonly missing: readonly ChronologyEvent[] }
  | { readonly kind: 'engine-behind'; readonly ahead: readonly ChronologyEvent[] }
  | {
      readonly kind: 'parted';
      readonly inCommon: number;
      readonly ahead: readonly ChronologyEvent[];
      /** What the engine tells instead. `counted` is how many of these it was told to be stored: the record has lost them since. */
      readonly instead: readonly ChronologyEvent[];
      readonly counted: number;
    }
  | { readonly kind: 'engine-gone' }
  | { readonly kind: 'too-old'; readonly lacks: number };

/**
 * Compares the record and the engine about one deployment, by what their events mean. Events that the engine tells and that are not
 * stored yet are under way, and no difference, as long as they follow what the record has. The record's events are given at least from
 * where the engine's begin, if it has any there.
 */
export function compareStories(record: RecordStory | null, engine: EngineStory | null): Difference {
  if (engine === null) return record?.running === true ? { kind: 'engine-gone' } : { kind: 'same' };
  const { before, events, unstored } = engine;
  const stored = record === null ? 0 : record.before + record.events.length;
  if (stored < before) return { kind: 'too-old', lacks: before - stored };
  const comparable = record?.events.slice(before - record.before) ?? [];
  const inCommon = countInCommon(events, comparable);
  const told = events.length - unstored;
  if (inCommon < events.length && inCommon < comparable.length) {
    return {
      kind: 'parted',
      inCommon: before + inCommon,
      ahead: comparable.slice(inCommon),
      instead: events.slice(inCommon),
      counted: Math.max(0, told - inCommon),
    };
  }
  if (comparable.length < told)
    return { kind: record === null ? 'record-unknown' : 'record-behind', missing: events.slice(inCommon, told) };
  if (record === null) return { kind: 'same' };
  if (events.length < comparable.length) return { kind: 'engine-behind', ahead: comparable.slice(events.length) };
  return record.running && engine.state !== 'running' && unstored === 0 ? { kind: 'engine-gone' } : { kind: 'same' };
}
