/** A measure over many deployments: its parts, each with a line for every stratum and one for all together. */
import type { Calendar } from '../time/calendar.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { needsOf, STRATA } from './evaluation.ts';
import type { Measure, Part, Stratum } from './evaluation.ts';
import type { KnownLife } from './known-life.ts';
import { holdersOf } from './known-life.ts';
import { MOMENTS, occurrencesOf, records } from './moments.ts';
import { COUNTED_DAYS, countSpells, quartersOf, shareWithin, spellsOf } from './spells.ts';
import type { Figure, Spell } from './spells.ts';
import { TALLIES } from './tallies.ts';
import { ALL } from './tally.ts';
import type { Increment, School, Tally, TallyOf } from './tally.ts';

/** A deployment with what stands beside its events: its school, and what was known of its leaders. */
export type MeasuredLife = { readonly life: KnownLife; readonly school: School; readonly leaderOn: TallyOf['leaderOn'] };

/** `within-days`: so many days within which a share was reached. All others are so much of so much. */
export type Unit = Tally['unit'] | 'share' | 'within-days';

/** A table of a measure: a line for each stratum, each with these figures. */
export type Section = {
  /** Unique within the measure: "time-1-days-working-net", "leaders-asked". */
  readonly id: string;
  readonly title: string;
  /** What the second number of each figure counts. */
  readonly base: string;
  readonly unit: Unit;
  /** Figures and their titles, in order. */
  readonly figures: readonly { readonly id: string; readonly title: string }[];
  readonly lines: readonly SectionLine[];
};
export type SectionLine = { readonly stratum: string; readonly figures: Readonly<Record<string, Figure>> };

/** The line of all together; no stratum is called so. */
export const TOGETHER = '*';
/** The stratum of what the record does not tell. */
export const NOT_KNOWN = '';

/** In which line of a measure a deployment is counted. `asOf` tells this school year, which begins on 1 September. */
function stratumOf({ life, school }: Pick<MeasuredLife, 'life' | 'school'>, by: Stratum, asOf: PlainDate): string {
  const moments = MOMENTS[life.programme];
  switch (by) {
    case 'all':
      return TOGETHER;
    case 'tier':
      return (moments?.tier === undefined ? undefined : life.facts[moments.tier]) ?? NOT_KNOWN;
    case 'hub':
      return (moments?.hubRegion === undefined ? undefined : life.facts[moments.hubRegion]) ?? NOT_KNOWN;
    case 'region':
      return school.region;
    case 'phase':
      return school.phase ?? NOT_KNOWN;
    case 'type':
      return school.type;
    case 'group':
      return school.inTrust === null ? NOT_KNOWN : school.inTrust ? 'in-trust' : 'not-in-trust';
    case 'surroundings':
      return school.surroundings ?? NOT_KNOWN;
    case 'programme':
      return `${life.programme} ${life.version}`;
    case 'year':
      return schoolYearOf(life.began);
    case 'flow':
      return schoolYearOf(life.began) === schoolYearOf(asOf) ? 'flow' : 'stock';
    default:
      return by satisfies never;
  }
}

/** "2019 to 2020" of 3 October 2019 and of 31 August 2020. */
function schoolYearOf(day: PlainDate): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < '09-01' ? 1 : 0);
  return `${year} to ${year + 1}`;
}

/** Counts a measure while deployments come one at a time, so that not all of them need be held at once. */
export type Counting = {
  readonly add: (one: MeasuredLife) => void;
  readonly sections: () => readonly Section[];
  /** Deployments whose programme does not keep what the measure needs, by programme. */
  readonly notKept: () => ReadonlyMap<string, number>;
};

export type Asked = {
  readonly measure: Measure;
  readonly by: Stratum;
  readonly asOf: PlainDate;
  readonly calendarOf: (version: string) => Calendar;
};

/**
 * Begins to count a measure. Parts that are not counted from events ("unreachable", "followed") are left to whoever reads the record.
 */
