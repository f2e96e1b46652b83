import type { Answer, PersonId, Step } from '../../domain/programme.ts';
import type { Db } from '../../postgres/database.ts';
import { spoken } from '../../postgres/letter-words.ts';
import { peopleCalled } from '../../postgres/people-called.ts';
import { inputName, readFields, typed } from './read-fields.ts';
import type { FormBody, FormProblem } from './read-fields.ts';

/** A form that was sent: the answer that was chosen, as the engine takes it and as people read it, and what is to be mended. */
export type TakenForm = {
  readonly chosen: Answer | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly names: Readonly<Record<PersonId, string>>;
  readonly problems: readonly FormProblem[];
};

/**
 * Reads a form of a step. A person is given by e-mail address or, where `byName`, by name: whom names are shown to must know
 * these people anyway.
 */
export async function takeForm(db: Db, step: Step, body: FormBody, options: { readonly byName: boolean }): Promise<TakenForm> {
  const chosen = step.answers.find(({ id }) => id === typed(body, 'answer')) ?? null;
  if (chosen === null) return { chosen, fields: {}, names: {}, problems: [{ id: 'answer', text: 'Select your answer' }] };
  const read = readFields(chosen, body);
  const fields: Record<string, string> = { ...read.fields };
  const names: Record<PersonId, string> = {};
  const problems = [...read.problems];
  for (const field of chosen.fields) {
    const given = fields[field.id];
    if (field.kind !== 'person' || given === undefined) continue;
    const [one, other] = await peopleCalled(db, given, options);
    if (one === undefined || other !== undefined) {
      problems.push({ id: inputName(chosen, field), text: one === undefined ? unknown(given, options.byName) : ambiguous(given) });
    } else {
      fields[field.id] = one.id;
      names[one.id] = options.byName ? `${one.name} (${one.email})` : one.email;
    }
  }
  return { chosen, fields, names, problems };
}

/** The form as it was typed, all answers of it, by the names of its inputs: to be shown again, or saved. */
export function formOf(step: Step, body: FormBody): Readonly<Record<string, string>> {
  const names = step.answers.flatMap((answer) =>
    answer.fields.flatMap((field) => {
      const name = inputName(answer, field);
      return field.kind === 'date' ? [`${name}-day`, `${name}-month`, `${name}-year`] : [name];
    }),
  );
  return Object.fromEntries(['answer', ...names].flatMap((name) => (typed(body, name) === '' ? [] : [[name, typed(body, name)]])));
}

/** What is about to be said, one line of the page a field; fields left empty are shown as such. */
export function linesOf({ chosen, fields, names }: TakenForm): readonly { readonly label: string; readonly value: string }[] {
  return (chosen?.fields ?? []).map((field) => {
    const value = fields[field.id] ?? '';
    if (value === '') return { label: field.label, value: 'Not given' };
    return { label: field.label, value: field.kind === 'yes-no' ? (value === 'yes' ? 'Yes' : 'No') : spoken(field, value, names) };
  });
}

function unknown(given: string, byName: boolean): string {
  return `Chaser knows nobody as “${given}”. Check the spelling${byName ? ', or enter their e-mail address' : ' of the e-mail address'}`;
}

function ambiguous(given: string): string {
  return `Several people are called “${given}”. Enter the e-mail address of the one you mean`;
}
