/**
 * A source of choices for a random programme: whole numbers that are used up one after the other. The same numbers make
 * the same programme.
 */
export type Chances = {
  /** A whole number from 0 up to this limit, which is not included. */
  readonly below: (limit: number) => number;
  /** True once in this many times. */
  readonly once: (inSoMany: number) => boolean;
  readonly oneOf: <T>(all: readonly [T, ...T[]]) => T;
};

/** The simplest choice always comes first: fast-check shrinks numbers towards 0, which picks it. */
export function chancesFrom(numbers: readonly number[]): Chances {
  let turn = 0;
  const below = (limit: number) => (numbers[turn++ % numbers.length] ?? 0) % limit;
  return {
    below,
    once: (inSoMany) => below(inSoMany) === inSoMany - 1,
    oneOf: ([first, ...more]) => [first, ...more][below(more.length + 1)] ?? first,
  };
}

/**
 * How long a step may take, as the file says it, and how many days before its due date a chase may come at the
 * earliest.
 */
export type Length = { readonly allowed: unknown; readonly earliest: number };

/** Dates that the Department might have published for the terms of `CALENDAR`. */
const PUBLISHED = {
  published: [
    ['Autumn 2022', '2022-12-09'],
    ['Spring 2023', '2023-03-31'],
    ['Summer 2023', '2023-08-04'],
    ['Autumn 2023', '2023-12-21'],
    ['Spring 2024', '2024-04-01'],
    ['Summer 2024', '2024-07-24'],
  ].map(([matchedIn, completeBy]) => ({ matchedIn, completeBy })),
};

export function anyLength({ below, oneOf }: Chances): Length {
  const unit = oneOf([
    'working day',
    'school day',
    'week',
    'calendar day',
    'end of term',
    'end of following term',
    'end of next whole term',
    'published',
  ]);
  if (unit === 'published') return { allowed: PUBLISHED, earliest: -20 };
  if (unit.startsWith('end')) return { allowed: unit, earliest: -20 };
  const count = 1 + below(unit === 'week' ? 6 : 25);
  const allowed = `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (unit === 'week') return { allowed, earliest: -5 * count };
  if (unit === 'calendar day') return { allowed, earliest: -(Math.floor(count / 7) * 5 + Math.min(count % 7, 5)) };
  return { allowed, earliest: 1 - count };
}

/** Ladders for steps of every length. Each reminds as early as the shortest of its steps allows. */
export function defaultLadders(chances: Chances): Readonly<Record<string, unknown>> {
  const { below } = chances;
  const bounds: readonly (number | 'any')[] = [[3, 10, 'any'] as const, ['any'] as const, [5, 'any'] as const][below(3)] ?? ['any'];
  const byLength = bounds.map((upToDays, index): readonly [string, unknown] => {
    const shorter = bounds[index - 1];
    const earliest = typeof shorter === 'number' ? -Math.floor(shorter / 2) : 0;
    return [`up-to-${upToDays}`, { upToDays, ...anyLadder(chances, { earliest, called: true, optional: false, early: false }) }];
  });
  const named = anyLadder(chances, { earliest: 0, called: false, optional: false, early: false });
  return Object.fromEntries<unknown>([...byLength, ['by-name', named]]);
}

/**
 * A ladder that asks, perhaps reminds, and ends in an escalation. The ladder of an optional step ends with the due
 * date. `early`: the request too may come some days before the due date.
 */
export function anyLadder(
  chances: Chances,
  step: { readonly earliest: number; readonly called: boolean; readonly optional: boolean; readonly early: boolean },
): Readonly<Record<string, unknown>> {
  const { below, once } = chances;
  const askedAt = step.early && once(3) ? -below(1 - step.earliest) : null;
  const remindable = askedAt === null ? step.earliest : askedAt + 1;
  const days = (offsets: readonly number[]) => [...new Set(offsets)].map((at) => anyRung(chances, at));
  const reminders = remindable > 0 ? [] : Array.from({ length: below(3) }, () => -below(1 - remindable));
  const request = { request: askedAt ?? 'opening', reminder: days(reminders) };
  if (step.optional) return request;
  return {
    ...request,
    overdue: days(Array.from({ length: below(3) }, () => 1 + below(4))),
    ...(step.called && once(2) ? { call: [2 + below(3)] } : {}),
    escalation: once(4) ? [3 + below(4), { at: 8 + below(4), days: 'working' }] : [3 + below(4)],
  };
}

function anyRung({ once, oneOf }: Chances, at: number): unknown {
  const days = once(6) ? { days: oneOf(['working', 'school']) } : {};
  const pace = once(4) ? { pace: oneOf(['more', 'not-less']) } : {};
  return Object.keys({ ...days, ...pace }).length === 0 ? at : { at, ...days, ...pace };
}
