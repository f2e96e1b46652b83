import { nextWakeMs } from '../chasing/due-actions.ts';
import { evolve } from './chronology.ts';
import { decide } from './decide.ts';
import type { PersonId } from '../programme.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { ChronologyEvent } from './events.ts';
import type { Chronology } from './state.ts';

/** A running deployment as it is now, with everything that decides what it sends next. */
export type RunningDeployment = {
  readonly reference: string;
  /** The name of the school or trust. */
  readonly subject: string;
  readonly region: string;
  readonly chronology: Chronology;
  /** Everything that has happened to it. */
  readonly events: readonly ChronologyEvent[];
  /** The time on its clock. */
  readonly nowMs: number;
  /** Its letters that wait to be sent. */
  readonly waiting: readonly WaitingLetter[];
  /** Its e-mails are on hold: they go only once they are released. */
  readonly held: boolean;
  /** Who has stopped the letters that they may do without, and until the end of which day. */
  readonly quiet: readonly { readonly person: PersonId; readonly until: PlainDate }[];
};

/** A letter of the ledger that has not left, by its key there. */
export type WaitingLetter = {
  readonly key: string;
  /** By the clock of its deployment, the moment from which it may be tried. Epoch milliseconds. */
  readonly fromMs: number;
};

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
