/** A measure over many deployments: its parts, each with a line for every stratum and one for all together. */
import { entryOf } from '../entry-of.ts';
import type { Calendar } from '../time/calendar.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { addSpan, addSpans, noSpans, othersAtOnce } from './at-once.ts';
import type { Spans } from './at-once.ts';
import { needsOf, STRATA } from './evaluation.ts';
import type { Measure, Part, Stratum } from './evaluation.ts';
import type { KnownLife } from './known-life.ts';
import { holdersOf } from './known-life.ts';
import { MOMENTS, occurrencesOf, records } from './moments.ts';
import { addWait, addWaits, countsOf, COUNTED_DAYS, noWaits, quartersOf, shareWithin, spellsOf } from './spells.ts';
import type { CountedWaits, Figure } from './spells.ts';
import { TALLIES } from './tallies.ts';
import { ALL } from './tally.ts';
import type { School, Tally, TallyOf } from './tally.ts';

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

/**
 * What was counted of a measure in some deployments, to be added to what was counted in others: data alone, so that it can be handed from one thread to
 * another. What stands in it is known to the measure that counted it.
 */
export type CountedMeasure = {
  /** For each part of the measure what is kept of each stratum. */
  readonly parts: readonly ReadonlyMap<string, unknown>[];
  readonly programmes: ReadonlyMap<string, CountedProgramme>;
};

/** The deployments of a programme, and the newest of its versions that they are pinned to. */
export type CountedProgramme = { readonly deployments: number; readonly version: number };

/** Counts a measure while deployments come one at a time, so that not all of them need be held at once. */
export type Counting = {
  readonly add: (one: MeasuredLife) => void;
  readonly counted: () => CountedMeasure;
  /** Adds what the same measure counted in other deployments. It may be changed by it afterwards. */
  readonly addCounted: (others: CountedMeasure) => void;
  readonly sections: () => readonly Section[];
  readonly deployments: () => number;
  /** Programmes that do not keep what the measure needs, in the order of their ids. */
  readonly notKept: () => ReadonlyMap<string, CountedProgramme>;
};

export type Asked = {
  readonly measure: Measure;
  readonly by: Stratum;
  readonly asOf: PlainDate;
  /** Not asked for where only what was counted elsewhere is added up. */
  readonly calendarOf?: CalendarOf;
};
type CalendarOf = (version: string) => Calendar;

/**
 * Begins to count a measure. Parts that are not counted from events ("unreachable", "followed") are left to whoever reads the record.
 */
export function beginCounting({ measure, by, asOf, calendarOf = notRead }: Asked): Counting {
  const parts = measure.parts.flatMap((part, at) => {
    const counter = counterOf(part, at + 1, asOf, calendarOf);
    return counter === null ? [] : [{ part, counter }];
  });
  const programmes = new Map<string, CountedProgramme>();
  const addProgramme = (programme: string, { deployments, version }: CountedProgramme) => {
    const known = programmes.get(programme) ?? { deployments: 0, version };
    programmes.set(programme, { deployments: known.deployments + deployments, version: Math.max(known.version, version) });
  };
  /** What counts the deployments of a programme. */
  const countersOf = new Map<string, readonly Counter[]>();
  const countersFor = (programme: string) =>
    entryOf(countersOf, programme, () => parts.flatMap(({ part, counter }) => (records(programme, needsOf(part)) ? [counter] : [])));
  return {
    add(one) {
      const { programme, version } = one.life;
      addProgramme(programme, { deployments: 1, version });
      const stratum = stratumOf(one, by, asOf);
      for (const counter of countersFor(programme)) counter.add(stratum, one);
    },
    counted: () => ({ parts: parts.map(({ counter }) => counter.counted()), programmes }),
    addCounted(others) {
      for (const [programme, counted] of others.programmes) addProgramme(programme, counted);
      for (const [at, { counter }] of parts.entries()) counter.addCounted(others.parts[at] ?? new Map());
    },
    sections: () => parts.flatMap(({ counter }) => counter.sections()),
    deployments: () => [...programmes.values()].reduce((sum, { deployments }) => sum + deployments, 0),
    notKept: () =>
      new Map(
        [...programmes].filter(([programme]) => countersFor(programme).length === 0).toSorted(([one], [other]) => (one < other ? -1 : 1)),
      ),
  };
}

