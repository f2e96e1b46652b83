import { isDeepStrictEqual } from 'node:util';
import { mostEntries } from '../../domain/forms/form-places.ts';
import { entryTitle } from '../../domain/forms/form-said.ts';
import { nameOfEntry, wordsForCondition } from '../../domain/forms/form-words.ts';
import type { Answer, Field } from '../../domain/programme.ts';
import { entriesShown, fewestEntries, inputName, ticked, typed } from './read-fields.ts';
import type { FormBody, FormProblem } from './read-fields.ts';

/** One answer of a step as the form shows it, with what was typed before. */
export type AnswerChoice = {
  readonly id: string;
  readonly label: string;
  readonly checked: boolean;
  readonly fields: readonly FieldInput[];
};

export type FieldInput = {
  readonly kind: Field['kind'];
  readonly name: string;
  /** When it is asked, in words before the label: “If yes: ”. Empty when it always is. A page that hides it until then leaves them out. */
  readonly condition: string;
  /** The same for a script: by input, the values of which it must hold one. Null when it is always asked. */
  readonly when: Readonly<Record<string, readonly string[]>> | null;
  readonly label: string;
  readonly hint: string | null;
  readonly value: string;
  readonly values: readonly string[];
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly error: string | null;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly whole: boolean;
  readonly statement: string;
  /** For a group. */
  readonly entries: readonly EntryInput[];
  /** The text of the button that adds an entry; null when there is no room for more. */
  readonly add: string | null;
};

type EntryInput = {
  readonly name: string;
  readonly title: string;
  readonly removable: boolean;
  readonly fields: readonly FieldInput[];
};

/** Every answer of a step for the form (views/answer-fields.njk). */
export function answerChoices(
  answers: readonly Answer[],
  chosen: string,
  body: FormBody,
  problems: readonly FormProblem[],
): readonly AnswerChoice[] {
  return answers.map((answer) => ({
    id: answer.id,
    label: answer.label,
    checked: answer.id === chosen,
    fields: answer.fields.map((field) => fieldInput(field, field.id, answer, answer.fields)),
  }));

  function fieldInput(field: Field, path: string, answer: Answer, beside: readonly Field[]): FieldInput {
    const name = inputName(answer, path);
    const shown = field.kind === 'group' ? entriesShown(answer, field, body) : 0;
    return {
      kind: field.kind,
      name,
      condition: conditionOf(field, beside, answer),
      when: whenOf(field, path, beside, answer),
      label: `${field.label}${field.required ? '' : ' (optional)'}`,
      hint: field.hint,
      value: typed(body, name),
      values: ticked(body, name),
      day: typed(body, `${name}-day`),
      month: typed(body, `${name}-month`),
      year: typed(body, `${name}-year`),
      error: problemsAt(name),
      options: (field.options ?? []).map(({ id, label }) => ({ value: id, text: label })),
      whole: field.decimals === undefined || field.decimals === 0,
      statement: field.statement ?? '',
      entries: Array.from({ length: shown }, (_, index) => entryInput(field, index + 1, shown, answer)),
      add: shown < mostEntries(field) ? `Add ${shown === 0 ? article(nameOfEntry(field)) : `another ${nameOfEntry(field)}`}` : null,
    };
  }

  function problemsAt(name: string): string | null {
    const texts = problems.filter(({ id }) => id === name || id === `${name}-day`).map(({ text }) => text);
    return texts.length === 0 ? null : texts.join('. ');
  }

  function entryInput(group: Field, number: number, shown: number, answer: Answer): EntryInput {
    const fields = group.fields ?? [];
    return {
      name: inputName(answer, `${group.id}.${number}`),
      title: entryTitle({ group, number }),
      removable: shown > fewestEntries(group),
      fields: fields.map((field) => fieldInput(field, `${group.id}.${number}.${field.id}`, answer, fields)),
    };
  }
}

/**
 * The words that say when a field is asked: "If yes: " right below the question, "If so: " when the field before has
 * the same condition, and otherwise “If “Funded partnership” is “Yes”: ”. Without a script all fields are shown, each under its
 * condition.
 */
function conditionOf({ id, when }: Field, beside: readonly Field[], answer: Answer): string {
  const [asked, ...more] = Object.entries(when ?? {});
  if (when === undefined || asked === undefined) return '';
  const [controller, values] = asked;
  const above = beside.slice(
    0,
    beside.findIndex((field) => field.id === id),
  );
  const question = above.findLast((field) => field.when?.[controller] === undefined);
  if (more.length === 0 && question?.id === controller && question.kind === 'yes-no' && values.length === 1) return `If ${values[0]}: `;
  const before = above.at(-1)?.when;
  if (before !== undefined && isDeepStrictEqual(before, when)) return 'If so: ';
  const called = (other: string) => beside.find((field) => field.id === other) ?? answer.fields.find((field) => field.id === other);
  return `If ${wordsForCondition(when, called)}: `;
}

/** The condition of a field by the inputs of this page: of the same entry, or else of the form. Null when it is always asked. */
function whenOf({ id, when }: Field, path: string, beside: readonly Field[], answer: Answer): FieldInput['when'] {
  if (when === undefined) return null;
  const own = path.slice(0, path.length - id.length);
  return Object.fromEntries(
    Object.entries(when).map(([of, values]) => [inputName(answer, beside.some((field) => field.id === of) ? `${own}${of}` : of), values]),
  );
}

/** Whether something of a form is asked only when something else has a value, so that a script may hide it until then. */
export function hasConditions(choices: readonly AnswerChoice[]): boolean {
  const depends = ({ when, entries }: FieldInput): boolean => when !== null || entries.some(({ fields }) => fields.some(depends));
  return choices.some(({ fields }) => (choices.length > 1 && fields.length > 0) || fields.some(depends));
}

/** "an intervention" */
function article(noun: string): string {
  return `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
}
