import type { Condition, Field, FieldKind, Option, Total } from '../domain/programme.ts';
import type { ConditionDocument, EntryFieldDocument, FieldDocument, TotalDocument } from './schema.ts';
import { listOf } from './step-entries.ts';

/**
 * The fields of an answer, or of the entries of a group, in the order of the file. Properties that the file does not
 * set are absent.
 */
export function buildFields(written: Readonly<Record<string, FieldDocument | EntryFieldDocument>>): readonly Field[] {
  return Object.entries(written).map(([id, document]) => buildField(id, document));
}

function buildField(id: string, document: FieldDocument | EntryFieldDocument): Field {
  // An entry's field lacks the properties that only a form's own field may have.
  const written: FieldDocument = document;
  const { label, hint, kind, required, names, records, decimals, after, notBefore, earliest, latest, atMost, statement, entry } = written;
  return {
    id,
    label,
    hint: hint ?? null,
    kind,
    required,
    names: names ?? null,
    records: records ?? null,
    ...(written.when && { when: buildCondition(written.when) }),
    ...(written.options && { options: buildOptions(written.options) }),
    ...(written.min !== undefined && { min: limitOf(kind, written.min) }),
    ...(written.max !== undefined && { max: limitOf(kind, written.max) }),
    ...(decimals !== undefined && { decimals }),
    ...(after !== undefined && { after }),
    ...(notBefore !== undefined && { notBefore }),
    ...(earliest !== undefined && { earliest }),
    ...(latest !== undefined && { latest }),
    ...(atMost !== undefined && { atMost }),
    ...(written.multipleOf !== undefined && { multipleOf: String(written.multipleOf) }),
    ...(written.each !== undefined && { each: { of: written.each.of, pence: Math.round(written.each.pounds * 100) } }),
    ...(statement !== undefined && { statement }),
    ...(entry !== undefined && { entry }),
    ...(written.fields && { fields: buildFields(written.fields) }),
    ...(written.total && { totals: listOf(written.total).map((total) => buildTotal(total, written)) }),
  };
}

function buildTotal({ of, max, atMost, share, when }: TotalDocument, group: FieldDocument): Total {
  return {
    of,
    ...(max !== undefined && { max: limitOf(group.fields?.[of]?.kind ?? 'number', max) }),
    ...(atMost !== undefined && { atMost }),
    ...(share !== undefined && { share }),
    ...(when && { when: buildCondition(when) }),
  };
}

function buildCondition(written: ConditionDocument): Condition {
  return Object.fromEntries(Object.entries(written).map(([id, values]) => [id, listOf(values)]));
}

function buildOptions(written: Readonly<Record<string, string>>): readonly Option[] {
  return Object.entries(written).map(([id, label]) => ({ id, label }));
}

/** The limit as the field's values are stored: pounds in pence. */
function limitOf(kind: FieldKind, written: number): string {
  return kind === 'money' ? String(Math.round(written * 100)) : String(written);
}