/** What a counting does that is asked for the working days of a calendar that it was not given. */
export function notRead(version: string): never {
  throw new Error(`Calendar ${version} was not read.`);
}

/** Each deployment is added to its own stratum only. What all have together is added up from the strata at the end. */
type Counter = {
  readonly add: (stratum: string, one: MeasuredLife) => void;
  readonly counted: () => ReadonlyMap<string, unknown>;
  readonly addCounted: (others: ReadonlyMap<string, unknown>) => void;
  readonly sections: () => readonly Section[];
};

/** How a part of a measure is counted. What it keeps of a stratum is data alone, and grows by a deployment or by what was kept of others. */
type Way<T> = {
  readonly begin: () => T;
  readonly add: (line: T, one: MeasuredLife) => void;
  readonly addAll: (line: T, others: T) => void;
  /** The tables. The last line is that of all together. */
  readonly sections: (lines: readonly (readonly [string, T])[]) => readonly Section[];
};

function counterBy<T>({ begin, add, addAll, sections }: Way<T>): Counter {
  const found = new Map<string, T>();
  return {
    add: (stratum, one) => add(entryOf(found, stratum, begin), one),
    counted: () => found,
    addCounted(others) {
      // The same part of the same measure kept it.
      for (const [stratum, line] of others as ReadonlyMap<string, T>) addAll(entryOf(found, stratum, begin), line);
    },
    sections() {
      const together = begin();
      for (const line of found.values()) addAll(together, line);
      return sections([...inOrder(found), [TOGETHER, together]]);
    },
  };
}

