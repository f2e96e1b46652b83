import type { Step } from '../../domain/programme.ts';
import { entriesShown, formOf, inputName, typed } from './read-fields.ts';
import type { FormBody } from './read-fields.ts';

/** The names of the buttons that add an entry to a group or remove one. */
const ADD = 'add';
const REMOVE = 'remove';

/** Whether a form was sent with one of these buttons, so that it gives no answer yet. */
export function isEdit(body: FormBody): boolean {
  return typed(body, ADD) !== '' || typed(body, REMOVE) !== '';
}

/** The form with one more entry, or without the removed one. Everything else stays as it was typed. */
export function editedForm(step: Step, body: FormBody): FormBody {
  for (const answer of step.answers) {
    for (const group of answer.fields) {
      if (group.kind !== 'group') continue;
      const name = inputName(answer, group.id);
      const shown = entriesShown(answer, group, body);
      if (typed(body, ADD) === name) return { ...formOf(step, body), [name]: String(shown + 1) };
      const removed = Array.from({ length: shown }, (_, index) => index + 1).find((number) => typed(body, REMOVE) === `${name}.${number}`);
      if (removed !== undefined) return withoutEntry(formOf(step, body), name, removed, shown);
    }
  }
  return body;
}

/** The entries after the removed one move up. */
function withoutEntry(form: Readonly<Record<string, string>>, name: string, removed: number, shown: number): FormBody {
  const kept = Object.entries(form).flatMap(([input, value]): readonly (readonly [string, string])[] => {
    const [number = '', ...rest] = input.startsWith(`${name}.`) ? input.slice(name.length + 1).split('.') : [];
    if (number === '' || Number(number) < removed) return [[input, value]];
    return Number(number) === removed ? [] : [[[name, Number(number) - 1, ...rest].join('.'), value]];
  });
  return { ...Object.fromEntries(kept), [name]: String(shown - 1) };
}
