import { openSteps, stepOf, stopOf } from '../chronology/chronology.ts';
import type { Chronology } from '../chronology/state.ts';
import { finish, startDraft } from '../chronology/draft.ts';
import type { Decision } from '../chronology/draft.ts';
import type { Instant, Recipient } from '../chronology/events.ts';
import { union } from '../chronology/evolve-change.ts';
import { londonDate } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import { ownersOf } from '../programme.ts';
import type { PersonId, RoleId } from '../programme.ts';
import { notRunning } from '../chronology/refusal.ts';
import type { Refusal } from '../chronology/refusal.ts';
import { refused } from '../result.ts';
import { askAnew, concerned, givenDate, lacksReason, mainStep, recordChange } from './common.ts';
import type { Said } from './common.ts';

export type ChangePerson = Said & {
  readonly kind: 'change-person';
  readonly role: RoleId;
  /** Null: nobody leaves. The role is vacant or gets one holder more. */
  readonly from: PersonId | null;
  readonly to: PersonId;
};

export type NameDeputy = Said & {
  readonly kind: 'name-deputy';
  readonly person: PersonId;
  readonly deputy: PersonId;
  /** The first and the last day, both inclusive. */
  readonly from: string;
  readonly to: string;
};

export type EndDeputy = Said & { readonly kind: 'end-deputy'; readonly person: PersonId };

/**
 * From now on another person holds a role. Letters go to them, the former holder's links stop working, and whatever is
 * open and has been asked already is asked of them again.
 */
export function decideChangePerson(chronology: Chronology, command: ChangePerson, now: Instant): Decision {
  const faulty = notRunningOrReasonless(chronology, command);
  if (faulty) return refused(faulty);
  const { role, from, to } = command;
  const { programme } = chronology;
  const known = programme.roles[role];
  if (known === undefined) {
    return refused({
      kind: 'role-not-held',
      message: `${programme.title} has no role "${role}".`,
      remedy: `Its roles are: ${Object.keys(programme.roles).join(', ')}.`,
    });
  }
  const holders = chronology.parties[role] ?? [];
  if (from !== null && !holders.includes(from)) return refused(holdsNothing(known.title, from, holders));
  if (holders.includes(to)) {
    return refused({ kind: 'same-person', message: `${to} is ${known.title} already.`, remedy: 'Name somebody else.' });
  }

  const draft = startDraft(chronology);
  const newcomer: Recipient = { role, person: to };
  const leaver: readonly Recipient[] = from === null ? [] : [{ role, person: from }];
  const tells = union(leaver, concerned(chronology, [], now)).filter(({ person }) => person !== to);
  const asked = openSteps(chronology).filter(
    (record) => record.askedAt !== null && ownersOf(stepOf(programme, record.step)).includes(role),
  );
  const asksLater = asked.filter((record) => stopOf(chronology, record)).map(({ step, round }) => ({ step, round }));
  const stopped = recordChange(draft, now, command, { about: mainStep(chronology), tells: [...tells, newcomer] }, (change) => ({
    ...change,
    type: 'party-changed',
    role,
    from,
    to,
    ...(asksLater.length === 0 ? {} : { asksLater }),
  }));
  if (stopped) return stopped;
  for (const record of asked) {
    if (stopOf(chronology, record)) continue;
    askAnew(draft, record, [newcomer], now);
  }
  return finish(draft, now);
}

/** On certain days a deputy gets somebody's letters and may answer for them. Afterwards everything is as before. */
export function decideNameDeputy(chronology: Chronology, command: NameDeputy, now: Instant): Decision {
  const faulty = notRunningOrReasonless(chronology, command);
  if (faulty) return refused(faulty);
  const { person, deputy } = command;
  const role = roleOf(chronology, person);
  if (role === undefined) return refused(holdsNothing('anything', person, []));
  if (person === deputy) {
    return refused({ kind: 'same-person', message: 'Nobody can be their own deputy.', remedy: 'Name somebody else.' });
  }
  const from = givenDate(command.from, 'The first day');
  if (!from.ok) return from;
  const to = givenDate(command.to, 'The last day');
  if (!to.ok) return to;
  const today = londonDate(Date.parse(now));
  if (to.value < from.value || to.value < today) {
    return refused({
      kind: 'bad-date',
      message: `The last day, ${longDate(to.value)}, is ${to.value < from.value ? 'before the first' : 'in the past'}.`,
      remedy: `Give a day from ${from.value > today ? from.value : today} on.`,
    });
  }
  const other = chronology.deputies.find((each) => each.person === person && each.from <= to.value && from.value <= each.to);
  if (other) {
    return refused({
      kind: 'asked-already',
      message: `There is a deputy from ${longDate(other.from)} to ${longDate(other.to)} already.`,
      remedy: 'End that first, or give other days.',
    });
  }
  const draft = startDraft(chronology);
  const tells = union(
    [
      { role, person: deputy },
      { role, person },
    ],
    concerned(chronology, [], now),
  );
  const stopped = recordChange(draft, now, command, { about: mainStep(chronology), tells }, (change) => ({
    ...change,
    type: 'deputy-named',
    person,
    deputy,
    from: from.value,
    to: to.value,
  }));
  return stopped ?? finish(draft, now);
}

/** The person who was away is back early. */
export function decideEndDeputy(chronology: Chronology, command: EndDeputy, now: Instant): Decision {
  const faulty = notRunningOrReasonless(chronology, command);
  if (faulty) return refused(faulty);
  const { person } = command;
  const today = londonDate(Date.parse(now));
  const deputies = chronology.deputies.filter((each) => each.person === person && each.to >= today);
  const role = roleOf(chronology, person);
  if (deputies.length === 0 || role === undefined) {
    return refused({ kind: 'nothing-changes', message: `${person} has no deputy.`, remedy: 'Nothing was changed.' });
  }
  const draft = startDraft(chronology);
  const tells = union(
    [{ role, person }],
    deputies.map((each) => ({ role, person: each.deputy })),
  );
  const stopped = recordChange(draft, now, command, { about: mainStep(chronology), tells }, (change) => ({
    ...change,
    type: 'deputy-ended',
    person,
  }));
  return stopped ?? finish(draft, now);
}

function notRunningOrReasonless(chronology: Chronology, command: Said): Refusal | null {
  return chronology.status.kind === 'running' ? lacksReason(command) : notRunning(chronology);
}

function roleOf({ parties }: Chronology, person: PersonId): RoleId | undefined {
  return Object.entries(parties).find(([, people]) => people.includes(person))?.[0];
}

function holdsNothing(title: string, person: PersonId, holders: readonly PersonId[]): Refusal {
  return {
    kind: 'role-not-held',
    message: `${person} is not ${title} in this deployment.`,
    remedy: holders.length === 0 ? 'The page of the deployment says who takes part.' : `That is: ${holders.join(', ')}.`,
  };
}
