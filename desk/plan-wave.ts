import { ok, refused } from '../domain/result.ts';
import type { Reason, Result } from '../domain/result.ts';
import { AUDIENCES, bandStrata, populationOf } from '../domain/surveys/population.ts';
import type { KnownAudience, LeftOut, Member, Stratum } from '../domain/surveys/population.ts';
import { FIRST_SPLIT, splitsOf, strataFrom } from '../domain/surveys/splits.ts';
import type { Split } from '../domain/surveys/splits.ts';
import { closingDayFor, planFor, waveSendingMs } from '../domain/surveys/wave-times.ts';
import type { MemberPlan, OwnDays, WaveLetterKind } from '../domain/surveys/wave-times.ts';
import type { Programme } from '../domain/programme.ts';
import type { Survey } from '../domain/surveys/survey.ts';
import type { Calendar } from '../domain/time/calendar.ts';
import { addDays, longDateWithWeekday } from '../domain/time/plain-date.ts';
import type { PlainDate } from '../domain/time/plain-date.ts';
import { inWords } from '../domain/words.ts';
import type { Db } from '../postgres/database.ts';
import { programmesWithDeployments, readCandidates } from '../postgres/surveys/candidates.ts';
import type { NewMember } from '../postgres/surveys/waves.ts';
import { readCalendars } from '../postgres/views/running-deployments.ts';
import { loadSurvey } from '../surveys/load-surveys.ts';

/** What somebody asks for who makes a wave. */
export type WaveAsked = {
  readonly survey: string;
  /** Whose deployments it asks about, by their ids. */
  readonly programmes: readonly string[];
  readonly opensOn: PlainDate;
  /** The last day on which it can be answered; null: the fifteenth of their own days of whoever has the latest. */
  readonly closesOn: PlainDate | null;
  /** The last day of valid responses; null: the day on which it closes. */
  readonly cutOffOn: PlainDate | null;
  /** What its figures are split by first; left out: by region. */
  readonly firstSplit?: string;
};

/** A wave as it would be made. */
export type WavePlan = {
  readonly survey: Survey;
  readonly programmes: readonly string[];
  readonly opensOn: PlainDate;
  readonly closesOn: PlainDate;
  readonly cutOffOn: PlainDate;
  /** What its figures are split by first, and what that is called. */
  readonly firstSplit: string;
  readonly firstSplitTitle: string;
  readonly members: readonly NewMember[];
  /** How many are asked, each once. */
  readonly asked: number;
  /** How many of them belong to each audience; whoever has two roles counts in both. */
  readonly byAudience: readonly { readonly audience: KnownAudience; readonly asked: number }[];
  readonly twoRoles: number;
  readonly leftOut: Readonly<Partial<Record<LeftOut, number>>>;
  /** How many letters are planned for each day, by kind, in the order of the days. */
  readonly letters: readonly { readonly on: PlainDate; readonly kind: WaveLetterKind; readonly count: number }[];
  /** Who is asked and has no day of their own before it closes, so that nobody writes to them. */
  readonly withoutDays: number;
  /** Whose school days are those of another authority, because their own are not known. */
  readonly onAssumedDays: number;
};

export type WaveRefusal = Reason & {
  readonly kind:
    | 'unknown-survey'
    | 'unknown-split'
    | 'faulty-survey'
    | 'not-ours'
    | 'bad-opening'
    | 'bad-closing'
    | 'bad-cut-off'
    | 'no-deployments'
    | 'nobody'
    | 'beyond-horizon';
};

/** How far ahead a wave may open, in days. */
const FARTHEST_DAYS = 365;

/**
 * Who would be asked in a wave, who would be left out and why, and what would be sent when. Nothing is kept. Refused with what is wrong,
 * and how to mend it.
 */
