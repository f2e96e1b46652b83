/**
 * Figures of many deployments, for charts. What is counted, and from when to when, is written down in docs/product.md, "Figures". Answers
 * that were taken back count as if they had never been given, because the record holds the step open again.
 */
import { countDays } from '../../domain/time/days.ts';
import { addDays, daysBetween, weekday } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { PLANNED_EACH_TIME } from '../database.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE, parameters } from './deployment-source.ts';
import type { Scope } from './deployment-source.ts';
import { LATE_STEPS } from './late-step.ts';
import { CLOCK_MOVED_ON, ITS_TODAY, REAL_TODAY } from './place.ts';
import { readCalendar } from '../pinned/pinned.ts';

/** Which of the deployments that somebody may see are counted. '' narrows nothing. */
export type FiguresOf = { readonly scope: Scope; readonly region: string; readonly programme: string };

/** Days from the first to the last, both inclusive. */
export type Period = { readonly from: PlainDate; readonly to: PlainDate };

/** The condition of a query on the deployments that are counted, its parameters so far, and whether it leaves any out. */
export function narrowed({ scope, region, programme }: FiguresOf) {
  const given = parameters(scope.values);
  const conditions = [`(${scope.sql})`];
  if (region !== '') conditions.push(`school.region = ${given.place(region)}`);
  if (programme !== '') conditions.push(`d.programme = ${given.place(programme)}`);
  return { sql: conditions.join(' AND '), given, narrows: given.all.length > 0 };
}

/** An instant as its day in London. Dear, where it is asked of thousands: `startOf` is asked once for a query. */
export const dayOf = (at: string) => `(${at} AT TIME ZONE 'Europe/London')::date`;

/** The instant at which a day begins in London. */
export const startOf = (day: string) => `(${day}::timestamp AT TIME ZONE 'Europe/London')`;

/** Today in London, or the latest day that the clock of one of these deployments shows, where one was moved on. */
export async function latestDay(db: Db, of: FiguresOf): Promise<PlainDate> {
  const within = narrowed(of);
  const { rows } = await db.query<{ day: PlainDate }>(
    `SELECT greatest(${REAL_TODAY}, (SELECT max(${ITS_TODAY}) FROM ${DEPLOYMENT_SOURCE} WHERE ${CLOCK_MOVED_ON} AND ${within.sql})) AS day`,
    [...within.given.all],
  );
  const [latest] = rows;
  if (latest === undefined) throw new Error('PostgreSQL gave no day.');
  return latest.day;
}

export type LateInRegion = { readonly region: string; readonly running: number; readonly late: number };

/** Running deployments by region, and how many of them are late now, each by its own clock. In the order of the names; '' is no region. */
export async function lateByRegion(db: Db, of: FiguresOf): Promise<readonly LateInRegion[]> {
  const within = narrowed(of);
  const { rows } = await db.query<LateInRegion>(
    `SELECT coalesce(school.region, '') AS region, count(*)::int AS running, count(late.step)::int AS late
     FROM ${DEPLOYMENT_SOURCE} ${LATE_STEPS} WHERE d.status = 'running' AND ${within.sql} GROUP BY 1 ORDER BY 1`,
    [...within.given.all],
  );
  return rows;
}

export type LateOnDay = { readonly day: PlainDate; readonly late: number };

/**
 * How many deployments were late at the end of each of these days: a step that must be done was open, its due date as it stood on that day
 * had passed, and its clock was not paused on that day.
 */
