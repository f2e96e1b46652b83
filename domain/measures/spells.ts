/** Times from one moment to another in one deployment, with what became of them: what M1 to M5 and M12 to M14 are made of. */
import type { Calendar } from '../time/calendar.ts';
import { daysAfter, stoppedDays } from './day-counter.ts';
import { endOf } from './known-life.ts';
import type { KnownLife, OpenedStep } from './known-life.ts';
import { MOMENTS, occurrencesOf } from './moments.ts';
import type { MomentId, Occurrence } from './moments.ts';
import { daysUntilDone, shareStillOpen } from './survival.ts';
import type { Followed } from './survival.ts';
import type { CountedDays } from './timeliness.ts';
import type { PlainDate } from '../time/plain-date.ts';

export const COUNTED_DAYS = ['calendar', 'working', 'school'] as const satisfies readonly CountedDays[];

/** What is timed. */
export type Timed = {
  readonly from: MomentId;
  readonly to: MomentId;
  /** The first time only, or each time anew: a second match is timed from the second match. */
  readonly each: 'first' | 'every';
  /** A rematch ends the wait without what was waited for. */
  readonly endsWithRematch: boolean;
};

/** `closed`: it will not come about any more, because the deployment ended, or the wait began anew. */
export type SpellOutcome = 'reached' | 'closed' | 'open';

export type Spell = {
  readonly outcome: SpellOutcome;
  readonly from: PlainDate;
  readonly until: PlainDate;
  /** Null where the calendar does not reach so far. `net`: without days on which the clock was stopped. */
  readonly days: Readonly<Record<CountedDays, { readonly all: number | null; readonly net: number | null }>>;
  /** What was waited for is dated before the beginning; it counts as 0 days. */
  readonly beforeItBegan: boolean;
  /** After the due date of the step that is waited for; null where it was not asked for yet. */
  readonly late: { readonly current: boolean; readonly original: boolean } | null;
};

/**
 * Each wait of a deployment, as known. The day of the beginning is not counted, the last one is. What is not reached by the end of the day of
 * the report is open until then, or closed on the day on which it could not come about any more.
 */
export function spellsOf(life: KnownLife, timed: Timed, asOf: PlainDate, calendar: Calendar): readonly Spell[] {
  const starts = occurrencesOf(life, timed.from, asOf);
  const ends = occurrencesOf(life, timed.to, asOf);
  const begun = timed.each === 'first' ? starts.slice(0, 1) : starts;
  return begun.map((start, at) => {
    const next = timed.each === 'first' ? undefined : starts[at + 1];
    const before = next?.order ?? Infinity;
    const reached = ends.find(({ order }) => order > start.order && order < before);
    const closedOn = closingOf(life, timed, start, next);
    const until = reached?.on ?? closedOn ?? asOf;
    const last = until < start.on ? start.on : until;
    const awaited = awaitedStep(life, timed.to, start, before, reached);
    const stops = life.stops.filter(
      ({ scope }) => scope === null || (awaited !== undefined && scope.step === awaited.step && scope.round === awaited.round),
    );
    return {
      outcome: reached !== undefined ? 'reached' : closedOn === null ? 'open' : 'closed',
      from: start.on,
      until: last,
      days: {
        calendar: counted(calendar, 'calendar', start.on, last, stops),
        working: counted(calendar, 'working', start.on, last, stops),
        school: counted(calendar, 'school', start.on, last, stops),
      },
      beforeItBegan: reached !== undefined && until < start.on,
      late: awaited === undefined ? null : { current: last > awaited.dueOn, original: last > awaited.originalDueOn },
    };
  });
}

function counted(calendar: Calendar, kind: CountedDays, from: PlainDate, until: PlainDate, stops: KnownLife['stops']) {
  const all = daysAfter(calendar, kind, from, until);
  const stopped = stoppedDays(calendar, kind, from, until, stops);
  return { all, net: all === null || stopped === null ? null : all - stopped };
}

/** The first day after the beginning on which it could not come about any more. */
function closingOf(life: KnownLife, timed: Timed, start: Occurrence, next: Occurrence | undefined): PlainDate | null {
  const before = next?.order ?? Infinity;
  const rematch = timed.endsWithRematch ? life.rematches.find(({ order }) => order > start.order && order < before) : undefined;
  const ways = [rematch?.on, next?.on, endOf(life)?.on].filter((on) => on !== undefined);
  return ways.length === 0 ? null : ways.reduce((one, other) => (other < one ? other : one));
}

/** The round of the step that is waited for: that which was answered, else the last that was opened. */
function awaitedStep(
  life: KnownLife,
  to: MomentId,
  start: Occurrence,
  before: number,
  reached: Occurrence | undefined,
): OpenedStep | undefined {
  const moment = MOMENTS[life.programme]?.at[to];
  if (moment === undefined || moment.kind === 'fact') return undefined;
  const steps = moment.kind === 'opened' ? moment.steps : moment.of.map(({ step }) => step);
  return life.steps.findLast((one) =>
    reached === undefined
      ? steps.includes(one.step) && one.order >= start.order && one.order < before
      : one.step === reached.step && one.round === reached.round,
  );
}

