import { findStep, stepOf } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import { addressed } from '../chasing/due-actions.ts';
import type { AskedAnewBecause, Instant, Recipient, StepRef } from '../chronology/events.ts';
import { londonDate } from '../time/london.ts';
import { ownersOf } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { askHolderAnew } from './escalation.ts';

/**
 * Chaser's own command, never a person's: the links that a contact id had were ended because its address or the person
 * behind it changed.
 */
export type AskAnew = {
  readonly kind: 'ask-anew';
  readonly person: PersonId;
  readonly because: AskedAnewBecause;
  /** The steps to which their links led. */
  readonly steps: readonly StepRef[];
};

/**
 * Asks one contact id again for what it was asked before, with a letter and so a link of its own: the request of every step
 * that is still open and still theirs, and every escalation that is with them. A letter about a step whose clock stands is
 * kept back by the ledger until it is running again. Refused when nothing of it is open or theirs any more.
 */
export function decideAskAnew(chronology: Chronology, command: AskAnew, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const { person, because } = command;
  const draft = startDraft(chronology);
  let asked = 0;
  for (const ref of command.steps) {
    const record = findStep(chronology, ref);
    if (record?.state.kind !== 'open') continue;
    const owner = ownerOf(chronology, record.step, person, now);
    if (owner !== undefined && record.askedAt !== null) {
      const times = record.past.filter((name) => name.startsWith('request-again')).length;
      draft.add({
        type: 'rung-reached',
        at: now,
        step: record.step,
        round: record.round,
        rung: `request-again-${times + 1}`,
        kind: 'request',
        to: [owner],
        tells: [],
        unheld: [],
        anewBecause: because,
      });
      asked += 1;
    }
    if (askHolderAnew(draft, ref, command, now)) asked += 1;
  }
  if (asked > 0) return finish(draft, now);
  return refused({ kind: 'nothing-changes', message: `Nothing is asked of ${person} here any more.`, remedy: 'Nothing was changed.' });
}

function ownerOf(chronology: Chronology, step: string, person: PersonId, now: Instant): Recipient | undefined {
  const owners = ownersOf(stepOf(chronology.programme, step));
  return addressed(chronology, owners, [], londonDate(Date.parse(now))).to.find((each) => each.person === person);
}
