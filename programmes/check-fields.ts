import { MOST_ENTRIES } from '../domain/forms/form-places.ts';
import type { FieldKind } from '../domain/programme.ts';
import { checkConditions } from './check-conditions.ts';
import { numberFacts } from './check-facts.ts';
import type { Path, Report } from './finding.ts';
import type { Around, FieldDocuments } from './fields-around.ts';
import type { FieldDocument, ProgrammeDocument, TotalDocument } from './schema.ts';
import { listOf } from './step-entries.ts';
import { suggestion } from './suggestion.ts';

/** Which kinds may have which property. Properties not listed here may be set on every kind. */
const ONLY_ON = {
  names: ['person'],
  records: ['date', 'number', 'yes-no', 'choice'],
  options: ['choice', 'choices'],
  min: ['number', 'money', 'group'],
  max: ['number', 'money', 'group'],
  decimals: ['number'],
  earliest: ['date'],
  latest: ['date'],
  after: ['date'],
  notBefore: ['date'],
  atMost: ['money', 'number'],
  multipleOf: ['number'],
  each: ['money'],
  statement: ['declaration'],
  entry: ['group'],
  fields: ['group'],
  total: ['group'],
} as const satisfies Partial<Record<keyof FieldDocument, readonly FieldKind[]>>;

/** The properties without which a field of the kind means nothing. */
const NEEDED: Partial<Record<FieldKind, readonly (readonly [keyof FieldDocument, remedy: string])[]>> = {
  choice: [['options', 'Add options: { north: In the north, south: In the south }.']],
  choices: [['options', 'Add options: { north: In the north, south: In the south }.']],
  declaration: [['statement', 'Add the statement that is signed.']],
  group: [
    ['entry', 'Add what one entry is called: "entry: intervention".'],
    ['fields', 'Add the fields of an entry.'],
  ],
  person: [['names', 'Add "names" with a role.']],
};

/**
 * Checks for properties that contradict their kind or each other, names of fields that do not exist, and conditions
 * that go round in a circle.
 */
export function checkFields(document: ProgrammeDocument, form: FieldDocuments, path: Path, report: Report, facts: Around['facts']): void {
  const numbers = numberFacts(document);
  checkAll({ beside: form, form, facts, numbers }, path, report);
  for (const [id, field] of Object.entries<FieldDocument>(form)) {
    const at = [...path, id];
    if (field.names !== undefined && !Object.hasOwn(document.roles, field.names)) {
      report([...at, 'names'], `There is no role "${field.names}"`, suggestion(field.names, Object.keys(document.roles)));
    }
    if (field.fields !== undefined) {
      checkAll({ beside: field.fields, form, facts, numbers: [] }, [...at, 'fields'], report);
      checkTotals(field, form, at, report);
    }
  }
}

function checkAll(around: Around, path: Path, report: Report): void {
  for (const [id, field] of Object.entries<FieldDocument>(around.beside)) {
    const at = [...path, id];
    checkProperties(id, field, at, report);
    checkLimits(field, at, report);
    checkTexts(field, at, report);
    for (const rule of ['after', 'notBefore', 'atMost'] as const) {
      const other = field[rule];
      const isKept = rule === 'atMost' && field.kind === 'number' && around.numbers.includes(other ?? '');
      if (other !== undefined && !isKept) checkOther({ id, other, kinds: [field.kind], around, path: [...at, rule] }, report);
    }
    if (field.each !== undefined) checkOther({ id, other: field.each.of, kinds: ['number'], around, path: [...at, 'each'] }, report);
    if (field.multipleOf !== undefined) checkLimit(field.kind, field.multipleOf, field.decimals, [...at, 'multipleOf'], report);
  }
  checkConditions(around, path, report);
}

function checkProperties(id: string, field: FieldDocument, at: Path, report: Report): void {
  for (const [property, kinds] of Object.entries<readonly string[]>(ONLY_ON)) {
    if (!(property in field) || kinds.includes(field.kind)) continue;
    report([...at, property], notOn(field.kind, property), `Make its kind ${kinds.join(' or ')}, or remove "${property}".`);
  }
  for (const [property, remedy] of NEEDED[field.kind] ?? []) {
    const written = field[property];
    if (typeof written === 'string' || (typeof written === 'object' && Object.keys(written).length > 0)) continue;
    const what = property === 'names' ? `The person in "${id}" would come to hold no role` : `The ${field.kind} "${id}" has no ${property}`;
    report(at, what, remedy, 'key');
  }
}

function notOn(kind: string, property: string): string {
  if (property === 'names') return `A ${kind} field cannot name who holds a role`;
  if (property === 'records') return `A ${kind} field cannot be kept as a fact`;
  return `A ${kind} field cannot have "${property}"`;
}

