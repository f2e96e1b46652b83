import { readForm } from '../../domain/forms/read-form.ts';
import { dateOfParts } from '../../domain/forms/typed-values.ts';
import { mostEntries } from '../../domain/forms/form-places.ts';
import { linesIn } from '../../domain/forms/form-values.ts';
import { showsNothing, withoutUnseen } from '../../domain/unseen-characters.ts';
import type { Answer, Field, Step } from '../../domain/programme.ts';

/** A form as it was sent. */
export type FormBody = Readonly<Record<string, unknown>>;

/** A mistake in a form: the id of the input, and the text beside it. */
export type FormProblem = { readonly id: string; readonly text: string };

/** Control characters other than tabs and line ends. Nobody types them, and PostgreSQL stores no NUL. */
const UNSEEN = /[^\P{Cc}\n\t]/gu;

/**
 * What was typed into one input, without blanks around it. Empty when no input has the name, or several do, or when nothing
 * of it can be seen: a zero-width space is neither a reason nor a name.
 */
export function typed(body: FormBody, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || showsNothing(value)) return '';
  return value.toWellFormed().replaceAll('\r\n', '\n').replaceAll(UNSEEN, '').trim();
}

/**
 * The boxes that were ticked: either several fields of one name, or one field with a line for each, as in a form that
 * is sent on.
 */
export function ticked(body: FormBody, name: string): readonly string[] {
  const value = body[name];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => linesIn(typed({ one }, 'one')));
}

/**
 * The day in three inputs as an ISO date: "5", "12", "2022" is 2022-12-05. What is not a day comes back as it was
 * typed.
 */
export function typedDate(body: FormBody, name: string): string {
  const [day = '', month = '', year = ''] = ['day', 'month', 'year'].map((part) => withoutUnseen(typed(body, `${name}-${part}`)).trim());
  return dateOfParts(day, month, year);
}

/**
 * The name and id of the input at a path. They name the answer, because two answers of one step may have a field with
 * the same id.
 */
export function inputName(answer: Answer, path: string): string {
  return `${answer.id}-${path}`;
}

/** The smallest number of entries of a group that the form can show. */
export function fewestEntries(group: Field): number {
  return group.required ? Math.max(Number(group.min ?? 1), 1) : 0;
}

/** How many entries of a group the form shows: as many as when it was sent, and one at first. */
export function entriesShown(answer: Answer, group: Field, body: FormBody): number {
  const written = typed(body, inputName(answer, group.id));
  const shown = /^\d{1,3}$/.test(written) ? Number(written) : Math.max(fewestEntries(group), 1);
  return Math.min(Math.max(shown, fewestEntries(group)), mostEntries(group));
}

/** What a form says besides the answer itself: the fields that were filled in, and every mistake. */
export function readFields(
  answer: Answer,
  body: FormBody,
): { readonly fields: Readonly<Record<string, string>>; readonly problems: readonly FormProblem[] } {
  const inputs = inputsOf(answer, body);
  const values = inputs.map(({ path, field }) => [path, typedIn(field, inputName(answer, path), body)] as const);
  const { fields, problems } = readForm(answer, Object.fromEntries(values), { leaveOut: true });
  return {
    fields,
    problems: problems.map(({ path, message }) => {
      const isDate = inputs.some((input) => input.path === path && input.field.kind === 'date');
      return { id: inputId(answer, path, isDate ? 'date' : 'text'), text: message };
    }),
  };
}

/** The id of the input, or of the first of several, to which a link about a field leads. */
export function inputId(answer: Answer, path: string, kind: Field['kind']): string {
  return `${inputName(answer, path)}${kind === 'date' ? '-day' : ''}`;
}

/** The form as it was typed, with all its answers, by the names of its inputs. To be shown again, or saved. */
export function formOf(step: Step, body: FormBody): Readonly<Record<string, string>> {
  const values = step.answers.flatMap((answer): readonly (readonly [string, string])[] => [
    ...answer.fields
      .filter(({ kind, id }) => kind === 'group' && typed(body, inputName(answer, id)) !== '')
      .map((group) => [inputName(answer, group.id), String(entriesShown(answer, group, body))] as const),
    ...inputsOf(answer, body).flatMap(({ path, field }): readonly (readonly [string, string])[] => {
      const name = inputName(answer, path);
      if (field.kind === 'choices') return [[name, ticked(body, name).join('\n')]];
      const names = field.kind === 'date' ? [`${name}-day`, `${name}-month`, `${name}-year`] : [name];
      return names.map((each) => [each, typed(body, each)]);
    }),
  ]);
  const all = [['answer', typed(body, 'answer')] as const, ...values];
  return Object.fromEntries(all.filter(([, value]) => value !== ''));
}

/** Every field that has an input of its own on the form, in order. */
function inputsOf(answer: Answer, body: FormBody): readonly { readonly path: string; readonly field: Field }[] {
  return answer.fields.flatMap((field) => {
    if (field.kind !== 'group') return [{ path: field.id, field }];
    return Array.from({ length: entriesShown(answer, field, body) }, (_, index) =>
      (field.fields ?? []).map((inner) => ({ path: `${field.id}.${index + 1}.${inner.id}`, field: inner })),
    ).flat();
  });
}

function typedIn(field: Field, name: string, body: FormBody): string {
  if (field.kind === 'choices') return ticked(body, name).join('\n');
  return field.kind === 'date' ? typedDate(body, name) : typed(body, name);
}
