import type { Place } from './form-places.ts';
import { inPounds } from './money.ts';
import { longDate, parsePlainDate } from '../time/plain-date.ts';
import type { Condition, Field, FieldId } from '../programme.ts';
import { lowerFirst } from '../words.ts';

/** The words of a form's problems, as the person who fills it in reads them. */

/** “Cost” of intervention 2 */
export function named({ field, entry }: Place): string {
  return `“${field.label}”${entry === null ? '' : ` of ${nameOfEntry(entry.group)} ${entry.number}`}`;
}

/** What one entry of a group is called: "intervention". */
export function nameOfEntry(group: Field): string {
  return group.entry ?? 'entry';
}

/** What to do about an empty field. */
export function wordsForMissing(place: Place): string {
  switch (place.field.kind) {
    case 'yes-no':
      return `Select yes or no for ${named(place)}`;
    case 'choice':
      return `Select an answer to ${named(place)}`;
    case 'choices':
      return `Select at least one answer to ${named(place)}`;
    case 'money':
      return `Enter ${named(place)}, in pounds`;
    case 'files':
      return `Enter the names of the files for ${named(place)}`;
    case 'declaration':
      return `Enter your full name to sign ${named(place)}`;
    default:
      return tellUs(place) ?? `Enter ${named(place)}`;
  }
}

const ASKS = /^(?:(?:on|in|to|for|by|with|from) )?(?:what|which|who|whom|whose|why|where|when|how)\b/i;

/** A label that asks for something as a sentence: "Why not" is “Tell us why not”. Null for a label that names something. */
function tellUs({ field: { label }, entry }: Place): string | null {
  if (!ASKS.test(label)) return null;
  const of = entry === null ? '' : `, for ${nameOfEntry(entry.group)} ${entry.number}`;
  return label.endsWith('?') ? `Answer “${label}”${of}` : `Tell us ${lowerFirst(label)}${of}`;
}

/** What is wrong with a value that does not have the form of its kind. */
export function wordsForMalformed(place: Place): string {
  const what = named(place);
  switch (place.field.kind) {
    case 'date':
      return wordsForDate(what, place.value);
    case 'yes-no':
      return `Select yes or no for ${what}`;
    case 'choice':
    case 'choices':
      return `${what} has no answer “${place.value.replaceAll('\n', ', ')}”`;
    case 'money':
      return `${what} must be an amount of money, like 1,600 or 1,600.50`;
    case 'number':
      return `${what} must be ${numberWords(place.field)}`;
    case 'files':
      return `${what} must be names of files, one on each line, like costs.xlsx`;
    case 'declaration':
      return `${what} must be signed with your full name`;
    default:
      return `${what} must be one line`;
  }
}

/** What a form would accept, for a caller that gives values by path. */
export function remedyFor({ path, field }: Place): string {
  return `Give ${path}${exampleOf(field)}.`;
}

function exampleOf(field: Field): string {
  switch (field.kind) {
    case 'date':
      return ' as YYYY-MM-DD, for example 2022-12-05';
    case 'yes-no':
      return ' as yes or no';
    case 'person':
      return ' as the contact id or e-mail address of a person';
    case 'money':
      return ' in pounds, for example 1,600.50';
    case 'number':
      return ` as ${numberWords(field)}`;
    case 'choice':
      return ` as one of: ${(field.options ?? []).map(({ id }) => id).join(', ')}`;
    case 'choices':
      return ` as one or more of: ${(field.options ?? []).map(({ id }) => id).join(', ')}`;
    case 'files':
      return ' as names of files, one on each line';
    case 'declaration':
      return ' as the full name of whoever signs';
    default:
      return '';
  }
}

function numberWords({ decimals = 0 }: Field): string {
  if (decimals === 0) return 'a whole number, like 9';
  return `a number with at most ${decimals} decimal ${decimals === 1 ? 'place' : 'places'}, like 9.5`;
}

/** “Trust partnership” is “Yes” */
export function wordsForCondition(when: Condition, fieldCalled: (id: FieldId) => Field | undefined): string {
  return Object.entries(when)
    .map(([id, values]) => {
      const field = fieldCalled(id);
      const said = values.map((value) => `“${field === undefined ? value : optionLabel(field, value)}”`);
      return `“${field?.label ?? id}” is ${said.join(' or ')}`;
    })
    .join(' and ');
}

/** The label of an option, or of yes and no. */
export function optionLabel(field: Field, value: string): string {
  if (field.kind === 'yes-no') return value === 'yes' ? 'Yes' : value === 'no' ? 'No' : value;
  return field.options?.find(({ id }) => id === value)?.label ?? value;
}

/** A value inside a sentence: £16,000, 5 December 2022. */
export function quantityWords(kind: Field['kind'], value: string): string {
  if (kind === 'money') return inPounds(value);
  const date = kind === 'date' ? parsePlainDate(value) : undefined;
  return date === undefined ? value : longDate(date);
}

/** A day that was typed in three parts arrives as year, month and day, whatever they hold. */
function wordsForDate(what: string, value: string): string {
  const [, year = '', month = '', day = ''] = /^(.*)-(.*)-(.*)$/s.exec(value) ?? [];
  const parts = [...(day === '00' ? ['a day'] : []), ...(month === '00' ? ['a month'] : []), ...(year === '' ? ['a year'] : [])];
  if (value.includes('-') && parts.length > 0) return `${what} must include ${parts.join(' and ')}`;
  if (value.includes('-') && !/^\d{4}$/.test(year)) return `${what} must have a year of 4 numbers`;
  return `${what} must be a real date`;
}
