import type { Chances } from './random-ladders.ts';

type Written = Readonly<Record<string, unknown>>;

const OPTIONS = { north: 'In the north', south: 'In the south', west: 'In the west' };

const PLAIN: readonly [Written, ...Written[]] = [
  { kind: 'text' },
  { kind: 'long-text', required: false },
  { kind: 'choice', options: OPTIONS },
  { kind: 'choices', options: OPTIONS },
  { kind: 'date' },
  { kind: 'money', min: 10, max: 24_000 },
  { kind: 'number', decimals: 1, min: 0.5, max: 10 },
  { kind: 'yes-no' },
  { kind: 'files' },
  { kind: 'declaration', statement: 'All of it is true.' },
];

/** What conditions may depend on: facts known from the start, with their values. */
export type StartFacts = Readonly<Record<string, readonly [string, ...string[]]>>;

/**
 * A form of a few fields. Some depend on fields above them or on facts, some are compared with others, and some are
 * groups.
 */
export function anyFields(chances: Chances, facts: StartFacts): Written {
  const { below, once, oneOf } = chances;
  const fields: Record<string, Written> = {};
  const howMany = below(5);
  for (let index = 0; index < howMany; index++) {
    const above = Object.entries(fields);
    const field: Written = once(5) ? anyGroup(chances) : { ...oneOf(PLAIN) };
    const chosen = above.find(([, { kind }]) => kind === 'yes-no' || kind === 'choice');
    const dated = above.find(([, { kind, when }]) => kind === 'date' && when === undefined);
    const paid = above.find(([, { kind, when }]) => kind === 'money' && when === undefined);
    const when =
      chosen !== undefined && once(3)
        ? { when: { [chosen[0]]: chosen[1]['kind'] === 'yes-no' ? 'yes' : ['north', 'west'] } }
        : once(4)
          ? { when: anyCondition(chances, facts)[0] }
          : {};
    const compared =
      field['kind'] === 'date' && dated !== undefined
        ? { [oneOf(['after', 'notBefore'])]: dated[0] }
        : field['kind'] === 'money' && paid !== undefined
          ? { atMost: paid[0] }
          : {};
    fields[`field${index}`] = { label: `Field ${index}`, ...field, ...compared, ...when };
  }
  return fields;
}

function anyGroup({ below, once }: Chances): Written {
  return {
    kind: 'group',
    entry: 'intervention',
    min: 1 + below(2),
    max: 4,
    fields: {
      what: { label: 'What', kind: 'text' },
      cost: { label: 'Cost', kind: 'money', min: 1 },
      startsOn: { label: 'From', kind: 'date' },
      endsOn: { label: 'To', kind: 'date', after: 'startsOn' },
    },
    ...(once(2) ? { total: { of: 'cost', max: 16_000 } } : {}),
  };
}

/** A condition on facts, and a second one that holds exactly where the first does not. */
export function anyCondition({ below }: Chances, facts: StartFacts): readonly [Written, Written] {
  const all = Object.entries(facts);
  const [fact, values] = all[below(all.length)] ?? ['subject', ['school', 'trust']];
  const some = 1 + below(values.length - 1);
  return [{ [fact]: values.slice(0, some) }, { [fact]: values.slice(some) }];
}