function checkLimits(field: FieldDocument, at: Path, report: Report): void {
  const { kind, min, max } = field;
  for (const [property, value] of [['min', min] as const, ['max', max] as const]) {
    if (value !== undefined) checkLimit(kind, value, field.decimals, [...at, property], report);
  }
  if (min !== undefined && max !== undefined && min > max) {
    report([...at, 'min'], `The least, ${min}, is more than the most, ${max}`, 'Write the smaller of the two as "min".');
  }
}

function checkLimit(kind: FieldKind, value: number, decimals: number | undefined, path: Path, report: Report): void {
  if (kind === 'group' && !(Number.isInteger(value) && value >= 1 && value <= MOST_ENTRIES)) {
    report(path, `A group cannot have ${value} entries`, `Write a whole number from 1 to ${MOST_ENTRIES}.`);
  }
  if (kind === 'money' && (value < 0 || !hasDecimals(value, 2))) {
    report(path, `${value} is not an amount of money`, 'Write it in pounds: 16000, or 1600.50.');
  }
  if (kind === 'number' && !hasDecimals(value, decimals ?? 0)) {
    report(path, `${value} has more decimal places than the field may have`, 'Give the field "decimals", or write a whole number.');
  }
}

function hasDecimals(value: number, most: number): boolean {
  return Number(value.toFixed(most)) === value;
}

function checkTotals(group: FieldDocument, form: FieldDocuments, at: Path, report: Report): void {
  const fields = group.fields ?? {};
  const totals = listOf(group.total);
  totals.forEach((total, index) => {
    const path = [...at, 'total', ...(Array.isArray(group.total) ? [index] : [])];
    const of = Object.entries(fields).find(([id]) => id === total.of)?.[1];
    if (of === undefined) {
      report([...path, 'of'], `The entries have no field "${total.of}"`, suggestion(total.of, Object.keys(fields)));
    } else if (of.kind !== 'money' && of.kind !== 'number') {
      report([...path, 'of'], `A ${of.kind} field cannot be added up`, 'Name a field of kind money or number.');
    } else {
      if (total.max !== undefined) checkLimit(of.kind, total.max, of.decimals, [...path, 'max'], report);
      if (total.atMost !== undefined)
        checkOther(
          {
            id: '',
            other: total.atMost,
            kinds: [of.kind],
            around: { beside: form, form, facts: {}, numbers: [] },
            path: [...path, 'atMost'],
          },
          report,
        );
    }
    checkShare(total, fields, path, report);
    if ([total.max, total.atMost, total.share].filter((limit) => limit !== undefined).length !== 1) {
      report(path, 'A total needs one limit', 'Give it "max", "atMost" or "share", and only one of them.');
    }
  });
}

/** The whole that a share is taken of: another field of the entries, of the same kind. */
function checkShare({ of, share }: TotalDocument, fields: FieldDocuments, path: Path, report: Report): void {
  if (share === undefined) return;
  const at = [...path, 'share', 'of'];
  const whole = Object.entries(fields).find(([id]) => id === share.of)?.[1];
  const part = Object.entries(fields).find(([id]) => id === of)?.[1];
  if (share.of === of) report(at, `"${of}" is compared with itself`, 'Name another field.');
  else if (whole === undefined) report(at, `The entries have no field "${share.of}"`, suggestion(share.of, Object.keys(fields)));
  else if (part !== undefined && whole.kind !== part.kind) {
    report(at, `"${share.of}" is a ${whole.kind} field and cannot be compared with this one`, `Name a field of kind ${part.kind}.`);
  }
}

/** A field that is compared with an `other`, of one of these kinds; `path` is where the comparison is written. */
type Comparison = {
  readonly id: string;
  readonly other: string;
  readonly kinds: readonly FieldKind[];
  readonly around: Around;
  readonly path: Path;
};

/** The other field of a rule: it must exist, differ from this one, and be of a kind that can be compared. */
function checkOther({ id, other, kinds, around, path }: Comparison, report: Report): void {
  const fields: FieldDocuments = { ...around.form, ...around.beside };
  const field = Object.entries(fields).find(([known]) => known === other)?.[1];
  if (other === id) {
    report(path, `"${id}" is compared with itself`, 'Name another field.');
  } else if (field === undefined) {
    report(path, `There is no field "${other}" to compare with`, suggestion(other, Object.keys(fields)));
  } else if (!kinds.includes(field.kind)) {
    report(path, `"${other}" is a ${field.kind} field and cannot be compared with this one`, `Name a field of kind ${kinds.join(' or ')}.`);
  }
}

function checkTexts(field: FieldDocument, at: Path, report: Report): void {
  const texts: readonly (readonly [Path, string | undefined])[] = [
    [[...at, 'statement'], field.statement],
    [[...at, 'entry'], field.entry],
    ...Object.entries(field.options ?? {}).map(([id, label]) => [[...at, 'options', id], label] as const),
  ];
  for (const [path, text] of texts) {
    if (text !== undefined && /[{}]/.test(text)) {
      report(path, 'Placeholders are not filled in here', 'Use them in "ask", "askWith", "next", "told" and the text of notices only.');
    }
  }
}