export async function planWave(db: Db, wanted: WaveAsked, today: PlainDate): Promise<Result<WavePlan, WaveRefusal>> {
  const known = await askedSurvey(db, wanted);
  if (!known.ok) return known;
  const { survey, asks, programmes, split } = known.value;
  const badDates = whyNotDates(wanted, today);
  if (badDates !== null) return refused({ ...badDates, remedy: 'Give another day.' });
  const candidates = await readCandidates(db, programmes, wanted.opensOn);
  const away = new Map(candidates.map((candidate) => [candidate.person, candidate.away]));
  const population = bandedWhereAsked(populationOf(candidates, asks), strataFrom(split.id));
  const asked = population.filter(({ leftOut }) => leftOut === null);
  if (asked.length === 0) {
    return refused({
      kind: 'nobody',
      message: `Nobody would be asked: all ${population.length} people of these deployments are left out.`,
      remedy: 'Choose other programmes, or another day.',
    });
  }
  const calendars = await readCalendars(db, [...new Set(asked.flatMap((member) => member.calendars))]);
  const ownDaysOf = ({ person, schoolDays, calendars: [first, ...more] }: Member): OwnDays => {
    const known = (version: string): Calendar => calendars.get(version) ?? neverKept(version);
    return { calendars: [known(first), ...more.map(known)], school: schoolDays, away: away.get(person) ?? null };
  };
  const closes = wanted.closesOn === null ? latestClose(asked.map(ownDaysOf), wanted.opensOn) : ok(wanted.closesOn);
  if (!closes.ok) return closes;
  const closesOn = closes.value;
  const cutOffOn = wanted.cutOffOn ?? closesOn;
  if (cutOffOn > closesOn) {
    const message = `Responses cannot be valid until ${longDateWithWeekday(cutOffOn)}: the survey closes on ${longDateWithWeekday(closesOn)}.`;
    return refused({ kind: 'bad-cut-off', message, remedy: 'Give a cut-off on or before the day on which it closes.' });
  }
  const plans = new Map<Member, MemberPlan>();
  for (const member of asked) {
    const plan = planFor(ownDaysOf(member), wanted.opensOn, closesOn);
    if (!plan.ok) return plan;
    plans.set(member, plan.value);
  }
  const letters = [...plans.values()].flatMap((plan) => plan.letters);
  return ok({
    survey,
    programmes: wanted.programmes,
    opensOn: wanted.opensOn,
    closesOn,
    cutOffOn,
    firstSplit: split.id,
    firstSplitTitle: split.title,
    members: population.map((member) => newMember(member, plans.get(member) ?? { letters: [], openDays: [] })),
    asked: asked.length,
    byAudience: asks.map((audience) => ({ audience, asked: asked.filter(({ audiences }) => audiences.includes(audience)).length })),
    twoRoles: asked.filter(({ audiences }) => audiences.length > 1).length,
    leftOut: countBy(population.flatMap(({ leftOut }) => leftOut ?? [])),
    letters: [...Map.groupBy(letters, ({ on, kind }) => `${on} ${kind}`).values()]
      .flatMap(([first, ...more]) => (first === undefined ? [] : [{ ...first, count: more.length + 1 }]))
      .toSorted((one, other) => (`${one.on} ${one.kind}` < `${other.on} ${other.kind}` ? -1 : 1)),
    withoutDays: [...plans.values()].filter((plan) => plan.letters.length === 0).length,
    onAssumedDays: asked.filter(
      (member) => member.schoolDays && member.calendars.some((version) => calendars.get(version)?.terms.assumedFor !== undefined),
    ).length,
  });
}

/**
 * The survey that is asked for, whom it asks, the programmes with their versions, and what figures are split by first. Refused where it, that split or deployments of a
 * programme are not there.
 */
export async function askedSurvey(
  db: Db,
  wanted: Pick<WaveAsked, 'survey' | 'programmes' | 'firstSplit'>,
): Promise<
  Result<
    {
      readonly survey: Survey;
      readonly asks: readonly KnownAudience[];
      readonly programmes: readonly Programme[];
      readonly split: Pick<Split, 'id' | 'title'>;
    },
    WaveRefusal
  >