export function beginCounting({ measure, by, asOf, calendarOf }: Asked): Counting {
  const parts = measure.parts.flatMap((part, at) => {
    const counter = counterOf(part, at + 1, asOf, calendarOf);
    return counter === null ? [] : [{ part, counter }];
  });
  const notKept = new Map<string, number>();
  return {
    add(one) {
      const counted = parts.filter(({ part }) => records(one.life.programme, needsOf(part)));
      if (counted.length === 0) notKept.set(one.life.programme, (notKept.get(one.life.programme) ?? 0) + 1);
      const stratum = stratumOf(one, by, asOf);
      for (const { counter } of counted) {
        counter.add(TOGETHER, one);
        if (stratum !== TOGETHER) counter.add(stratum, one);
      }
    },
    sections: () => parts.flatMap(({ counter }) => counter.sections()),
    notKept: () => notKept,
  };
}

type Counter = { readonly add: (stratum: string, one: MeasuredLife) => void; readonly sections: () => readonly Section[] };

function counterOf(part: Part, place: number, asOf: PlainDate, calendarOf: Asked['calendarOf']): Counter | null {
  switch (part.kind) {
    case 'time':
      return timeCounter(part, `time-${place}`, asOf, calendarOf);
    case 'tally':
      return tallyCounter(TALLIES[part.tally], part.tally, asOf);
    case 'leaders':
      return leadersCounter(asOf);
    case 'at-once':
      return atOnceCounter();
    case 'unreachable':
    case 'followed':
      return null;
    default:
      return part satisfies never;
  }
}

const COUNTS = [
  ['begun', 'Begun'],
  ['reached', 'Reached'],
  ['closed', 'Will not be reached'],
  ['open', 'Still waiting'],
  ['before-it-began', 'Dated before it began'],
] as const;
const LATE = [
  ['late-by-current', 'After the current due date'],
  ['late-by-original', 'After the original due date'],
] as const;
const QUARTERS = [
  ['quarter', 'A quarter within'],
  ['half', 'Half within'],
  ['three-quarters', 'Three quarters within'],
] as const;
const DAYS_WORDS = { calendar: 'calendar days', working: 'working days', school: 'school days' } as const;
const STOPS_WORDS = { all: 'pauses counted', net: 'pauses left out' } as const;

function timeCounter(part: Extract<Part, { kind: 'time' }>, id: string, asOf: PlainDate, calendarOf: Asked['calendarOf']): Counter {
  const found = new Map<string, Spell[]>([[TOGETHER, []]]);
  const start = { count: new Map<string, number>() };
  // A deployment is added twice, to its stratum and to all; its waits are worked out once.
  let last: { readonly of: MeasuredLife; readonly spells: readonly Spell[] } | undefined;
  const section = (
    suffix: string,
    title: string,
    base: string,
    unit: Unit,
    figures: readonly (readonly [string, string])[],
    of: (spells: readonly Spell[], stratum: string) => Readonly<Record<string, Figure>>,
  ): Section => ({
    id: `${id}-${suffix}`,
    title,
    base,
    unit,
    figures: figures.map(([figure, words]) => ({ id: figure, title: words })),
    lines: inOrder(found).map(([stratum, spells]) => ({ stratum, figures: of(spells, stratum) })),
  });
  return {
    add(stratum, one) {
      if (last?.of !== one) last = { of: one, spells: spellsOf(one.life, part.timed, asOf, calendarOf(one.life.calendarVersion)) };
      const spells = found.get(stratum) ?? [];
      spells.push(...last.spells);
      found.set(stratum, spells);
      if (MOMENTS[one.life.programme]?.at[part.timed.from]?.kind === 'fact' && last.spells.length === 0) {
        start.count.set(stratum, (start.count.get(stratum) ?? 0) + 1);
      }
    },
    sections: () => [
      section(
        'counts',
        `${part.title}: what became of it`,
        'those that began',
        'count',
        [...COUNTS, ['beginning-not-known', 'Beginning not known']],
        (spells, stratum) => {
          const unknown = start.count.get(stratum) ?? 0;
          return { ...countSpells(spells), 'beginning-not-known': { value: unknown, base: unknown + spells.length } };
        },
      ),
      section('late', `${part.title}: against due dates`, 'those that were asked for', 'count', LATE, (spells) => countSpells(spells)),
      ...COUNTED_DAYS.flatMap((kind) =>
        (['all', 'net'] as const).map((stops) =>
          section(
            `days-${kind}-${stops}`,
            `${part.title}: ${DAYS_WORDS[kind]}, ${STOPS_WORDS[stops]}`,
            'those whose days can be counted',
            'within-days',
            QUARTERS,
            (spells) => quartersOf(spells, kind, stops),
          ),
        ),
      ),
      ...(part.limits.length === 0
        ? []
        : (['all', 'net'] as const).map((stops) =>
            section(
              `within-${stops}`,
              `${part.title}: share within a time, ${STOPS_WORDS[stops]}`,
              'those whose days can be counted',
              'share',
              part.limits.map(({ days, words }) => [`within-${days}`, `Within ${words}`] as const),
              (spells) =>
                Object.fromEntries(part.limits.map(({ days, kind }) => [`within-${days}`, shareWithin(spells, kind, stops, days)])),
            ),
          )),
    ],
  };
}

