import { parsePlainDate } from './plain-date.ts';
import type { Answer, Field } from './programme.ts';
import type { Reason } from './result.ts';

/** A field of an answer that is missing, malformed, or that the answer does not have. */
export type BadForm = Reason & { readonly kind: 'missing-field' | 'bad-field' | 'unknown-field' };

/**
 * What is wrong with the fields of an answer, the first fault only; null when they are complete and well-formed. The web
 * page, the command line and the workflow all ask this.
 */
export function checkForm(answer: Answer, given: Readonly<Record<string, string>>): BadForm | null {
  const unknown = Object.keys(given).find((id) => !answer.fields.some((field) => field.id === id));
  if (unknown !== undefined) {
    return {
      kind: 'unknown-field',
      message: `The answer "${answer.label}" has no field "${unknown}".`,
      remedy: answer.fields.length === 0 ? 'Leave it out.' : `Its fields are: ${answer.fields.map(({ id }) => id).join(', ')}.`,
    };
  }
  for (const field of answer.fields) {
    const value = (given[field.id] ?? '').trim();
    if (value === '') {
      if (!field.required) continue;
      return { kind: 'missing-field', message: `"${field.label}" is missing.`, remedy: `Give ${field.id}${exampleOf(field)}.` };
    }
    if (!isWellFormed(field, value)) {
      return {
        kind: 'bad-field',
        message: `"${field.label}" cannot be "${value}".`,
        remedy: `Give ${field.id}${exampleOf(field)}.`,
      };
    }
  }
  return null;
}

function isWellFormed(field: Field, value: string): boolean {
  switch (field.kind) {
    case 'date':
      return parsePlainDate(value) !== undefined;
    case 'yes-no':
      return value === 'yes' || value === 'no';
    case 'text':
      return !/[\r\n]/.test(value);
    case 'person':
    case 'long-text':
      return true;
    default:
      return field.kind satisfies never;
  }
}

function exampleOf(field: Field): string {
  if (field.kind === 'date') return ' as YYYY-MM-DD, for example 2022-12-05';
  if (field.kind === 'yes-no') return ' as yes or no';
  if (field.kind === 'person') return ' as the contact id of a person';
  return '';
}