> {
  const survey = loadSurvey(wanted.survey);
  if (!survey.ok) return survey;
  const asks = AUDIENCES.filter((known) => survey.value.audiences.some(({ id }) => id === known));
  if (asks.length < survey.value.audiences.length) {
    const unknown = survey.value.audiences.map(({ id }) => id).filter((id) => !asks.some((known) => known === id));
    return refused({
      kind: 'not-ours',
      message: `The survey ${survey.value.id} asks ${inWords(unknown)}. The record does not say who these are.`,
      remedy: `A wave asks ${inWords(AUDIENCES)} only. Choose a survey of these.`,
    });
  }
  const first = wanted.firstSplit ?? FIRST_SPLIT;
  const splits = splitsOf(survey.value, first);
  const [split] = splits;
  if (split?.id !== first) {
    const message = `The figures of ${survey.value.id} cannot be split by "${first.slice(0, 60)}".`;
    return refused({ kind: 'unknown-split', message, remedy: `They can be split by ${splits.map(({ id }) => id).join(', ')}.` });
  }
  const programmes = await programmesWithDeployments(db, wanted.programmes);
  const missing = wanted.programmes.filter((id) => !programmes.some((programme) => programme.id === id));
  if (programmes.length === 0 || missing.length > 0) {
    return refused({
      kind: 'no-deployments',
      message: missing.length > 0 ? `There are no deployments of ${inWords(missing)}.` : 'No programme is named.',
      remedy: 'Name programmes of which there are deployments.',
    });
  }
  return ok({ survey: survey.value, asks, programmes, split });
}

/** Only of those who are asked is anything told with a response. */
function bandedWhereAsked(population: readonly Member[], order: readonly Stratum[]): readonly Member[] {
  const asked = population.filter(({ leftOut }) => leftOut === null);
  const banded = new Map(bandStrata(asked, order).map((member) => [member.person, member]));
  return population.map((member) => banded.get(member.person) ?? { ...member, strata: {} });
}

function newMember({ person, audiences, leftOut, strata }: Member, { letters, openDays }: MemberPlan): NewMember {
  return {
    person,
    audiences,
    leftOut,
    strata,
    openDays,
    letters: letters.map(({ kind, on }) => ({ kind, dueAt: new Date(waveSendingMs(on, person)).toISOString() })),
  };
}

function whyNotDates(
  { opensOn, closesOn, cutOffOn }: WaveAsked,
  today: PlainDate,
): { readonly kind: 'bad-opening' | 'bad-closing' | 'bad-cut-off'; readonly message: string } | null {
  const opens = longDateWithWeekday(opensOn);
  if (opensOn < today) return { kind: 'bad-opening', message: `The survey cannot open on ${opens}, which has passed.` };
  if (opensOn > addDays(today, FARTHEST_DAYS)) {
    return { kind: 'bad-opening', message: `The survey cannot open on ${opens}, more than a year from now.` };
  }
  if (cutOffOn !== null && cutOffOn < opensOn) {
    const message = `Responses cannot be valid until ${longDateWithWeekday(cutOffOn)} only: the survey opens on ${opens}.`;
    return { kind: 'bad-cut-off', message };
  }
  if (closesOn === null) return null;
  if (closesOn <= opensOn) {
    return { kind: 'bad-closing', message: `The survey cannot close on ${longDateWithWeekday(closesOn)}: it opens on ${opens}.` };
  }
  return closesOn > addDays(opensOn, LONGEST_OPEN_DAYS)
    ? { kind: 'bad-closing', message: `The survey cannot be open for more than ${LONGEST_OPEN_DAYS} days.` }
    : null;
}

/** The longest that a wave may be open, in days. */
const LONGEST_OPEN_DAYS = 100;

function latestClose(all: readonly OwnDays[], opensOn: PlainDate): Result<PlainDate, WaveRefusal> {
  let latest = opensOn;
  for (const own of all) {
    const closes = closingDayFor(own, opensOn);
    if (!closes.ok) return closes;
    if (closes.value > latest) latest = closes.value;
  }
  return ok(latest);
}

function countBy<T extends string>(values: readonly T[]): Readonly<Partial<Record<T, number>>> {
  const counts: Partial<Record<T, number>> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function neverKept(version: string): never {
  throw new Error(`The calendar ${version} was never kept.`);
}
