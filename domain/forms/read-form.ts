import { formProblems } from './form.ts';
import type { FieldProblem } from './form.ts';
import { placesOf } from './form-places.ts';
import { named } from './form-words.ts';
import type { Answer } from '../programme.ts';
import { readTyped } from './typed-values.ts';

/** The result of reading a form: the values for the engine, and everything that must be mended before it takes them. */
export type ReadForm = { readonly fields: Readonly<Record<string, string>>; readonly problems: readonly FieldProblem[] };

/** Longer than any answer written by hand, and far below the server's limit. */
const LONGEST = { text: 500, person: 500, 'long-text': 10_000, files: 10_000 } as const;

/**
 * Reads what was typed, by the paths of the fields ("interventions.2.cost"). Empty fields are left out. With
 * `leaveOut`, values in fields that are not asked are dropped, for a page that shows all fields; otherwise they are a
 * problem.
 */
export function readForm(
  answer: Answer,
  typed: Readonly<Record<string, string>>,
  options: { readonly leaveOut: boolean } = { leaveOut: false },
): ReadForm {
  const read: Record<string, string> = { ...typed };
  for (const { path, field, value } of placesOf(answer.fields, typed)) {
    const kept = readTyped(field, value);
    if (kept === '') delete read[path];
    else read[path] = kept;
  }
  const places = placesOf(answer.fields, read);
  if (options.leaveOut) {
    for (const { path, standing } of places) if (standing === 'not-asked') delete read[path];
  }
  const tooLong = places.flatMap((place): readonly FieldProblem[] => {
    const { kind } = place.field;
    const most = kind === 'text' || kind === 'person' || kind === 'long-text' || kind === 'files' ? LONGEST[kind] : Infinity;
    if (!(place.path in read) || place.value.length <= most) return [];
    const message = `${named(place)} must be ${most.toLocaleString('en-GB')} characters or fewer`;
    return [{ kind: 'bad-field', path: place.path, message, remedy: `Shorten ${place.path}.` }];
  });
  const order = places.map(({ path }) => path);
  const problems = [...formProblems(answer, read), ...tooLong];
  return { fields: read, problems: problems.toSorted((one, other) => order.indexOf(one.path) - order.indexOf(other.path)) };
}
