import { nextWakeMs } from '../chasing/due-actions.ts';
import type { LetterKind } from '../chasing/wanted.ts';
import { evolve } from './chronology.ts';
import { decide } from './decide.ts';
import type { Instant, Recipient, StepRef } from './events.ts';
import type { Chronology } from './state.ts';

/** A letter that leaves if nobody does anything before. */
export type LetterAhead = StepRef & { readonly at: Instant; readonly kind: LetterKind; readonly to: Recipient };

/**
 * The letters that Chaser would write from a moment until another (epoch milliseconds, both inclusive) if nobody answered or changed
 * anything, in order. Reminders of one person that leave together are one e-mail: there are as many e-mails as letters, or fewer.
 */
export function lettersAhead(chronology: Chronology, fromMs: number, untilMs: number): readonly LetterAhead[] {
  const letters: LetterAhead[] = [];
  let state = chronology;
  let atMs: number | null = fromMs;
  while (atMs !== null && atMs <= untilMs) {
    const decision = decide(state, { kind: 'carry-out-due' }, new Date(atMs).toISOString());
    // The calendar ends before.
    if (!decision.ok) break;
    for (const event of decision.value) {
      if (event.type === 'rung-reached' || event.type === 'escalation-passed') {
        const { at, step, round } = event;
        const kind = event.type === 'rung-reached' ? event.kind : 'escalation';
        letters.push(...event.to.map((to): LetterAhead => ({ at, step, round, kind, to })));
        letters.push(...event.tells.map((to): LetterAhead => ({ at, step, round, kind: 'escalation-notice', to })));
      }
      if (event.type === 'clock-stop-queried') {
        const { at, about } = event;
        letters.push(...event.to.map((to): LetterAhead => ({ at, step: about.step, round: about.round, kind: 'news', to })));
      }
      state = evolve(state, event);
    }
    const next = nextWakeMs(state, atMs);
    if (next !== null && next <= atMs) break;
    atMs = next;
  }
  return letters;
}
