import { longDateWithWeekday, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../../postgres/database.ts';
import { typed, typedDate } from '../answer/read-fields.ts';
import type { FormBody, FormProblem } from '../answer/read-fields.ts';
import { planPerson } from '../../register/new-person.ts';
import type { PlannedPerson } from '../../register/new-person.ts';
import { findPerson } from '../shared/find-person.ts';
import type { ChangeField, Values } from './change-form.ts';

const LONGEST_WORDS = 1_000;

/** A form as it was read: its values for the core and in words for people, and its mistakes. */
export type ReadChange = {
  readonly said: Values;
  /** Somebody whom Chaser does not know yet, to be added with the change. */
  readonly newcomer: PlannedPerson | null;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
  readonly problems: readonly FormProblem[];
};

/**
 * Reads a form of change, with all its mistakes at once. The people that it names are known to Chaser, or are new and named with
 * their address.
 */
export async function readChange(db: Db, fields: readonly ChangeField[], body: FormBody): Promise<ReadChange> {
  const values = new Map<string, string>();
  const lines: { label: string; value: string }[] = [];
  const problems: FormProblem[] = [];
  const added = await readNewcomer(db, fields, body);
  problems.push(...added.problems);
  for (const field of fields) {
    if (field.kind === 'newcomer') continue;
    // Who is new is typed below, so that nobody is missing here.
    const isNew = field.kind === 'person' && added.typed && typed(body, field.id) === '';
    if (isNew && added.person === null) continue;
    const read = isNew && added.person !== null ? newcomerWords(added.person) : await readField(db, field, body, fields);
    if ('problem' in read) problems.push({ id: idOf(field), text: read.problem });
    else {
      values.set(field.id, read.value);
      lines.push({ label: field.label.replace(' (optional)', ''), value: read.words });
    }
  }
  const order = fields.map(idOf);
  return {
    said: (id) => values.get(id) ?? '',
    newcomer: added.person,
    lines,
    problems: problems.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id)),
  };
}

type ReadNewcomer = { readonly typed: boolean; readonly person: PlannedPerson | null; readonly problems: readonly FormProblem[] };

/** Somebody new, whom a form names by name and address; nobody where these are empty. */
async function readNewcomer(db: Db, fields: readonly ChangeField[], body: FormBody): Promise<ReadNewcomer> {
  const parts = fields.flatMap((field) =>
    field.kind === 'newcomer' ? [{ part: field.part, id: field.id, value: typed(body, field.id) }] : [],
  );
  if (parts.every(({ value }) => value === '')) return { typed: false, person: null, problems: [] };
  const idOfPart = (part: string) => parts.find((one) => one.part === part)?.id ?? '';
  const person = fields.find(({ kind }) => kind === 'person');
  if (person !== undefined && typed(body, person.id) !== '') {
    const text = 'Enter either somebody Chaser knows or somebody new, not both';
    return { typed: true, person: null, problems: [{ id: person.id, text }] };
  }
  const valueOf = (part: string) => parts.find((one) => one.part === part)?.value ?? '';
  const planned = await planPerson(db, { name: valueOf('name'), email: valueOf('email'), telephone: valueOf('telephone') });
  if (planned.ok) return { typed: true, person: planned.value, problems: [] };
  const problems = (planned.faults ?? []).map(({ kind, message, remedy }) => ({
    id: idOfPart(kind),
    text: remedy === '' ? message : `${message}. ${remedy}`,
  }));
  return { typed: true, person: null, problems };
}

function newcomerWords({ id, name, email, telephone, known }: PlannedPerson): { readonly value: string; readonly words: string } {
  const reach = [email, telephone].filter((way) => way !== '').join(', ');
  return { value: id, words: `${name} (${reach})${known ? '' : '. Chaser does not know them yet: they are added with this change'}` };
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

async function readField(db: Db, field: ChangeField, body: FormBody, fields: readonly ChangeField[]): Promise<ReadField> {
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
      if (!found.ok) {
        const orNew =
          found.reason.kind === 'unknown' && fields.some(({ kind }) => kind === 'newcomer')
            ? '. If they are new, leave this empty and add them below'
            : '';
        return { problem: `${found.reason.message}. ${found.reason.remedy}${orNew}` };
      }
      return { value: found.value.id, words: found.value.words };
    }
    case 'words':
      return given.length > LONGEST_WORDS
        ? { problem: `The reason must be ${LONGEST_WORDS.toLocaleString('en-GB')} characters or fewer` }
        : { value: given, words: given };
    case 'newcomer':
      return { value: given, words: given };
    default:
      return field satisfies never;
  }
}
