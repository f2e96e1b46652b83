import * as fc from 'fast-check';
import { amountOf, linesIn, valueOfAmount } from '../../domain/forms/form-values.ts';
import type { Values } from '../../domain/forms/form-values.ts';
import { addDays, parsePlainDate } from '../../domain/time/plain-date.ts';
import type { Field } from '../../domain/programme.ts';
import { field } from './programmes.ts';

/** Random forms, and complete answers to them. */

const OPTIONS = [
  { id: 'north', label: 'In the north' },
  { id: 'south', label: 'In the south' },
  { id: 'west', label: 'In the west' },
];

const PLAIN: readonly Partial<Field>[] = [
  { kind: 'text' },
  { kind: 'long-text' },
  { kind: 'choice', options: OPTIONS },
  { kind: 'choices', options: OPTIONS },
  { kind: 'date' },
  { kind: 'money' },
  { kind: 'money', min: '1000', max: '2400000' },
  { kind: 'number' },
  { kind: 'number', decimals: 2, min: '0.5', max: '10' },
  { kind: 'yes-no' },
  { kind: 'files' },
  { kind: 'declaration', statement: 'All of it is true.' },
];

/** A form of up to eight fields. Some depend on fields above them, and some are groups. */
export const anyForm: fc.Arbitrary<readonly Field[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PLAIN) }, { weight: 1, arbitrary: anyGroup() }), {
    minLength: 1,
    maxLength: 8,
  })
  .chain((kinds) =>
    fc.tuple(fc.constant(kinds), fc.array(fc.nat(), { minLength: kinds.length, maxLength: kinds.length }), someRequired(kinds)),
  )
  .map(([kinds, chances, required]) => asForm(kinds, chances, required, 'f'));

function anyGroup(): fc.Arbitrary<Partial<Field>> {
  return fc
    .array(fc.constantFrom(...PLAIN), { minLength: 1, maxLength: 4 })
    .chain((kinds) =>
      fc.tuple(
        fc.constant(kinds),
        fc.array(fc.nat(), { minLength: kinds.length, maxLength: kinds.length }),
        fc.integer({ min: 1, max: 3 }),
      ),
    )
    .map(([kinds, chances, min]) => ({
      kind: 'group',
      entry: 'entry',
      min: String(min),
      fields: asForm(
        kinds,
        chances,
        kinds.map(() => true),
        'g',
      ),
    }));
}

function someRequired(kinds: readonly unknown[]): fc.Arbitrary<readonly boolean[]> {
  return fc.array(fc.boolean(), { minLength: kinds.length, maxLength: kinds.length });
}

/** Every third field depends on a yes-no or a choice above it, if there is one. */
function asForm(
  kinds: readonly Partial<Field>[],
  chances: readonly number[],
  required: readonly boolean[],
  prefix: string,
): readonly Field[] {
  const fields: Field[] = [];
  kinds.forEach((kind, index) => {
    const chance = chances[index] ?? 0;
    const above = fields.filter((one) => one.kind === 'yes-no' || one.kind === 'choice' || one.kind === 'choices');
    const on = chance % 3 === 0 ? above[chance % Math.max(above.length, 1)] : undefined;
    const when = on === undefined ? {} : { when: { [on.id]: on.kind === 'yes-no' ? ['yes'] : ['north', 'west'] } };
    fields.push(field(`${prefix}${index}`, { ...kind, ...when, required: required[index] ?? true }));
  });
  return fields;
}

/** What an answer is made of besides the chances: the days that a date field may name. */
export type Said = { readonly dates?: readonly string[] };

/**
 * A complete answer: every field that is asked has a value, picked by the numbers. It respects options, limits and
 * totals, and the dates and amounts in other fields that a field may not pass.
 */
export function completeAnswer(fields: readonly Field[], chances: readonly number[], { dates = MANY.date }: Said = {}): Values {
  let turn = 0;
  const next = () => chances[turn++ % chances.length] ?? 0;
  return Object.fromEntries(under(fields, '', new Map()));

  function under(all: readonly Field[], prefix: string, above: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
    const said = new Map(above);
    const lines: (readonly [string, string])[] = [];
    for (const each of all) {
      const asked = Object.entries(each.when ?? {}).every(([id, values]) =>
        linesIn(said.get(id) ?? '').some((value) => values.includes(value)),
      );
      if (!asked) continue;
      if (each.kind === 'group') {
        const least = Math.max(1, Number(each.min ?? 1));
        const entries = Math.min(least + (next() % 2), Number(each.max ?? least + 1));
        // The total of the entries is limited, so each gives the least that it can.
        const added = (each.totals ?? []).map(({ of }) => of);
        // What others may be a share of gives so much that each of them has room.
        const times = (id: string) =>
          Math.max(1, ...(each.totals ?? []).map(({ share }) => (share?.of === id ? Math.ceil(100 / share.percent) : 1)));
        const inner = (each.fields ?? []).map((field) => {
          const least = String(Number(field.min ?? '0') * times(field.id));
          return added.includes(field.id) ? { ...field, min: least, max: least } : field;
        });
        for (let number = 1; number <= entries; number++) lines.push(...under(inner, `${prefix}${each.id}.${number}.`, said));
      } else {
        const value = within(each, valueFor(each, next(), dates), said);
        said.set(each.id, value);
        lines.push([`${prefix}${each.id}`, value]);
      }
    }
    return lines;
  }
}

const MANY: Readonly<Record<Exclude<Field['kind'], 'group' | 'choice' | 'choices'>, readonly [string, ...string[]]>> = {
  text: ['words', 'Nine, or ten'],
  'long-text': ['One.\n\nTwo.', 'words'],
  date: ['2022-12-05', '2024-02-29'],
  money: ['1000', '160050', '2400000'],
  number: ['1', '10', '7'],
  'yes-no': ['yes', 'no'],
  files: ['costs.xlsx', 'costs.xlsx\nplan for reading.pdf'],
  declaration: ['Amira Khan', "Zoë O'Neill"],
  person: ['p-somebody', 'p-somebody-else'],
};

function valueFor({ kind, options = [] }: Field, chance: number, dates: readonly string[]): string {
  if (kind === 'group') return '';
  const ids = options.map(({ id }) => id);
  const [first = '', , last = ids.at(-1) ?? ''] = ids;
  const some = kind === 'choice' ? ids : kind === 'choices' ? [first, first === last ? first : `${first}\n${last}`] : null;
  const values = some ?? (kind === 'date' ? dates : MANY[kind as keyof typeof MANY]);
  return values[chance % values.length] ?? values[0] ?? '';
}

/** The value, or the nearest one that its limits and the fields above allow. */
function within(field: Field, value: string, said: ReadonlyMap<string, string>): string {
  const { kind, min, max } = field;
  if (kind === 'date') {
    const after = parsePlainDate(said.get(field.after ?? '') ?? '');
    const from = after === undefined ? (said.get(field.notBefore ?? '') ?? '') : addDays(after, 1);
    return value < from ? from : value;
  }
  if (kind !== 'money' && kind !== 'number') return value;
  const least = min === undefined ? -Infinity : amountOf(kind, min);
  const most = [max, said.get(field.atMost ?? '')].flatMap((limit) => (limit === undefined ? [] : [amountOf(kind, limit)]));
  const count = field.each === undefined ? undefined : said.get(field.each.of);
  const allowed = field.each === undefined || count === undefined ? [] : [Number(count) * field.each.pence];
  return valueOfAmount(kind, Math.max(least, Math.min(amountOf(kind, value), ...most, ...allowed)));
}