export async function lateOnDays(db: Db, of: FiguresOf, days: readonly PlainDate[]): Promise<readonly LateOnDay[]> {
  const within = narrowed(of);
  const { rows } = await db.query<LateOnDay>(
    `${PLANNED_EACH_TIME}WITH days AS (SELECT day FROM unnest(${within.given.place(days)}::date[]) AS asked (day)),
     -- Whose steps are looked at, before anything is worked out for one of them. Where none is left out, none is looked for.
     seen AS MATERIALIZED (SELECT d.reference FROM ${DEPLOYMENT_SOURCE} WHERE ${within.sql}),
     moved AS MATERIALIZED (
       SELECT DISTINCT reference, body ->> 'step' AS step, (body ->> 'round')::int AS round FROM events
       WHERE type = 'due-date-moved' AND reference IN (SELECT reference FROM seen)),
     -- Each due date that moved, with the days on whose end it stood: from the day on which it was set until it was set anew.
     stood AS (
       SELECT moved.*, (e.body ->> 'dueOn')::date AS due_on, ${dayOf('e.at')} AS stood_from,
              coalesce(lead(${dayOf('e.at')}) OVER (PARTITION BY moved.reference, moved.step, moved.round ORDER BY e.sequence), 'infinity') AS stood_until
       FROM moved JOIN events e ON e.reference = moved.reference AND e.type IN ('step-opened', 'due-date-moved')
         AND e.body ->> 'step' = moved.step AND (e.body ->> 'round')::int = moved.round),
     -- From which day on a step was late, and from which day on it no longer was, as if its clock had never been paused.
     spans AS (
       -- Most were answered before they were due.
       SELECT ended.reference, ended.step, ended.round, greatest(ended.due_on + 1, ended.opened_on) AS from_on, ended.closed_on AS until_on
       FROM ended_rounds ended ${within.narrows ? 'JOIN seen ON seen.reference = ended.reference' : ''}
       WHERE NOT ended.optional AND ended.closed_on > ended.due_on + 1 AND ended.due_on < (SELECT max(day) FROM days)
         AND ended.settled_on > (SELECT min(day) FROM days) AND (ended.reference, ended.step, ended.round) NOT IN (SELECT reference, step, round FROM moved)
       UNION ALL
       SELECT s.reference, s.step, s.round, greatest(s.due_on + 1, s.opened_on), 'infinity'
       FROM steps s ${within.narrows ? 'JOIN seen ON seen.reference = s.reference' : ''}
       WHERE s.state = 'open' AND NOT s.optional AND s.due_on < (SELECT max(day) FROM days)
         AND (s.reference, s.step, s.round) NOT IN (SELECT reference, step, round FROM moved)
       UNION ALL
       SELECT s.reference, s.step, s.round, greatest(stood.due_on + 1, stood.stood_from),
              least(coalesce(${dayOf('s.closed_at')}, 'infinity'), stood.stood_until)
       FROM stood JOIN steps s ON s.reference = stood.reference AND s.step = stood.step AND s.round = stood.round WHERE NOT s.optional),
     -- The days by their places, so that each span finds its own: comparing every span with every day takes longer than all the rest.
     placed AS (SELECT array_agg(day ORDER BY day) AS days FROM days),
     on_days AS (
       SELECT spans.reference, spans.step, spans.round,
              unnest((SELECT days FROM placed)[width_bucket(spans.from_on - 1, (SELECT days FROM placed)) + 1
                                               : width_bucket(spans.until_on - 1, (SELECT days FROM placed))]) AS day
       FROM spans),
     late AS (
       SELECT day, count(*)::int AS late FROM (
         SELECT DISTINCT on_days.day, on_days.reference FROM on_days
         WHERE NOT EXISTS (
           SELECT FROM clock_stops stop WHERE stop.reference = on_days.reference
             AND (stop.step IS NULL OR stop.step = on_days.step AND stop.round = on_days.round)
             AND stop.from_on <= on_days.day AND (stop.resumed_on IS NULL OR stop.resumed_on > on_days.day))) each_once
       GROUP BY day)
     SELECT days.day, coalesce(late.late, 0) AS late FROM days LEFT JOIN late ON late.day = days.day ORDER BY days.day`,
    [...within.given.all],
  );
  return rows;
}

/** How long a role had the ball: working days from the opening of a step to its answer, of all its answers in a period. */
export type HandOvers = {
  /** The role's id. A programme in which it gives such answers says its title. */
  readonly owner: string;
  readonly programme: string;
  readonly version: number;
  readonly count: number;
  /** Half of them, and nine of ten, took no longer. */
  readonly half: number;
  readonly nineOfTen: number;
};

/** Answers that people gave, of one role, opened on one day and given on one. */
export type AnswersGiven = {
  readonly owner: string;
  readonly calendar: string;
  readonly openedOn: PlainDate;
  readonly closedOn: PlainDate;
  readonly programme: string;
  readonly version: number;
  readonly count: number;
};

/** The answers that people gave in a period, counted by all that the figures tell of them. */
export async function answersGiven(db: Db, of: FiguresOf, { from, to }: Period): Promise<readonly AnswersGiven[]> {
  const within = narrowed(of);
  const first = within.given.place(from);
  const last = within.given.place(to);
  const { rows } = await db.query<AnswersGiven>(
    `${PLANNED_EACH_TIME}SELECT ended.owner, ended.calendar_version AS calendar, ended.opened_on AS "openedOn", ended.closed_on AS "closedOn",
            d.programme, d.programme_version AS version, count(*)::int AS count
     FROM ended_rounds ended JOIN ${DEPLOYMENT_SOURCE} ON d.reference = ended.reference
     WHERE ended.answered AND ended.closed_on BETWEEN ${first}::date AND ${last}::date AND ended.settled_on >= ${first}::date AND ${within.sql}
     GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 5, 6`,
    [...within.given.all],
  );
  return rows;
}

/**
 * These answers by the role that had the ball, the slowest first. The day of the opening is not counted; the day
 * of the answer is, if it is a working day: opened on Friday and answered on Monday makes 1. Working days are those of the calendar on which
 * the step was counted last. Pauses are not taken off.
 */
export async function handOvers(db: Db, answers: readonly AnswersGiven[]): Promise<readonly HandOvers[]> {
  const found = new Map<string, { programme: string; version: number; took: { days: number; count: number }[] }>();
  for (const { owner, calendar, openedOn, closedOn, programme, version, count } of answers) {
    const counted = countDays(await readCalendar(db, calendar), 'working', openedOn, closedOn);
    const known = found.get(owner) ?? { programme, version, took: [] };
    known.took.push({ days: counted.ok ? counted.value : daysBetween(openedOn, closedOn), count });
    // The title is that of the newest version among them.
    found.set(owner, { ...known, programme, version });
  }
  const lines = [...found].map(([owner, { programme, version, took }]) => {
    const count = took.reduce((sum, one) => sum + one.count, 0);
    return { owner, programme, version, count, half: daysFor(took, count / 2), nineOfTen: daysFor(took, count * 0.9) };
  });
  return lines.toSorted((one, other) => other.half - one.half || other.nineOfTen - one.nineOfTen || (one.owner < other.owner ? -1 : 1));
}

