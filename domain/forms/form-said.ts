import { placesOf } from './form-places.ts';
import type { Entry } from './form-places.ts';
import { isWellFormed, linesIn } from './form-values.ts';
import type { Values } from './form-values.ts';
import { nameOfEntry, optionLabel, quantityWords } from './form-words.ts';
import { londonDate } from '../time/london.ts';
import type { Instant } from '../time/london.ts';
import { longDate } from '../time/plain-date.ts';
import type { Field, PersonId } from '../programme.ts';
import { capitalised } from '../words.ts';

/** One value of a form, for people to read. */
export type SaidLine = { readonly label: string; readonly value: string };

export type Saying = {
  /** The person's name for a contact id. */
  readonly nameOf: (person: PersonId) => string;
  /** When it was answered, which dates the declarations; null before that. */
  readonly answeredAt: Instant | null;
};

/** Everything that was said in the fields of an answer, line by line. Empty fields are left out. */
export function saidIn(fields: readonly Field[], values: Values, saying: Saying): readonly SaidLine[] {
  return placesOf(fields, values)
    .filter(({ value }) => value !== '')
    .map(({ field, value, entry }) => ({
      label: `${entry === null ? '' : `${entryTitle(entry)}: `}${field.label}`,
      value: spoken(field, value, saying),
    }));
}

/** "Intervention 2" */
export function entryTitle({ group, number }: Entry): string {
  return `${capitalised(nameOfEntry(group))} ${number}`;
}

/**
 * What was said in a field, as a person would write it: names for contact ids, "5 December 2022" for dates, "£1,600.50" for
 * money, "Amira Khan, signed on 5 December 2022" for a declaration.
 */
export function spoken(field: Field, value: string, { nameOf, answeredAt }: Saying): string {
  switch (field.kind) {
    case 'person':
      return nameOf(value);
    case 'date':
    case 'money':
      return isWellFormed(field, value) ? quantityWords(field.kind, value) : value;
    case 'yes-no':
    case 'choice':
    case 'choices':
      return linesIn(value)
        .map((id) => optionLabel(field, id))
        .join('; ');
    case 'files':
      return linesIn(value).join('; ');
    case 'declaration':
      return answeredAt === null ? value : `${value}, signed on ${longDate(londonDate(Date.parse(answeredAt)))}`;
    case 'text':
    case 'long-text':
    case 'number':
    case 'group':
      return value;
    default:
      return field.kind satisfies never;
  }
}
