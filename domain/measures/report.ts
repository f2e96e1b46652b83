/** A measure over many deployments: its parts, each with a line for every stratum and one for all together. */
import type { Calendar } from '../time/calendar.ts';
import type { PlainDate } from '../time/plain-date.ts';
import { needsOf, STRATA } from './evaluation.ts';
import type { Measure, Part, Stratum } from './evaluation.ts';
import type { KnownLife } from './known-life.ts';
import { holdersOf } from './known-life.ts';
import { MOMENTS, occurrencesOf, records } from './moments.ts';
import { COUNTED_DAYS, spellsOf, Waits } from './spells.ts';
import type { Figure } from './spells.ts';
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
  /** What counts the deployments of a programme. */
  const countersOf = new Map<string, readonly Counter[]>();
  return {
    add(one) {
      const { programme } = one.life;
      const counters =
        countersOf.get(programme) ?? parts.flatMap(({ part, counter }) => (records(programme, needsOf(part)) ? [counter] : []));
      countersOf.set(programme, counters);
      if (counters.length === 0) notKept.set(programme, (notKept.get(programme) ?? 0) + 1);
      const stratum = stratumOf(one, by, asOf);
      for (const counter of counters) counter.add(stratum, one);
    },
    sections: () => parts.flatMap(({ counter }) => counter.sections()),
    notKept: () => notKept,
  };
}

/** Each deployment is added to its own stratum only. What all have together is added up from the strata at the end. */
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
  const found = new Map<string, { readonly waits: Waits; withoutStart: number }>();
  const section = (
    suffix: string,
    title: string,
    base: string,
    unit: Unit,
    figures: readonly (readonly [string, string])[],
    lines: readonly (readonly [string, { readonly waits: Waits; readonly withoutStart: number }])[],
    of: (waits: Waits, withoutStart: number) => Readonly<Record<string, Figure>>,
  ): Section => ({
    id: `${id}-${suffix}`,
    title,
    base,
    unit,
    figures: figures.map(([figure, words]) => ({ id: figure, title: words })),
    lines: lines.map(([stratum, { waits, withoutStart }]) => ({ stratum, figures: of(waits, withoutStart) })),
  });
  return {
    add(stratum, { life }) {
      const spells = spellsOf(life, part.timed, asOf, calendarOf(life.calendarVersion));
      const line = lineOf(found, stratum, () => ({ waits: new Waits(), withoutStart: 0 }));
      for (const spell of spells) line.waits.add(spell);
      if (spells.length === 0 && MOMENTS[life.programme]?.at[part.timed.from]?.kind === 'fact') line.withoutStart += 1;
    },
    sections() {
      const lines = inOrder(found, (all) => {
        const together = { waits: new Waits(), withoutStart: 0 };
        for (const { waits, withoutStart } of all) {
          together.waits.addAll(waits);
          together.withoutStart += withoutStart;
        }
        return together;
      });
      return [
        section(
          'counts',
          `${part.title}: what became of it`,
          'those that began',
          'count',
          [...COUNTS, ['beginning-not-known', 'Beginning not known']],
          lines,
          (waits, withoutStart) => {
            const counts = waits.counts();
            return { ...counts, 'beginning-not-known': { value: withoutStart, base: withoutStart + counts.begun.base } };
          },
        ),
        section('late', `${part.title}: against due dates`, 'those that were asked for', 'count', LATE, lines, (waits) => waits.counts()),
        ...COUNTED_DAYS.flatMap((kind) =>
          (['all', 'net'] as const).map((stops) =>
            section(
              `days-${kind}-${stops}`,
              `${part.title}: ${DAYS_WORDS[kind]}, ${STOPS_WORDS[stops]}`,
              'those whose days can be counted',
              'within-days',
              QUARTERS,
              lines,
              (waits) => waits.quarters(kind, stops),
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
                (waits) =>
                  Object.fromEntries(part.limits.map(({ days, kind }) => [`within-${days}`, waits.shareWithin(kind, stops, days)])),
              ),
            )),
      ];
    },
  };
}

function tallyCounter(tally: Tally, id: string, asOf: PlainDate): Counter {
  const found = new Map<string, Sums>();
  return {
    add(stratum, one) {
      const sums = lineOf(found, stratum, (): Sums => new Map());
      for (const { figure, value, base } of tally.of({ ...one, asOf })) addTo(sums, figure, value, base);
    },
    sections: () => {
      const lines = inOrder(found, (all) => {
        const together: Sums = new Map();
        for (const sums of all) for (const [figure, { value, base }] of sums) addTo(together, figure, value, base);
        return together;
      });
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

function leadersCounter(asOf: PlainDate): Counter {
  const together = (all: readonly ReadonlyMap<string, ReadonlySet<string>>[]) => {
    const leaders = new Map<string, Set<string>>();
    for (const some of all) {
      for (const [leader, references] of some) leaders.set(leader, new Set([...(leaders.get(leader) ?? []), ...references]));
    }
    return leaders;
  };
  const found = new Map<string, Map<string, Set<string>>>();
  return {
    add(stratum, { life }) {
      const role = MOMENTS[life.programme]?.leader ?? '';
      const leaders = lineOf(found, stratum, () => new Map<string, Set<string>>());
      for (const { order } of occurrencesOf(life, 'matched', asOf)) {
        for (const leader of holdersOf(life, role, order)) leaders.set(leader, (leaders.get(leader) ?? new Set()).add(life.reference));
      }
    },
    sections: () => [
      bucketed('leaders', 'Deployments of each leader', 'leaders who were matched', LEADER_FIGURES, inOrder(found, together), (leaders) =>
        [...leaders.values()].map(({ size }) => (size >= 4 ? '4-or-more' : String(size))),
      ),
    ],
  };
}

/** All that is kept of a deployment until the others are known. */
type Span = Pick<KnownLife, 'subject' | 'began' | 'ends'>;

const AT_ONCE_FIGURES = { '0': 'None', '1': 'One', '2-or-more': 'Two or more' } as const;

function atOnceCounter(): Counter {
  const found = new Map<string, Span[]>();
  return {
    add(stratum, { life: { subject, began, ends } }) {
      lineOf(found, stratum, (): Span[] => []).push({ subject, began, ends });
    },
    sections: () => {
      const ofSubject = Map.groupBy([...found.values()].flat(), ({ subject }) => subject);
      const lines = inOrder(found, (all) => all.flat());
      return [
        bucketed('at-once', 'Other deployments that ran when it began', 'deployments', AT_ONCE_FIGURES, lines, (spans) =>
          spans.map((life) => {
            let others = 0;
            for (const other of ofSubject.get(life.subject) ?? []) {
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
function ranOn({ began, ends }: Span, day: PlainDate): boolean {
  const last = ends.findLast(({ on }) => on < day);
  return began <= day && (last === undefined || last.end === null);
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

/** What a stratum has, made first where there is nothing yet. */
function lineOf<T>(found: Map<string, T>, stratum: string, make: () => T): T {
  const known = found.get(stratum);
  if (known !== undefined) return known;
  const made = make();
  found.set(stratum, made);
  return made;
}

/** Strata in the order of their names, what is not known after them, and all together last. */
function inOrder<T>(found: ReadonlyMap<string, T>, together: (all: readonly T[]) => T): readonly (readonly [string, T])[] {
  const rank = (stratum: string) => (stratum === NOT_KNOWN ? 1 : 0);
  const strata = [...found].filter(([stratum]) => stratum !== TOGETHER);
  return [
    ...strata.toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1)),
    [TOGETHER, together([...found.values()])],
  ];
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