function tallyCounter(tally: Tally, id: string, asOf: PlainDate): Counter {
  const found = new Map<string, Map<string, { value: number; base: number }>>([[TOGETHER, new Map()]]);
  // A deployment is added twice, to its stratum and to all; what is counted of it is worked out once.
  let last: { readonly of: MeasuredLife; readonly counted: readonly Increment[] } | undefined;
  return {
    add(stratum, one) {
      if (last?.of !== one) last = { of: one, counted: tally.of({ ...one, asOf }) };
      const figures = found.get(stratum) ?? new Map<string, { value: number; base: number }>();
      found.set(stratum, figures);
      for (const { figure, value, base } of last.counted) {
        const sum = figures.get(figure);
        if (sum === undefined) {
          figures.set(figure, { value, base });
        } else {
          sum.value += value;
          sum.base += base;
        }
      }
    },
    sections: () => {
      const others = [...(found.get(TOGETHER)?.keys() ?? [])]
        .filter((figure) => figure !== ALL && !Object.hasOwn(tally.figures, figure))
        .toSorted();
      const ids = [...Object.keys(tally.figures), ...others];
      return [
        {
          id,
          title: tally.title,
          base: tally.base,
          unit: tally.unit,
          figures: ids.map((figure) => ({ id: figure, title: tally.figures[figure] ?? figure })),
          lines: inOrder(found).map(([stratum, sums]) => {
            let before = 0;
            const all = sums.get(ALL)?.value;
            const line = ids.map((figure): readonly [string, Figure] => {
              const { value, base } = sums.get(figure) ?? { value: 0, base: 0 };
              before = tally.cumulative === true ? before + value : value;
              return [figure, { value: before, base: all ?? base }];
            });
            return { stratum, figures: Object.fromEntries(line) };
          }),
        },
      ];
    },
  };
}

const LEADER_FIGURES = { '1': 'One', '2': 'Two', '3': 'Three', '4-or-more': 'Four or more' } as const;

function leadersCounter(asOf: PlainDate): Counter {
  const found = new Map<string, Map<string, Set<string>>>([[TOGETHER, new Map()]]);
  return {
    add(stratum, { life }) {
      const role = MOMENTS[life.programme]?.leader ?? '';
      const leaders = found.get(stratum) ?? new Map<string, Set<string>>();
      found.set(stratum, leaders);
      for (const { order } of occurrencesOf(life, 'matched', asOf)) {
        for (const leader of holdersOf(life, role, order)) leaders.set(leader, (leaders.get(leader) ?? new Set()).add(life.reference));
      }
    },
    sections: () => [
      bucketed('leaders', 'Deployments of each leader', 'leaders who were matched', LEADER_FIGURES, found, (leaders) =>
        [...leaders.values()].map(({ size }) => (size >= 4 ? '4-or-more' : String(size))),
      ),
    ],
  };
}

const AT_ONCE_FIGURES = { '0': 'None', '1': 'One', '2-or-more': 'Two or more' } as const;

