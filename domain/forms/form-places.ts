import { isWellFormed, linesIn, valueAt } from './form-values.ts';
import type { Values } from './form-values.ts';
import type { Condition, Field, FieldId } from '../programme.ts';

/** More entries of one group than anybody would write. */
export const MOST_ENTRIES = 50;

/** One place in a form that takes a value: a field of the form, or of one entry of a group. */
export type Place = {
  /** "visitedOn"; "interventions.2.cost" */
  readonly path: string;
  readonly field: Field;
  /** The value given there; empty when there was none. */
  readonly value: string;
  /** Which entry of which group it belongs to; null for the form's own fields. */
  readonly entry: Entry | null;
  /** `unsettled`: whether it is asked depends on a field that is still missing or malformed. */
  readonly standing: 'asked' | 'not-asked' | 'unsettled';
  /** The value of another field, of the same entry or else of the form. */
  readonly other: (id: FieldId) => Place | undefined;
};

export type Entry = { readonly group: Field; readonly number: number };

/** Every place of a form, given the values so far, in the order of the form. */
export function placesOf(fields: readonly Field[], given: Values): readonly Place[] {
  return placesUnder(fields, given, '', null, () => undefined);
}

function placesUnder(
  fields: readonly Field[],
  given: Values,
  prefix: string,
  entry: Entry | null,
  outside: (id: FieldId) => Place | undefined,
): readonly Place[] {
  const places: Place[] = [];
  // While places are gathered this knows only the fields above, so conditions can never go round in a circle.
  const other = (id: FieldId) => places.find(({ field, entry: of }) => field.id === id && of?.number === entry?.number) ?? outside(id);
  for (const field of fields) {
    const path = `${prefix}${field.id}`;
    const place: Place = { path, field, value: valueAt(given, path), entry, standing: standingOf(field.when, other), other };
    places.push(place);
    if (field.kind !== 'group') continue;
    for (let number = 1; number <= entriesOf(place, given); number++) {
      const inside = placesUnder(field.fields ?? [], given, `${path}.${number}.`, { group: field, number }, other);
      places.push(...(place.standing === 'asked' ? inside : inside.map((each) => ({ ...each, standing: place.standing }))));
    }
  }
  return places;
}

/** How many entries a group has: up to the last that holds a value, and at least as many as it must have. */
function entriesOf({ field, standing }: Place, given: Values): number {
  const said = lastEntry(field, given);
  const least = field.required ? Math.max(Number(field.min ?? 1), 1) : said === 0 ? 0 : Number(field.min ?? 0);
  return Math.min(standing === 'asked' ? Math.max(said, least) : said, mostEntries(field));
}

/** How many entries a group may have. */
export function mostEntries(field: Field): number {
  return Number(field.max ?? MOST_ENTRIES);
}

/** The number of the last entry of a group that holds a value; 0 when there is none. */
export function lastEntry(group: Field, given: Values): number {
  let last = 0;
  let known = `${group.id}.0.`;
  for (const path of Object.keys(given)) {
    // The fields of an entry follow each other: after the first that has a value the others tell nothing.
    if (path.startsWith(known)) continue;
    const entry = entryIn(group, path);
    if (entry === undefined || entry <= last || valueAt(given, path) === '') continue;
    last = entry;
    known = `${group.id}.${entry}.`;
  }
  return last;
}

/** The number in "interventions.2.cost", where that is a field of the group; else undefined. */
export function entryIn(group: Field, path: string): number | undefined {
  const { id, fields = [] } = group;
  // Most paths are of no group: they are told by their beginning, without taking them apart.
  if (!path.startsWith(id) || path[id.length] !== '.') return undefined;
  const after = path.indexOf('.', id.length + 1);
  const number = path.slice(id.length + 1, after === -1 ? path.length : after);
  const inner = after === -1 ? undefined : path.slice(after + 1);
  return /^[1-9]\d{0,5}$/.test(number) && fields.some((field) => field.id === inner) ? Number(number) : undefined;
}

/** Whether a condition holds. */
export function standingOf(when: Condition | undefined, other: (id: FieldId) => Place | undefined): Place['standing'] {
  if (when === undefined) return 'asked';
  const each = Object.entries(when).map(([id, values]) => standingWith(other(id), values));
  if (each.includes('not-asked')) return 'not-asked';
  return each.includes('unsettled') ? 'unsettled' : 'asked';
}

function standingWith(place: Place | undefined, values: readonly string[]): Place['standing'] {
  if (place === undefined) return 'not-asked';
  if (place.standing !== 'asked') return place.standing;
  if (place.value === '') return place.field.required ? 'unsettled' : 'not-asked';
  if (!isWellFormed(place.field, place.value)) return 'unsettled';
  return linesIn(place.value).some((value) => values.includes(value)) ? 'asked' : 'not-asked';
}
