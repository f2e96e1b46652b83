import { ok, refused } from '../result.ts';
import type { Reason, Result } from '../result.ts';
import { longDate } from '../time/plain-date.ts';
import type { PlainDate } from '../time/plain-date.ts';
import type { SampleDesign } from './design.ts';

/** How far the contact with somebody in a sample has come. */
export const CONTACT_STATES = {
  'letter-sent': 'Letter sent',
  reminded: 'Reminded',
  agreed: 'Agreed',
  interviewed: 'Interviewed',
  refused: 'Refused',
  'no-reply': 'No reply',
  'not-reachable': 'Not reachable',
  misclassified: 'Misclassified',
  withdrawn: 'Withdrawn by the researcher',
} as const;
export type ContactState = keyof typeof CONTACT_STATES;

/** One step of a contact. */
export type Contact = { readonly unit: string; readonly on: PlainDate; readonly state: ContactState; readonly because: string };

const ENDS = ['refused', 'not-reachable', 'misclassified', 'withdrawn'] as const satisfies readonly ContactState[];

/** What may follow what. `drawn` is where everybody begins. Somebody may answer after all, once they had counted as no reply. */
const FOLLOWS: Readonly<Record<ContactState | 'drawn', readonly ContactState[]>> = {
  drawn: ['letter-sent', 'not-reachable', 'misclassified', 'withdrawn'],
  'letter-sent': ['reminded', 'agreed', 'no-reply', ...ENDS],
  reminded: ['reminded', 'agreed', 'no-reply', ...ENDS],
  agreed: ['interviewed', ...ENDS],
  'no-reply': ['agreed', 'refused', 'misclassified'],
  interviewed: [],
  refused: [],
  'not-reachable': [],
  misclassified: [],
  withdrawn: [],
};

/** What somebody is told or asked; it waits while fieldwork is stopped. What they agreed to before goes on. */
const APPROACHES: readonly ContactState[] = ['letter-sent', 'reminded', 'agreed'];
/** An end that nobody can understand without its reason. */
const NEEDS_REASON: readonly ContactState[] = ['misclassified', 'withdrawn'];

export type ContactRefusal = Reason & {
  readonly kind: 'not-drawn' | 'out-of-order' | 'too-early' | 'outside-window' | 'stopped' | 'no-reason';
};

/**
 * Where the contact with each of those who were drawn stands, by the contacts in their order; `drawn` before the first. Refused at the first
 * contact that cannot be: with somebody who was not drawn, before the one before it, a state that cannot follow, an interview outside the
 * window, an approach during a stop, an end without its reason. An interview that was agreed before a stop may be held during it.
 */
export function standingOfContacts(
  { window, stops }: Pick<SampleDesign, 'window' | 'stops'>,
  drawn: readonly string[],
  contacts: readonly Contact[],
): Result<ReadonlyMap<string, ContactState | 'drawn'>, ContactRefusal> {
  const latest = new Map<string, { readonly state: ContactState | 'drawn'; readonly on: PlainDate | null }>(
    drawn.map((id) => [id, { state: 'drawn', on: null }]),
  );
  for (const { unit, on, state, because } of contacts) {
    const before = latest.get(unit);
    const of = `${CONTACT_STATES[state]} for ${unit} on ${longDate(on)}`;
    const no = (kind: ContactRefusal['kind'], why: string, remedy: string) => refused({ kind, message: `${of}: ${why}.`, remedy });
    if (before === undefined) return no('not-drawn', 'it was not drawn', 'Correct its id, or add the draw that it is of.');
    if (before.on !== null && on < before.on) {
      return no(
        'too-early',
        `the contact before was on ${longDate(before.on)}`,
        'Correct the day, or put the lines in the order of their days.',
      );
    }
    if (!FOLLOWS[before.state].includes(state)) {
      const next = FOLLOWS[before.state].map((one) => CONTACT_STATES[one]).join(', ');
      const stands = before.state === 'drawn' ? 'nothing was sent yet' : `it stands at “${CONTACT_STATES[before.state]}”`;
      return no('out-of-order', stands, next === '' ? 'Nothing can follow that.' : `What can follow: ${next}.`);
    }
    if (state === 'interviewed' && (on < window.from || on > window.to)) {
      return no('outside-window', `interviews were held from ${longDate(window.from)} to ${longDate(window.to)}`, 'Correct the day.');
    }
    const stop = stops.find(({ from, to }) => from <= on && (to === null || on <= to));
    if (stop !== undefined && APPROACHES.includes(state)) {
      return no('stopped', `fieldwork was stopped from ${longDate(stop.from)} (${stop.because})`, 'Correct the day, or leave it out.');
    }
    if (NEEDS_REASON.includes(state) && because.trim() === '')
      return no('no-reason', 'no reason is given', 'Say why: it is reported with the sample.');
    latest.set(unit, { state, on });
  }
  return ok(new Map([...latest].map(([id, { state }]) => [id, state])));
}
