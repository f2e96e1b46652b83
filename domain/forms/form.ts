import { entryIn, lastEntry, mostEntries, placesOf } from './form-places.ts';
import type { Place } from './form-places.ts';
import { brokenRule, brokenTotals } from './form-rules.ts';
import { isWellFormed } from './form-values.ts';
import type { Values } from './form-values.ts';
import { named, nameOfEntry, remedyFor, wordsForCondition, wordsForMalformed, wordsForMissing } from './form-words.ts';
import type { Answer } from '../programme.ts';
import type { Reason } from '../result.ts';

/** A problem with a field of an answer: it is missing, malformed, or not one that the answer has. */
export type BadForm = Reason & { readonly kind: 'missing-field' | 'bad-field' | 'unknown-field' };

/** The same with its place: "visitedOn", "interventions.2.cost", or a group as a whole, "interventions". */
export type FieldProblem = BadForm & { readonly path: string };

/**
 * What is wrong with the fields of an answer, the first fault only; null when they are complete and well-formed. The
 * web page, the command line and the workflow all use this.
 */
export function checkForm(answer: Answer, given: Values): BadForm | null {
  const [first] = formProblems(answer, given);
  if (first === undefined) return null;
  const { path, ...reason } = first;
  if (first.kind !== 'missing-field') return { ...reason, message: `${reason.message}.` };
  const label = placesOf(answer.fields, given).find((place) => place.path === path);
  return { ...reason, message: `${label === undefined ? path : named(label).replace('“', '"').replace('”', '"')} is missing.` };
}

/**
 * Everything that is wrong with the fields of an answer, in the order of the form; empty when it can be sent. Fields
 * that depend on one that is itself missing or malformed are not judged until that one is mended.
 */
export function formProblems(answer: Answer, given: Values): readonly FieldProblem[] {
  const places = placesOf(answer.fields, given);
  return [...unknownFields(answer, given), ...places.flatMap((place) => problemsAt(place, places, given))];
}

function problemsAt(place: Place, places: readonly Place[], given: Values): readonly FieldProblem[] {
  const { field, value, path, standing } = place;
  const problem = (kind: FieldProblem['kind'], message: string, remedy = remedyFor(place)) => [{ kind, path, message, remedy }];
  if (standing === 'unsettled') return [];
  if (standing === 'not-asked') {
    if (value === '') return [];
    const when = field.when ?? place.entry?.group.when ?? {};
    const condition = wordsForCondition(when, (id) => place.other(id)?.field);
    return problem('bad-field', `${named(place)} is asked only if ${condition}`, `Leave out ${path}.`);
  }
  if (field.kind === 'group') return groupProblems(place, places, given);
  if (value === '') return field.required ? problem('missing-field', wordsForMissing(place)) : [];
  if (!isWellFormed(field, value)) return problem('bad-field', wordsForMalformed(place));
  const broken = brokenRule(place);
  return broken === null ? [] : problem('bad-field', broken);
}

function groupProblems(place: Place, places: readonly Place[], given: Values): readonly FieldProblem[] {
  const { field, path } = place;
  const most = mostEntries(field);
  const tooMany = lastEntry(field, given) > most;
  const entries = places.filter(({ entry }) => entry?.group.id === field.id);
  const entry = nameOfEntry(field);
  return [
    ...(tooMany
      ? [{ message: `${named(place)} must have no more than ${most}`, remedy: `Leave out ${entry} ${most + 1} and after.` }]
      : []),
    ...brokenTotals(place, entries).map((message) => ({ message, remedy: `Change ${path}.` })),
  ].map((reason) => ({ kind: 'bad-field', path, ...reason }));
}

function unknownFields(answer: Answer, given: Values): readonly FieldProblem[] {
  const isKnown = (path: string) =>
    answer.fields.some((field) => (field.kind === 'group' ? entryIn(field, path) !== undefined : field.id === path));
  return Object.keys(given)
    .filter((path) => !isKnown(path))
    .map((path) => ({
      kind: 'unknown-field',
      path,
      message: `The answer "${answer.label}" has no field "${path}"`,
      remedy: answer.fields.length === 0 ? 'Leave it out.' : `Its fields are: ${pathsOf(answer).join(', ')}.`,
    }));
}

function pathsOf({ fields }: Answer): readonly string[] {
  return fields.flatMap((field) =>
    field.kind === 'group' ? (field.fields ?? []).map((inner) => `${field.id}.1.${inner.id}`) : [field.id],
  );
}
