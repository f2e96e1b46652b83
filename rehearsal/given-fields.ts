import { readForm } from '../domain/read-form.ts';
import type { Answer, Field } from '../domain/programme.ts';

/** What stands in a file for a field: YAML has numbers of its own. */
type Given = Readonly<Record<string, string | number>>;

const NO_ANSWER: Answer = { id: '', label: '', fields: [], opens: [], closes: [], ends: null, records: [] };

/**
 * What somebody wrote for the fields of a form, as the core keeps it. It is read as `chaser answer` reads it: "£1,250.00", the
 * label of an option, "5 December 2022". What cannot be read stays as it was written, and the form then says what is wrong.
 */
export function readGiven(fields: readonly Field[], given: Given): Readonly<Record<string, string>> {
  const written = Object.fromEntries(Object.entries(given).map(([path, value]) => [path, inWords(fieldAt(fields, path), value)]));
  return readForm({ ...NO_ANSWER, fields }, written).fields;
}

/** Without quotes, 1250.50 pounds come out of YAML as 1250.5. */
function inWords(field: Field | undefined, value: string | number): string {
  return typeof value === 'number' && field?.kind === 'money' && !Number.isInteger(value) ? value.toFixed(2) : String(value);
}

/** The field of "grant", or of "staff.2.cover". */
function fieldAt(fields: readonly Field[], path: string): Field | undefined {
  const [id, , inner] = path.split('.');
  const field = fields.find((one) => one.id === id);
  return inner === undefined ? field : field?.fields?.find((one) => one.id === inner);
}