function atOnceCounter(): Counter {
  const found = new Map<string, MeasuredLife[]>([[TOGETHER, []]]);
  return {
    add(stratum, one) {
      const lives = found.get(stratum) ?? [];
      lives.push(one);
      found.set(stratum, lives);
    },
    sections: () => {
      const ofSubject = Map.groupBy(found.get(TOGETHER) ?? [], ({ life }) => life.subject);
      return [
        bucketed('at-once', 'Other deployments that ran when it began', 'deployments', AT_ONCE_FIGURES, found, (lives) =>
          lives.map(({ life }) => {
            let others = 0;
            for (const { life: other } of ofSubject.get(life.subject) ?? []) {
              if (other !== life && ranOn(other, life.began)) others += 1;
              if (others >= 2) return '2-or-more';
            }
            return String(others);
          }),
        ),
      ];
    },
  };
}

/** Whether a deployment had begun before or on a day, and had not ended by the day before. Of two that began on one day, each ran when the other began. */
function ranOn({ began, ends }: KnownLife, day: PlainDate): boolean {
  const last = ends.findLast(({ on }) => on < day);
  return began <= day && (last === undefined || last.end === null);
}

/** A section that puts each of many things into one of its figures. */
function bucketed<T>(
  id: string,
  title: string,
  base: string,
  figures: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, T>,
  bucketsOf: (of: T) => readonly string[],
): Section {
  return {
    id,
    title,
    base,
    unit: 'count',
    figures: Object.entries(figures).map(([figure, words]) => ({ id: figure, title: words })),
    lines: inOrder(found).map(([stratum, of]) => {
      const buckets = bucketsOf(of);
      const line = Object.keys(figures).map((figure): readonly [string, Figure] => [
        figure,
        { value: buckets.filter((one) => one === figure).length, base: buckets.length },
      ]);
      return { stratum, figures: Object.fromEntries(line) };
    }),
  };
}

/** Strata in the order of their names, what is not known after them, all together last. */
function inOrder<T>(found: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  const rank = (stratum: string) => (stratum === TOGETHER ? 2 : stratum === NOT_KNOWN ? 1 : 0);
  return [...found].toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
}

/**
 * A line for each stratum in the order of the names, what is not known after them, and one for all together. Null is in no stratum. Those of `strata`
 * have a line even if there is nothing of them.
 */
export function linesByStratum<T>(
  all: readonly T[],
  stratumFor: (one: T) => string | null,
  figuresOf: (some: readonly T[]) => Readonly<Record<string, Figure>>,
  strata: readonly string[] = [],
): readonly SectionLine[] {
  const groups = Map.groupBy(all, stratumFor);
  const names = new Set([...strata, ...groups.keys()].filter((stratum) => stratum !== null));
  const rank = (stratum: string) => (stratum === NOT_KNOWN ? 1 : 0);
  return [
    ...[...names]
      .toSorted((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1))
      .map((stratum) => ({ stratum, figures: figuresOf(groups.get(stratum) ?? []) })),
    { stratum: TOGETHER, figures: figuresOf(all) },
  ];
}

/** The words of a stratum that is not a name of its own. */
export function stratumWords(by: Stratum, stratum: string): string {
  if (stratum === TOGETHER) return 'All together';
  if (stratum === NOT_KNOWN) return 'Not known';
  return WORDS[by]?.[stratum] ?? stratum;
}

const WORDS: Readonly<Partial<Record<Stratum, Readonly<Record<string, string>>>>> = {
  group: { 'in-trust': 'In a trust', 'not-in-trust': 'Not in a trust' },
  surroundings: { rural: 'Rural', urban: 'Urban' },
  flow: { flow: 'Begun in this school year', stock: 'Begun before' },
  tier: { 'tier-1': 'Tier 1', 'tier-2': 'Tier 2', 'tier-3': 'Tier 3' },
};

/** The strata that there are, for a choice. */
export function strataOf(measure: Measure): readonly (readonly [Stratum, string])[] {
  return measure.strata.map((by) => [by, STRATA[by]] as const);
}
