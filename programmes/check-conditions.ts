import type { Around, FieldDocuments } from './fields-around.ts';
import type { Path, Report } from './finding.ts';
import type { ConditionDocument, FieldDocument } from './schema.ts';
import { listOf } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/**
 * Checks when fields are asked and when totals apply: each condition must name a field above it, or a fact known from
 * the start, with a value that it can have.
 */
export function checkConditions(around: Around, path: Path, report: Report): void {
  const fields = Object.entries<FieldDocument>(around.beside);
  const circle = circleIn(fields);
  if (circle !== undefined) {
    const [first = ''] = circle;
    report(
      [...path, first, 'when'],
      circle.length === 1 ? `"${first}" waits for itself` : `${circle.map((id) => `"${id}"`).join(' and ')} wait for each other`,
      'Let one of them be asked without the other.',
    );
    return;
  }
  fields.forEach(([id, field], index) => {
    const above = Object.fromEntries(fields.slice(0, index));
    const known = around.beside === around.form ? above : { ...formAbove(around), ...above };
    if (field.when !== undefined) checkCondition(field.when, known, around, [...path, id, 'when'], report);
    listOf(field.total).forEach((total, position) => {
      const at = [...path, id, 'total', ...(Array.isArray(field.total) ? [position] : []), 'when'];
      if (total.when !== undefined) checkCondition(total.when, around.form, around, at, report);
    });
  });
}

/** The fields of the form above the group that holds these entries. */
function formAbove({ beside, form }: Around): FieldDocuments {
  const fields = Object.entries<FieldDocument>(form);
  const position = fields.findIndex(([, group]) => group.fields === beside);
  return Object.fromEntries(fields.slice(0, position));
}

function checkCondition(when: ConditionDocument, above: FieldDocuments, around: Around, path: Path, report: Report): void {
  for (const [id, values] of Object.entries(when)) {
    const at = [...path, id];
    const field = Object.entries(above).find(([known]) => known === id)?.[1];
    const fact = Object.entries(around.facts).find(([known]) => known === id)?.[1];
    if (fact !== undefined && (Object.hasOwn(around.beside, id) || Object.hasOwn(around.form, id))) {
      report(at, `"${id}" is a field of this form and a fact of the deployment`, 'Give the field another name.', 'key');
      continue;
    }
    if (fact !== undefined) {
      mustHave(id, listOf(values), fact, at, report);
      continue;
    }
    if (field === undefined) {
      const below = Object.hasOwn(around.beside, id) || Object.hasOwn(around.form, id);
      report(
        at,
        below ? `"${id}" comes below the field that depends on it` : `There is no field "${id}" for this to depend on`,
        below ? `Move "${id}" up.` : suggestion(id, [...Object.keys(above), ...Object.keys(around.facts)]),
        'key',
      );
      continue;
    }
    const possible = field.kind === 'yes-no' ? ['yes', 'no'] : Object.keys(field.options ?? {});
    if (possible.length === 0) {
      report(at, `A ${field.kind} field has no values for this to depend on`, 'Name a field of kind yes-no, choice or choices.', 'key');
      continue;
    }
    mustHave(id, listOf(values), possible, at, report);
  }
}

function mustHave(id: string, values: readonly string[], possible: readonly string[], at: Path, report: Report): void {
  for (const value of values) {
    if (!possible.includes(value)) report(at, `"${id}" is never "${value}"`, suggestion(value, possible));
  }
}

/** The first circle of fields that depend on each other, in order; undefined when there is none. */
function circleIn(fields: readonly (readonly [string, FieldDocument])[]): readonly string[] | undefined {
  const next = new Map(fields.map(([id, { when }]) => [id, Object.keys(when ?? {})]));
  const from = (id: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(id)) return way.slice(way.indexOf(id));
    for (const other of next.get(id) ?? []) {
      const found = from(other, [...way, id]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return fields.map(([id]) => from(id, [])).find((found) => found !== undefined);
}
