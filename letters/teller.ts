import type { Recipient, StepRef } from '../domain/chronology/events.ts';
import { longDate, parsePlainDate } from '../domain/time/plain-date.ts';
import type { EndId, PersonId, Programme, RoleId, StepId } from '../domain/programme.ts';
import { inWords } from '../domain/words.ts';

/** What is needed to tell events in words. */
export type Wording = {
  readonly programme: Programme;
  /** The name of the school or trust. */
  readonly subject: string;
  /** The name that belongs to a contact id; the id itself for somebody unknown. */
  readonly nameOf: (person: PersonId) => string;
  /** The same with more about the person, for a timeline: "Jo Head (school or trust)". */
  readonly personOf?: (person: PersonId) => string;
};

/** The names that stand for the ids in an event. */
export type Teller = ReturnType<typeof tellerOf>;

/** Gives names for contact ids, and titles for the ids of the programme. */
export function tellerOf({ programme, subject, nameOf, personOf = nameOf }: Wording) {
  return {
    programme,
    subject,
    name: nameOf,
    person: personOf,
    names: (people: readonly PersonId[]) => inWords(people.map(nameOf)),
    recipients: (to: readonly Recipient[]) => inWords(to.map(({ person }) => nameOf(person))),
    role: (role: RoleId) => titleOf(programme, role),
    end: (end: EndId) => programme.ends[end]?.title ?? end,
    /** “Confirm participation”, without the round. */
    quoted: (step: StepId) => `“${programme.steps[step]?.title ?? step}”`,
    /** “Confirm participation”, with the round from the second one on. */
    quotedRound: (ref: StepRef) => `“${programme.steps[ref.step]?.title ?? ref.step}”${roundWords(ref)}`,
    /** The same without quotation marks. */
    step: (ref: StepRef) => stepWords(programme, ref),
  };
}

/** "Confirm participation", or "Check in on the support (round 2)" */
export function stepWords(programme: Programme, ref: StepRef): string {
  return `${programme.steps[ref.step]?.title ?? ref.step}${roundWords(ref)}`;
}

function roundWords({ round }: StepRef): string {
  return round > 1 ? ` (round ${round})` : '';
}

/** "RDP coordinator"; the role's id where the programme has no such role. */
export function titleOf(programme: Programme, role: RoleId): string {
  return programme.roles[role]?.title ?? role;
}

/** "5 December 2022" for a date; any other value as it stands. */
export function dateOr(text: string): string {
  const date = parsePlainDate(text);
  return date === undefined ? text : longDate(date);
}

/** A title, and the sentences beneath it; empty ones are left out. */
export type Said = readonly [title: string, ...lines: readonly string[]];

/** How one kind of event is told to each kind of reader. */
export type EventRow<E> = {
  /** In the e-mail to those who are told of it. The reason is added after the first sentence automatically. */
  readonly told?: (event: E, teller: Teller) => Said;
  /**
   * On the timeline of a deployment. When left out, the e-mail's words are used, with the dates that moved and who made
   * the change.
   */
  readonly happened?: (event: E, teller: Teller) => Said;
  /**
   * On the timeline of a rehearsal. The reason is added at the end automatically. `again`: an escalation goes to its
   * former holder.
   */
  readonly plays: (event: E, teller: Teller, again: boolean) => Said;
};
