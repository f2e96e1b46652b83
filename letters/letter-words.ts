import type { Letter } from '../activities/ports.ts';
import { saidIn } from '../domain/forms/form-said.ts';
import { londonDate } from '../domain/time/london.ts';
import { longDate } from '../domain/time/plain-date.ts';
import { callerOf, fillPlaceholders } from '../domain/programme.ts';
import type { Field, Placeholder, Programme, RoleId, Step } from '../domain/programme.ts';
import type { LetterKind } from '../domain/chasing/wanted.ts';
import { capitalised } from '../domain/words.ts';
import { titleOf } from './teller.ts';

/** Words that letters and pages share: who is meant by a placeholder, why a step is open, who is told of silence. */

/** Somebody who holds a role in a deployment. */
export type Party = { readonly role: string; readonly name: string; readonly email: string; readonly telephone: string | null };

/** The answer that opened a step. */
export type OpenedBy = {
  readonly step: string;
  readonly answer: string;
  readonly at: string;
  readonly by: string | null;
  readonly fields: Readonly<Record<string, string>>;
  /** Names of the people whose contact ids stand in the fields. */
  readonly names: Readonly<Record<string, string>>;
};

/** Who else is told, and when, according to the ladder. */
export function alsoToldOf(programme: Programme, step: Step): readonly string[] {
  const owner = programme.roles[step.owner];
  const has = (kind: LetterKind) => step.ladder.some((rung) => rung.kind === kind);
  const told: string[] = [];
  const caller = callerOf(programme, step);
  if (has('call') && caller !== null) told.push(`If nobody answers in time, the ${titleOf(programme, caller)} telephones.`);
  if (has('escalation') && owner?.escalatesTo) {
    const same = has('call') && caller === owner.escalatesTo;
    told.push(same ? 'After that it decides how to go on.' : `After that the ${titleOf(programme, owner.escalatesTo)} is told.`);
  }
  return told;
}

/**
 * Why a step is open (again): the answer that opened it, and what was said besides. Its programme may have words for whoever is asked next,
 * “{rdp} has been in touch with you”; anybody else, for whom `asked` is null, reads who said what. Null when the programme no longer has
 * that answer.
 */
export function becauseOf(
  programme: Programme,
  openedBy: OpenedBy,
  asked: { readonly subject: string; readonly parties: readonly Party[] } | null,
): Letter['because'] {
  const step = programme.steps[openedBy.step];
  const answer = step?.answers.find(({ id }) => id === openedBy.answer);
  if (step === undefined || answer === undefined) return null;
  return {
    text:
      answer.told === undefined || asked === null
        ? whoSaid(programme, step, openedBy, answer.label)
        : capitalised(filledIn(answer.told, programme, asked)),
    details: saidIn(answer.fields, openedBy.fields, {
      nameOf: (person) => openedBy.names[person] ?? person,
      answeredAt: openedBy.at,
    }),
  };
}

/**
 * Who gave an answer, when, and in which words: “Priya Shah (regional team) told us on 23 November 2022: “I have contacted the
 * school or trust”.” The role is left out where several answer a step together, since any of them may have.
 */
function whoSaid(programme: Programme, { owner, with: together }: Step, { by, at }: OpenedBy, said: string): string {
  const on = longDate(londonDate(Date.parse(at)));
  if (by === null) return `Chaser noted on ${on}: “${said}”.`;
  return `${by}${together.length === 0 ? ` (${titleOf(programme, owner)})` : ''} told us on ${on}: “${said}”.`;
}

/** The number of fields from which an answer is a form to fill in. */
const MANY_FIELDS = 5;

/**
 * Whether so much is asked with an answer that it is a form to fill in: five fields or more that are asked of everybody, those of an
 * entry of a group counted once. A date and a few words are not a form.
 */
export function hasManyFields(fields: readonly Field[]): boolean {
  const asked = (some: readonly Field[]): number =>
    some.filter(({ when }) => when === undefined).reduce((sum, field) => sum + 1 + asked(field.fields ?? []), 0);
  return asked(fields) >= MANY_FIELDS;
}

/** What an earlier answer said in some of its fields, with their labels. */
export function saidEarlier(
  programme: Programme,
  said: OpenedBy,
  fields: readonly string[],
): readonly { readonly label: string; readonly value: string }[] {
  const answer = programme.steps[said.step]?.answers.find(({ id }) => id === said.answer);
  const repeated = answer?.fields.filter(({ id }) => fields.includes(id)) ?? [];
  return saidIn(repeated, said.fields, { nameOf: (person) => said.names[person] ?? person, answeredAt: said.at });
}

/** What replaces a placeholder: the subject's name, or the role's current holder. */
function wordsFor(
  placeholder: Placeholder,
  programme: Programme,
  facts: { readonly subject: string; readonly parties: readonly Party[] },
): string {
  if (placeholder.kind === 'subject') return facts.subject;
  const holders = facts.parties.filter((party) => party.role === placeholder.role);
  if (holders.length === 0) return `the ${titleOf(programme, placeholder.role)}`;
  return holders
    .map(({ name, email, telephone }) =>
      placeholder.kind === 'name' ? name : `${name} (${[email, telephone].filter(Boolean).join(', ')})`,
    )
    .join(' and ');
}

/** A text of the programme with its gaps filled in: plain text, to be escaped afterwards. */
export function filledIn(
  text: string,
  programme: Programme,
  facts: { readonly subject: string; readonly parties: readonly Party[] },
): string {
  return fillPlaceholders(text, (placeholder) => wordsFor(placeholder, programme, facts));
}

/**
 * The same for a page. Programmes are worded for e-mails: "What is missing is set out in this e-mail" becomes "… on this
 * page", where the same is set out.
 */
export function filledInForPage(...of: Parameters<typeof filledIn>): string {
  return filledIn(...of).replaceAll(/\b(?:in|on) this (?:e-mail|letter)\b/g, 'on this page');
}

/** What a step asks of somebody in this role. Joint owners may have words of their own. */
export function askOf(step: Step, role: RoleId | null): string {
  return (role === null || role === step.owner ? undefined : step.askWith[role]) ?? step.ask;
}
