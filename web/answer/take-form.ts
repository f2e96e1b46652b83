import { dateProblems } from '../../domain/forms/date-limits.ts';
import { placesOf } from '../../domain/forms/form-places.ts';
import type { Place } from '../../domain/forms/form-places.ts';
import { entryTitle, spoken } from '../../domain/forms/form-said.ts';
import type { SaidLine } from '../../domain/forms/form-said.ts';
import type { Answer, PersonId, Step } from '../../domain/programme.ts';
import { unseenSentence } from '../../domain/unseen-characters.ts';
import type { Db } from '../../postgres/database.ts';
import { readDateFrame } from '../../postgres/views/date-frame.ts';
import { peopleCalled } from '../../postgres/views/people-called.ts';
import { inputId, inputName, readFields, typed } from './read-fields.ts';
import type { FormBody, FormProblem } from './read-fields.ts';

/** A form that was sent: the chosen answer, as the engine takes it and as people read it, and the mistakes. */
export type TakenForm = {
  readonly chosen: Answer | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<PersonId, string>>;
  readonly problems: readonly FormProblem[];
};

/** A line of the answer to be checked, with the id of the input in which it is changed. */
export type CheckedLine = SaidLine & { readonly input: string };

/** A part of the answer to be checked: the form's own fields, or one entry of a group under its title. */
export type Section = { readonly title: string | null; readonly lines: readonly CheckedLine[] };

/**
 * Reads the form of a step. A person is given by e-mail address or, with `byName`, by name. `byName` is only for
 * readers who know these people anyway, because names are then shown.
 */
export async function takeForm(
  db: Db,
  step: Step,
  body: FormBody,
  options: { readonly byName: boolean; readonly reference: string },
): Promise<TakenForm> {
  const chosen = step.answers.find(({ id }) => id === typed(body, 'answer')) ?? null;
  if (chosen === null) return { chosen, fields: {}, names: {}, problems: [{ id: 'answer', text: 'Select your answer' }] };
  const read = readFields(chosen, body);
  const fields: Record<string, string> = { ...read.fields };
  const names: Record<PersonId, string> = {};
  const frame = await readDateFrame(db, options.reference);
  const unlikely = dateProblems(chosen, read.fields, frame).map(({ path, message }) => ({
    id: `${inputName(chosen, path)}-day`,
    text: message,
  }));
  const problems = [...read.problems, ...unlikely.filter(({ id }) => !read.problems.some((problem) => problem.id === id))];
  for (const field of chosen.fields) {
    const given = fields[field.id];
    const id = inputName(chosen, field.id);
    if (field.kind !== 'person' || given === undefined || problems.some((problem) => problem.id === id)) continue;
    const [one, other] = await peopleCalled(db, given, options);
    if (one === undefined || other !== undefined) {
      problems.push({ id, text: one === undefined ? unknown(given, options.byName) : ambiguous(given) });
    } else {
      fields[field.id] = one.id;
      names[one.id] = options.byName ? `${one.name} (${one.email})` : one.email;
    }
  }
  return { chosen, fields, names, problems };
}

/** The answer to be checked, one line for each field that is asked. Fields left empty are shown as empty. */
export function sectionsOf({ chosen, fields, names }: TakenForm): readonly Section[] {
  const sections: { title: string | null; lines: CheckedLine[] }[] = [];
  const saying = { nameOf: (person: PersonId) => names[person] ?? person, answeredAt: null };
  if (chosen === null) return sections;
  for (const { path, field, value, entry, standing } of placesOf(chosen.fields, fields)) {
    if (standing !== 'asked' || (field.kind === 'group' && hasEntries(field.id, fields))) continue;
    const title = entry === null ? null : entryTitle(entry);
    const line = {
      label: field.label,
      value: value === '' ? notGiven(field) : spoken(field, value, saying),
      input: inputId(chosen, path, field.kind),
    };
    const last = sections.at(-1);
    if (last?.title === title) last.lines.push(line);
    else sections.push({ title, lines: [line] });
  }
  return sections;
}

function hasEntries(group: string, fields: Readonly<Record<string, string>>): boolean {
  return Object.keys(fields).some((path) => path.startsWith(`${group}.`));
}

function notGiven({ kind }: Place['field']): string {
  return kind === 'group' ? 'None' : 'Not given';
}

function unknown(given: string, byName: boolean): string {
  const hint = `Check the spelling${byName ? ', or enter their e-mail address' : ' of the e-mail address'}`;
  return `Chaser knows nobody as “${given}”. ${unseenSentence(given) || hint}`;
}

function ambiguous(given: string): string {
  return `Several people are called “${given}”. Enter the e-mail address of the one you mean`;
}
