import { openSteps, stepOf, stopOf } from '../chronology/chronology.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, Recipient } from '../chronology/events.ts';
import { withOnePerson } from '../chronology/evolve-change.ts';
import { notRunning } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import type { Chronology, StepRecord } from '../chronology/state.ts';
import { addressed } from '../chasing/due-actions.ts';
import { ownersOf } from '../programme.ts';
import type { PersonId } from '../programme.ts';
import { refused } from '../result.ts';
import { londonDate } from '../time/london.ts';
import { askAnew, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';
import { askHolderAnew } from './escalation.ts';

/**
 * Two contact ids turned out to be one person: whatever `from` is named for in this deployment is `to`'s from now on. Chaser's own
 * command, given for every running deployment once the two are merged in the record.
 */
export type MergePerson = Said & { readonly kind: 'merge-person'; readonly from: PersonId; readonly to: PersonId };

/**
 * Puts one contact id in the place of another wherever it is named: roles, deputies and escalations. It is the same person, so nobody is
 * told. What is open and was asked of `from` is asked of `to` once, by a letter with a link of its own, because links of `from` end; not
 * where `to` was asked already, as a further holder of the role. A step whose clock is stopped is asked for when it runs again. An
 * escalation is asked of `to` again unless something was promised, as after a change of address.
 *
 * Refused when `from` is named nowhere here, and when one person would hold the school's role and the system leader's: nobody supports
 * their own school.
 */
export function decideMergePerson(chronology: Chronology, command: MergePerson, now: Instant): Decision {
  if (chronology.status.kind !== 'running') return refused(notRunning(chronology));
  const faulty = lacksReason(command) ?? whyNotOnePerson(chronology, command);
  if (faulty) return refused(faulty);
  const { from, to } = command;

  const draft = startDraft(chronology);
  const asked = openSteps(chronology).filter(({ askedAt }) => askedAt !== null);
  const newlyAsked = (record: StepRecord): readonly Recipient[] => {
    const before = ownersAsked(chronology, record, now);
    return ownersAsked(withOnePerson(chronology, from, to), record, now).filter(
      ({ person }) => !before.some((other) => other.person === person),
    );
  };
  const anew = asked.map((record) => ({ record, to: newlyAsked(record) })).filter((one) => one.to.length > 0);
  const asksLater = anew.filter(({ record }) => stopOf(chronology, record)).map(({ record: { step, round } }) => ({ step, round }));
  const stopped = recordChange(draft, now, command, { about: mainStep(chronology), tells: [] }, (change) => ({
    ...change,
    type: 'person-merged',
    from,
    to,
    ...(asksLater.length === 0 ? {} : { asksLater }),
  }));
  if (stopped) return stopped;
  for (const { record, to: newcomers } of anew) {
    if (stopOf(chronology, record)) continue;
    askAnew(draft, record, newcomers, now);
  }
  for (const { step, round, holders } of chronology.escalations) {
    const people = holders.map(({ person }) => person);
    if (people.includes(from) && !people.includes(to)) {
      askHolderAnew(draft, { step, round }, { person: to, because: 'address-changed' }, now);
    }
  }
  return finish(draft, now);
}

function ownersAsked(chronology: Chronology, { step }: StepRecord, now: Instant): readonly Recipient[] {
  return addressed(chronology, ownersOf(stepOf(chronology.programme, step)), [], londonDate(Date.parse(now))).to;
}

function whyNotOnePerson(chronology: Chronology, { from, to }: MergePerson): Refusal | null {
  if (from === to) {
    return { kind: 'same-person', message: 'That is the same entry twice.', remedy: 'Name the other entry of this person.' };
  }
  const named =
    Object.values(chronology.parties).some((people) => people.includes(from)) ||
    chronology.deputies.some(({ person, deputy }) => person === from || deputy === from) ||
    chronology.escalations.some(({ holders }) => holders.some(({ person }) => person === from));
  if (!named) {
    return { kind: 'nothing-changes', message: `${from} is not named in this deployment.`, remedy: 'Nothing was changed.' };
  }
  const { parties } = withOnePerson(chronology, from, to);
  const holds = (registerRole: string): boolean =>
    Object.entries(chronology.programme.roles).some(
      ([role, { heldBy = role }]) => heldBy === registerRole && parties[role]?.includes(to) === true,
    );
  if (!(holds('school') && holds('system-leader'))) return null;
  return {
    kind: 'same-person',
    message: `${to} would be both the school’s head and the system leader of ${chronology.reference}.`,
    remedy: 'Nobody supports their own school. Change the person of one of the two roles first.',
  };
}
