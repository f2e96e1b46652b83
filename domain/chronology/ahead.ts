import { nextWakeMs } from '../chasing/due-actions.ts';
import { evolve } from './chronology.ts';
import { decide } from './decide.ts';
import type { ChronologyEvent } from './events.ts';
import type { Chronology } from './state.ts';

/** As many events as one deployment causes by itself before the play is stopped: nothing in a real one happens this often. */
const MOST_EVENTS = 2_000;

/**
 * What happens to a deployment by itself, from its wake-up at `fromMs` until `untilMs` (epoch milliseconds, both inclusive), when nobody
 * answers or changes anything. It ends where the deployment cannot go on by itself because its calendar has ended.
 */
export function eventsAhead(chronology: Chronology, fromMs: number | null, untilMs: number): readonly ChronologyEvent[] {
  const events: ChronologyEvent[] = [];
  let state = chronology;
  for (let atMs = fromMs; atMs !== null && atMs <= untilMs && events.length < MOST_EVENTS; atMs = nextWakeMs(state, atMs)) {
    const decision = decide(state, { kind: 'carry-out-due' }, new Date(atMs).toISOString());
    if (!decision.ok) break;
    events.push(...decision.value);
    state = decision.value.reduce(evolve, state);
  }
  return events;
}
