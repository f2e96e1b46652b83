import { entryIn } from '../domain/forms/form-places.ts';
import type { Place } from '../domain/forms/form-places.ts';
import type { Condition, Field, FieldKind } from '../domain/programme.ts';
import { readForm } from '../domain/forms/read-form.ts';
import type { Path, Report } from '../programmes/finding.ts';
import { suggestion } from '../programmes/suggestion.ts';
import { fieldAt, formOf, readGiven, typedOf } from './given-fields.ts';
import type { Given } from './given-fields.ts';
import { filledFields } from './sample-fields.ts';

/**
 * Values made up for these kinds are the same on every day, so it is known at once whether fields that depend on them
 * are asked.
 */
const SETTLING: readonly FieldKind[] = ['choice', 'choices', 'yes-no'];
/** For these kinds true and false would be words. */
const WORDS: readonly FieldKind[] = ['text', 'long-text', 'declaration'];
const NOBODY = { atMs: 0, name: '', newcomer: () => '' };

/** What is wrong with a field that a form does not have. */
type Unknown = (field: string) => string;

/**
 * Reports what is wrong with the values that a scenario gives for a form, by the form's own rules, each at its place
 * under `path`. Values left out are made up in the play, and whatever depends on the play's days or facts is judged
 * there.
 */
export function checkGiven(fields: readonly Field[], given: Given, path: Path, report: Report, unknown: Unknown): void {
  const strange = checkPaths(fields, given, path, report, unknown);
  const truths = Object.entries(given).filter(([key, value]) => typeof value === 'boolean' && fieldAt(fields, key)?.kind !== 'yes-no');
  for (const [key, value] of truths.filter(([truth]) => !strange.includes(truth))) {
    const kind = fieldAt(fields, key)?.kind;
    const remedy =
      kind !== undefined && WORDS.includes(kind) ? `Put the word in quotes: '${value}'.` : remedyOf(fields, key, String(value));
    report([...path, key], `"${key}" cannot be ${value}: it is not a yes or no question`, remedy);
  }

  const without = [...strange, ...truths.map(([key]) => key)];
  const sound = Object.fromEntries(Object.entries(given).filter(([key]) => !without.includes(key)));
  const { judged, onFacts } = withoutFacts(fields);
  const typed = { ...made(judged, onFacts, readGiven(fields, sound)), ...typedOf(fields, sound) };
  for (const { kind, path: at, message, remedy } of readForm(formOf(judged), typed).problems) {
    const key = Object.keys(given).find((one) => one === at) ?? Object.keys(given).find((one) => one.startsWith(`${at}.`));
    if (kind === 'bad-field' && key !== undefined && !without.includes(key)) report([...path, key], message, remedy);
  }
}

/** Reports the fields that a form does not have. Answers which they are. */
export function checkPaths(fields: readonly Field[], given: Given, path: Path, report: Report, unknown: Unknown): readonly string[] {
  const strange = Object.keys(given).filter((key) => !isPathOf(fields, key));
  for (const key of strange) report([...path, key], unknown(key), suggestion(key, pathsLike(fields, key)), 'key');
  return strange;
}

/** The values that the play will make up for fields on which others depend. */
function made(fields: readonly Field[], onFacts: ReadonlySet<Field>, read: Readonly<Record<string, string>>) {
  const settles = ({ field, entry }: Place) =>
    SETTLING.includes(field.kind) && !onFacts.has(field) && (entry === null || !onFacts.has(entry.group));
  const filled = filledFields(fields, read, NOBODY, settles);
  return Object.fromEntries(Object.entries(filled).filter(([key]) => !Object.hasOwn(read, key)));
}

/** "Give interventions.1.cost in pounds, for example 1,600.50." */
function remedyOf(fields: readonly Field[], key: string, value: string): string {
  const { judged } = withoutFacts(fields);
  return readForm(formOf(judged), { [key]: value }).problems.find(({ path }) => path === key)?.remedy ?? `Give ${key} in words.`;
}

function isPathOf(fields: readonly Field[], key: string): boolean {
  return fields.some((field) => (field.kind === 'group' ? entryIn(field, key) !== undefined : field.id === key));
}

/** Every field by its path, in the same entry when the key belongs to one. */
function pathsLike(fields: readonly Field[], key: string): readonly string[] {
  const [, entry = ''] = key.split('.');
  const number = /^[1-9]\d*$/.test(entry) ? entry : '1';
  return fields.flatMap((field) =>
    field.kind === 'group' ? (field.fields ?? []).map((inner) => `${field.id}.${number}.${inner.id}`) : [field.id],
  );
}

/**
 * A form in which every condition on a fact holds, and every field with such a condition is asked. Totals with such a
 * condition are left out.
 */
function withoutFacts(fields: readonly Field[]): { readonly judged: readonly Field[]; readonly onFacts: ReadonlySet<Field> } {
  const onFacts = new Set<Field>();
  const without = (some: readonly Field[], above: readonly string[]): readonly Field[] => {
    const known = [...above, ...some.map(({ id }) => id)];
    return some.map((field) => {
      const { when, fields: inner, totals, ...rest } = field;
      const own = when === undefined ? [] : Object.entries(when).filter(([id]) => known.includes(id));
      const free: Field = {
        ...rest,
        ...(own.length === 0 ? {} : { when: Object.fromEntries(own) }),
        ...(inner === undefined ? {} : { fields: without(inner, known) }),
        ...(totals === undefined ? {} : { totals: totals.filter((total) => isOwn(total.when, known)) }),
      };
      if (!isOwn(when, known)) onFacts.add(free);
      return free;
    });
  };
  return { judged: without(fields, []), onFacts };
}

function isOwn(when: Condition | undefined, known: readonly string[]): boolean {
  return Object.keys(when ?? {}).every((id) => known.includes(id));
}