function counterOf(part: Part, place: number, asOf: PlainDate, calendarOf: CalendarOf): Counter | null {
  switch (part.kind) {
    case 'time':
      return counterBy(timeCounter(part, `time-${place}`, asOf, calendarOf));
    case 'tally':
      return counterBy(tallyCounter(TALLIES[part.tally], part.tally, asOf));
    case 'leaders':
      return counterBy(leadersCounter(asOf));
    case 'at-once':
      return counterBy(atOnceCounter());
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

type CountedTimes = { readonly waits: CountedWaits; withoutStart: number };

function timeCounter(part: Extract<Part, { kind: 'time' }>, id: string, asOf: PlainDate, calendarOf: CalendarOf): Way<CountedTimes> {
  const section = (
    suffix: string,
    title: string,
    base: string,
    unit: Unit,
    figures: readonly (readonly [string, string])[],
    lines: readonly (readonly [string, CountedTimes])[],
    of: (waits: CountedWaits, withoutStart: number) => Readonly<Record<string, Figure>>,
  ): Section => ({
    id: `${id}-${suffix}`,
    title,
    base,
    unit,
    figures: figures.map(([figure, words]) => ({ id: figure, title: words })),
    lines: lines.map(([stratum, { waits, withoutStart }]) => ({ stratum, figures: of(waits, withoutStart) })),
  });
  return {
    begin: () => ({ waits: noWaits(), withoutStart: 0 }),
    add(line, { life }) {
      const spells = spellsOf(life, part.timed, asOf, calendarOf(life.calendarVersion));
      for (const spell of spells) addWait(line.waits, spell);
      if (spells.length === 0 && MOMENTS[life.programme]?.at[part.timed.from]?.kind === 'fact') line.withoutStart += 1;
    },
    addAll(line, others) {
      addWaits(line.waits, others.waits);
      line.withoutStart += others.withoutStart;
    },
    sections: (lines) => [
      section(
        'counts',
        `${part.title}: what became of it`,
        'those that began',
        'count',
        [...COUNTS, ['beginning-not-known', 'Beginning not known']],
        lines,
        (waits, withoutStart) => {
          const counts = countsOf(waits);
          return { ...counts, 'beginning-not-known': { value: withoutStart, base: withoutStart + counts.begun.base } };
        },
      ),
      section('late', `${part.title}: against due dates`, 'those that were asked for', 'count', LATE, lines, countsOf),
      ...COUNTED_DAYS.flatMap((kind) =>
        (['all', 'net'] as const).map((stops) =>
          section(
            `days-${kind}-${stops}`,
            `${part.title}: ${DAYS_WORDS[kind]}, ${STOPS_WORDS[stops]}`,
            'those whose days can be counted',
            'within-days',
            QUARTERS,
            lines,
            (waits) => quartersOf(waits, kind, stops),
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
              lines,
              (waits) => Object.fromEntries(part.limits.map(({ days, kind }) => [`within-${days}`, shareWithin(waits, kind, stops, days)])),
            ),
          )),
    ],
  };
}

function tallyCounter(tally: Tally, id: string, asOf: PlainDate): Way<Sums> {
  return {
    begin: () => new Map(),
    add(sums, one) {
      for (const { figure, value, base } of tally.of({ ...one, asOf })) addTo(sums, figure, value, base);
    },
    addAll(sums, others) {
      for (const [figure, { value, base }] of others) addTo(sums, figure, value, base);
    },
    sections(lines) {
      const others = [...new Set(lines.flatMap(([, sums]) => [...sums.keys()]))]
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
          lines: lines.map(([stratum, sums]) => {
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

/** So much of so much, by figure. */
type Sums = Map<string, { value: number; base: number }>;

function addTo(sums: Sums, figure: string, value: number, base: number): void {
  const sum = sums.get(figure);
  if (sum === undefined) {
    sums.set(figure, { value, base });
  } else {
    sum.value += value;
    sum.base += base;
  }
}

const LEADER_FIGURES = { '1': 'One', '2': 'Two', '3': 'Three', '4-or-more': 'Four or more' } as const;

/** How many deployments each leader was matched with: a deployment is in one stratum, and comes once. */
function leadersCounter(asOf: PlainDate): Way<Map<string, number>> {
  const add = (leaders: Map<string, number>, leader: string, deployments: number) =>
    leaders.set(leader, (leaders.get(leader) ?? 0) + deployments);
  return {
    begin: () => new Map(),
    add(leaders, { life }) {
      const role = MOMENTS[life.programme]?.leader ?? '';
      const matched = occurrencesOf(life, 'matched', asOf).flatMap(({ order }) => holdersOf(life, role, order));
      for (const leader of new Set(matched)) add(leaders, leader, 1);
    },
    addAll(leaders, others) {
      for (const [leader, deployments] of others) add(leaders, leader, deployments);
    },
    sections: (lines) => [
      bucketed('leaders', 'Deployments of each leader', 'leaders who were matched', LEADER_FIGURES, lines, (leaders) =>
        [...leaders.values()].map((deployments) => (deployments >= 4 ? '4-or-more' : String(deployments))),
      ),
    ],
  };
}

const AT_ONCE_FIGURES = { '0': 'None', '1': 'One', '2-or-more': 'Two or more' } as const;

function atOnceCounter(): Way<Spans> {
  return {
    begin: noSpans,
    add: (spans, { life }) => addSpan(spans, life),
    addAll: addSpans,
    sections(lines) {
      const othersOf = othersAtOnce(lines.at(-1)?.[1] ?? noSpans(), 2);
      return [
        bucketed('at-once', 'Other deployments that ran when it began', 'deployments', AT_ONCE_FIGURES, lines, (spans) =>
          othersOf(spans).map((others) => (others === 2 ? '2-or-more' : String(others))),
        ),
      ];
    },
  };
}

/** A section that puts each of many things into one of its figures. */
function bucketed<T>(
  id: string,
  title: string,
  base: string,
  figures: Readonly<Record<string, string>>,
  lines: readonly (readonly [string, T])[],
  bucketsOf: (of: T) => readonly string[],
): Section {
  return {
    id,
    title,
    base,
    unit: 'count',
    figures: Object.entries(figures).map(([figure, words]) => ({ id: figure, title: words })),
    lines: lines.map(([stratum, of]) => {
      const buckets = bucketsOf(of);
      const line = Object.keys(figures).map((figure): readonly [string, Figure] => [
        figure,
        { value: buckets.filter((one) => one === figure).length, base: buckets.length },
      ]);
      return { stratum, figures: Object.fromEntries(line) };
    }),
  };
}

/** Strata in the order of their names, what is not known after them. That of all together is left out. */
function inOrder<T>(found: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  const rank = (stratum: string) => (stratum === NOT_KNOWN ? 1 : 0);
  return [...found]
    .filter(([stratum]) => stratum !== TOGETHER)
    .toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1));
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
