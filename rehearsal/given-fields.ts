import { readForm } from '../domain/forms/read-form.ts';
import type { Answer, Field } from '../domain/programme.ts';

/** What a file may hold for a field: YAML has numbers, and true and false, as types of their own. */
export type Given = Readonly<Record<string, string | number | boolean>>;

/** A form given as an answer, of which only the fields matter. */
export function formOf(fields: readonly Field[]): Answer {
  return { id: '', label: '', fields, opens: [], closes: [], ends: null, records: [] };
}

/**
 * Reads what somebody wrote for the fields of a form into the form in which the core stores it. It is read as `chaser
 * answer` reads it: "£1,250.00", the label of an option, "5 December 2022". What cannot be read stays as it was
 * written, and the form then says what is wrong.
 */
export function readGiven(fields: readonly Field[], given: Given): Readonly<Record<string, string>> {
  return readForm(formOf(fields), typedOf(fields, given)).fields;
}

/** The value as somebody would have typed it. */
export function typedOf(fields: readonly Field[], given: Given): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given).map(([path, value]) => [path, inWords(fieldAt(fields, path), value)]));
}

/** Without quotes, YAML reads 1250.50 pounds as 1250.5. True means yes where yes or no is asked for. */
function inWords(field: Field | undefined, value: string | number | boolean): string {
  if (typeof value === 'boolean' && field?.kind === 'yes-no') return value ? 'yes' : 'no';
  return typeof value === 'number' && field?.kind === 'money' && !Number.isInteger(value) ? value.toFixed(2) : String(value);
}

/** The field of "grant", or of "staff.2.cover". */
export function fieldAt(fields: readonly Field[], path: string): Field | undefined {
  const [id, , inner] = path.split('.');
  const field = fields.find((one) => one.id === id);
  return inner === undefined ? field : field?.fields?.find((one) => one.id === inner);
}