/** A number of a report: a count of so many, or a share or days of so many that were counted. Null: not known yet. */
export type Figure = { readonly value: number | null; readonly base: number };

/** How many of the waits were followed and what became of them. */
export type SpellCounts = Readonly<Record<'begun' | SpellOutcome | 'before-it-began' | 'late-by-current' | 'late-by-original', Figure>>;

/** How many were followed for each number of days: those that reached what was waited for, and the others. */
type Followings = { readonly reached: Map<number, number>; readonly others: Map<number, number> };

/** What is kept of many waits: numbers alone, and no wait. It is data, so that it can be handed from one thread to another. */
export type CountedWaits = {
  readonly counts: Record<'begun' | SpellOutcome | 'beforeItBegan' | 'asked' | 'current' | 'original', number>;
  readonly days: Readonly<Record<CountedDays, Readonly<Record<'all' | 'net', Followings>>>>;
};

export function noWaits(): CountedWaits {
  const none = (): Followings => ({ reached: new Map(), others: new Map() });
  return {
    counts: { begun: 0, reached: 0, closed: 0, open: 0, beforeItBegan: 0, asked: 0, current: 0, original: 0 },
    days: {
      calendar: { all: none(), net: none() },
      working: { all: none(), net: none() },
      school: { all: none(), net: none() },
    },
  };
}

/** Counts a wait: of each number of days there may be thousands. */
export function addWait({ counts, days: counted }: CountedWaits, { outcome, days, beforeItBegan, late }: Spell): void {
  counts.begun += 1;
  counts[outcome] += 1;
  if (beforeItBegan) counts.beforeItBegan += 1;
  if (late !== null) {
    counts.asked += 1;
    if (late.current) counts.current += 1;
    if (late.original) counts.original += 1;
  }
  for (const kind of COUNTED_DAYS) {
    for (const stops of STOPS) {
      const followed = days[kind][stops];
      // Days that cannot be counted are left out.
      if (followed !== null) addTo(counted[kind][stops][outcome === 'reached' ? 'reached' : 'others'], followed, 1);
    }
  }
}

const STOPS = ['all', 'net'] as const;

function addTo(alike: Map<number, number>, days: number, count: number): void {
  alike.set(days, (alike.get(days) ?? 0) + count);
}

/** Adds waits that were counted elsewhere. */
export function addWaits(to: CountedWaits, others: CountedWaits): void {
  for (const which of Object.keys(to.counts) as readonly (keyof CountedWaits['counts'])[]) to.counts[which] += others.counts[which];
  for (const kind of COUNTED_DAYS) {
    for (const stops of STOPS) {
      const [mine, theirs] = [to.days[kind][stops], others.days[kind][stops]];
      for (const [days, count] of theirs.reached) addTo(mine.reached, days, count);
      for (const [days, count] of theirs.others) addTo(mine.others, days, count);
    }
  }
}

/** What became of the waits. */
export function countsOf({ counts }: CountedWaits): SpellCounts {
  const { begun, reached, closed, open, beforeItBegan, asked, current, original } = counts;
  const of = (value: number): Figure => ({ value, base: begun });
  return {
    begun: of(begun),
    reached: of(reached),
    closed: of(closed),
    open: of(open),
    'before-it-began': of(beforeItBegan),
    'late-by-current': { value: current, base: asked },
    'late-by-original': { value: original, base: asked },
  };
}

/** A quarter, half and three quarters were reached within so many days, by Kaplan and Meier: what is open or closed counts as far as it was followed. */
export function quartersOf(
  waits: CountedWaits,
  kind: CountedDays,
  stops: 'all' | 'net',
): Readonly<Record<'quarter' | 'half' | 'three-quarters', Figure>> {
  const { followed, base } = together(waits.days[kind][stops]);
  const within = (share: number): Figure => ({ value: daysUntilDone(followed, share), base });
  return { quarter: within(0.25), half: within(0.5), 'three-quarters': within(0.75) };
}

/**
 * The share that is reached within so many days, by the same estimate, from 0 to 1. Null where nobody was followed for so long and some are
 * still waited for: then it is not known yet.
 */
export function shareWithin(waits: CountedWaits, kind: CountedDays, stops: 'all' | 'net', days: number): Figure {
  const { followed, base } = together(waits.days[kind][stops]);
  const open = shareStillOpen(followed, days);
  const known = followed.some((one) => one.days >= days) || open === 0;
  return { value: known ? 1 - open : null, base };
}

function together({ reached, others }: Followings): { readonly followed: readonly Followed[]; readonly base: number } {
  const followed = [
    ...[...reached].map(([days, count]) => ({ days, count, ended: true })),
    ...[...others].map(([days, count]) => ({ days, count, ended: false })),
  ];
  return { followed, base: followed.reduce((sum, { count }) => sum + count, 0) };
}