/** The number of days within which this many were done. */
function daysFor(took: readonly { readonly days: number; readonly count: number }[], many: number): number {
  let done = 0;
  for (const { days, count } of took.toSorted((one, other) => one.days - other.days)) {
    done += count;
    if (done >= many) return days;
  }
  return 0;
}

/** Whether an instant is within a period of days in London, in a form that an index of instants can answer. */
function isWithin(at: string, first: string, last: string): string {
  return `${at} >= ${startOf(`${first}::date`)} AND ${at} < ${startOf(`(${last}::date + 1)`)}`;
}

/** How many deployments that began in a period came as far as a stage, ordered by programme and version. */
export type StageReached = {
  readonly programme: string;
  readonly version: number;
  readonly stage: string;
  readonly reached: number;
};

export type Begun = { readonly programme: string; readonly version: number; readonly began: number };

/** The deployments that began in a period, by version of their programme, and in how many of them a step of each stage was ever opened. */
export async function stagesReached(
  db: Db,
  of: FiguresOf,
  { from, to }: Period,
): Promise<{ readonly began: readonly Begun[]; readonly stages: readonly StageReached[] }> {
  const within = narrowed(of);
  const { rows } = await db.query<Begun & { readonly stage: string | null }>(
    `${PLANNED_EACH_TIME}WITH begun AS MATERIALIZED (
       SELECT d.reference, d.programme, d.programme_version AS version
       FROM ${DEPLOYMENT_SOURCE} WHERE ${isWithin('d.began_at', within.given.place(from), within.given.place(to))} AND ${within.sql})
     SELECT programme, version, NULL AS stage, count(*)::int AS began FROM begun GROUP BY 1, 2
     UNION ALL
     SELECT programme, version, opened.stage, count(*)::int FROM begun ${within.narrows ? STAGES_OF_EACH : STAGES_OF_ALL} GROUP BY 1, 2, 3
     ORDER BY 1, 2, 3`,
    [...within.given.all],
  );
  return {
    began: rows.flatMap(({ stage, ...line }) => (stage === null ? [line] : [])),
    stages: rows.flatMap(({ stage, began: reached, ...line }) => (stage === null ? [] : [{ ...line, stage, reached }])),
  };
}

/**
 * The stages of the deployments that began, each once, as an index has them: counting what is distinct afterwards sorts all steps by four texts. Of some
 * deployments each is looked up; of all, the index is read from end to end.
 */
const STAGES_OF_EACH = 'CROSS JOIN LATERAL (SELECT DISTINCT s.stage FROM steps s WHERE s.reference = begun.reference) opened';
const STAGES_OF_ALL = 'JOIN (SELECT DISTINCT reference, stage FROM steps) opened ON opened.reference = begun.reference';

export type WeekOfWork = { readonly monday: PlainDate; readonly calls: number; readonly answers: number };

/**
 * Calls that became worth making, and those of these answers that people gave, in each week from Monday to Sunday that begins on one of these days, which are in
 * their order.
 */
export async function callsAndAnswers(
  db: Db,
  of: FiguresOf,
  mondays: readonly PlainDate[],
  given: Promise<readonly AnswersGiven[]>,
): Promise<readonly WeekOfWork[]> {
  const within = narrowed(of);
  const { rows } = await db.query<{ readonly monday: PlainDate; readonly calls: number }>(
    `WITH weeks AS (SELECT monday FROM unnest(${within.given.place(mondays)}::date[]) AS asked (monday)),
     -- Where a week begins or is over.
     edges AS (
       SELECT array_agg(day ORDER BY day) AS days, array_agg(${startOf('day')} ORDER BY day) AS starts
       FROM (SELECT monday AS day FROM weeks UNION SELECT monday + 7 FROM weeks) edge),
     calls AS (
       SELECT width_bucket(c.opened_at, (SELECT starts FROM edges)) AS edge, count(*)::int AS count
       FROM call_tasks c JOIN ${DEPLOYMENT_SOURCE} ON d.reference = c.reference
       WHERE c.opened_at >= (SELECT starts[1] FROM edges) AND ${within.sql} GROUP BY 1)
     SELECT weeks.monday, coalesce(calls.count, 0) AS calls
     FROM weeks CROSS JOIN edges LEFT JOIN calls ON edges.days[calls.edge] = weeks.monday ORDER BY weeks.monday`,
    [...within.given.all],
  );
  const answers = new Map<PlainDate, number>();
  for (const { closedOn, count } of await given) {
    const monday = addDays(closedOn, 1 - weekday(closedOn));
    answers.set(monday, (answers.get(monday) ?? 0) + count);
  }
  return rows.map((week) => ({ ...week, answers: answers.get(week.monday) ?? 0 }));
}
