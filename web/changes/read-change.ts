import { longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../../postgres/database.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { findPerson } from '../shared/find-person.ts';
import type { ChangeField, Values } from './change-form.ts';

const LONGEST_WORDS = 1_000;

/** A form as it was read: its values for the core and in words for people, and its mistakes. */
export type ReadChange = {
  readonly said: Values;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
  readonly problems: readonly FormProblem[];
};

/** Reads a form of change, with all its mistakes at once. The people that it names must be known to Chaser. */
export async function readChange(db: Db, fields: readonly ChangeField[], body: FormBody): Promise<ReadChange> {
  const values = new Map<string, string>();
  const lines: { label: string; value: string }[] = [];
  const problems: FormProblem[] = [];
  for (const field of fields) {
    const read = await readField(db, field, body);
    if ('problem' in read) problems.push({ id: idOf(field), text: read.problem });
    else {
      values.set(field.id, read.value);
      lines.push({ label: field.label.replace(' (optional)', ''), value: read.words });
    }
  }
  return { said: (id) => values.get(id) ?? '', lines, problems };
}

/** The id of the input where a mistake in a field is corrected. */
export function idOf({ kind, id }: Pick<ChangeField, 'kind' | 'id'>): string {
  return kind === 'date' ? `${id}-day` : id;
}

/** What was typed into each input of a form, by the inputs' names. To be shown again, or sent on. */
export function typedInto(fields: readonly ChangeField[], body: FormBody): Readonly<Record<string, string>> {
  const names = fields.flatMap(({ kind, id }) => (kind === 'date' ? [`${id}-day`, `${id}-month`, `${id}-year`] : [id]));
  return Object.fromEntries(names.map((name) => [name, typed(body, name)]));
}

type ReadField = { readonly value: string; readonly words: string } | { readonly problem: string };

async function readField(db: Db, field: ChangeField, body: FormBody): Promise<ReadField> {
  const given = field.kind === 'date' ? typedDate(body, field.id) : typed(body, field.id);
  if (given === '') return field.optional ? { value: '', words: 'Not given' } : { problem: field.missing };
  switch (field.kind) {
    case 'choice': {
      const option = field.options.find(({ value }) => value === given);
      return option === undefined ? { problem: field.missing } : { value: given, words: option.text };
    }
    case 'date': {
      const date = parsePlainDate(given);
      const what = field.missing.replace(/^Enter t/u, 'T');
      return date === undefined ? { problem: `${what} must be a real date` } : { value: date, words: longDateWithWeekday(date) };
    }
    case 'person': {
      const found = await findPerson(db, given);
      if (!found.ok) return { problem: `${found.reason.message}. ${found.reason.remedy}` };
      return { value: found.value.id, words: found.value.words };
    }
    case 'words':
      return given.length > LONGEST_WORDS
        ? { problem: `The reason must be ${LONGEST_WORDS.toLocaleString('en-GB')} characters or fewer` }
        : { value: given, words: given };
    default:
      return field satisfies never;
  }
}
