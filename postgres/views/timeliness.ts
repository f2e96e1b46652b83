/**
 * Requests and what became of them, for the report on timeliness. What is counted is written down in docs/product.md, "Timeliness".
 * Answers that were taken back count as if they had never been given, because the record holds the step open again.
 */
import { LRUCache } from 'lru-cache';
import { numberedDays } from '../../domain/time/days.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { APPROACHES } from '../../domain/measures/timeliness.ts';
import type { Followed } from '../../domain/measures/survival.ts';
import type { AlikeRequests, Approach, CountedDays } from '../../domain/measures/timeliness.ts';
import type { StepId } from '../../domain/programme.ts';
import { PLANNED_EACH_TIME } from '../database.ts';
import type { Db } from '../database.ts';
import { fewAtOnce } from '../few-at-once.ts';
import { readCalendar } from '../pinned/pinned.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { dayOf, narrowed } from './figures.ts';
import type { FiguresOf, Period } from './figures.ts';

/** What the lines of the report are: one for each step, role, region or programme. */
export const LINES_OF = ['step', 'role', 'region', 'programme'] as const;
export type LinesOf = (typeof LINES_OF)[number];

/** Which requests: those of a period, as they stood at the end of a day, London time. */
export type AskedOf = FiguresOf & Period & { readonly asOf: PlainDate; readonly by: LinesOf; readonly days: CountedDays };

type AskedSpan = Period & { readonly asOf: PlainDate };

export type RequestsOfLine = AlikeRequests & {
  /** A step, a role, a region or a programme, by its id. */
  readonly line: string;
  readonly programme: string;
  /** The newest version of the programme among them. */
  readonly version: number;
};

/**
 * The requests that were made in a period: steps that must be done, by the day on which a round of them was opened. Each as it stood at the end of
 * `asOf`: what happened later is left out, and the due date is the one that stood then.
 */
export async function requestsOfLines(db: Db, of: AskedOf, mostInPart = MOST_IN_PART): Promise<readonly RequestsOfLine[]> {
  const [numbered, parts] = await Promise.all([
    of.days === 'calendar' ? NO_NUMBERS : numbersOfDays(db, of, of.days),
    partsOf(db, of, mostInPart),
  ]);
  return inParts(db, parts, (few, part) => requestsOfPart(few, of, part, numbered));
}

/** All deployments in parts of one size, and as many parts as are worked on at once or a multiple of it, so that none is waited for by itself. */
async function partsOf(db: Db, of: FiguresOf, mostInPart: number): Promise<readonly (Part | null)[]> {
  const { rows: more } = await db.query(`SELECT FROM deployments OFFSET $1::int LIMIT 1`, [
    narrowed(of).narrows ? mostInPart : Math.min(mostInPart, FEW),
  ]);
  if (more.length === 0) return [null];
  const { rows: parts } = await db.query<Part>(
    `SELECT min(reference) AS first, max(reference) AS last
     FROM (SELECT reference, ntile((SELECT $2::int * ceil(count(*)::numeric / ($1::int * $2::int)) FROM deployments)::int) OVER (ORDER BY reference) AS part
           FROM deployments) divided
     GROUP BY part ORDER BY part`,
    [mostInPart, AT_ONCE],
  );
  return parts;
}

/** What is found in each part, some parts at once, all together. */
async function inParts<T>(
  db: Db,
  parts: readonly (Part | null)[],
  find: (db: Db, part: Part | null) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const few = fewAtOnce(db, AT_ONCE);
  return (await Promise.all(parts.map((part) => find(few, part)))).flat();
}

/** Deployments from one reference to another, both inclusive. A part that is null is all of them: each query is planned for what it is given. */
type Part = { readonly first: string; readonly last: string };

/**
 * Very many deployments are counted in parts, so that each part is joined and sorted in memory, and as many at once as a small machine has
 * processors. Parts are few, since each is planned anew and reads all that have closed.
 */
const MOST_IN_PART = 12_000;
const AT_ONCE = 2;
/** So many are counted in one part: two at once would not be sooner. Nor would they be for those of one place or one programme, of whom there are few. */
const FEW = 1_000;

async function requestsOfPart(db: Db, of: AskedOf, part: Part | null, numbered: NumberedDays): Promise<readonly RequestsOfLine[]> {
  const within = narrowed(of);
  const from = within.given.place(of.from);
  const to = within.given.place(of.to);
  const asOf = within.given.place(of.asOf);
  const by = within.given.place(of.by);
  const days = within.given.place(of.days);
  const first = within.given.place(part?.first ?? null);
  const last = within.given.place(part?.last ?? null);
  const { rows } = await db.query<{
    line: string;
    programme: string;
    version: number;
    outcome: string;
    late: boolean;
    lateByOriginal: boolean;
    paused: boolean;
    moreTime: boolean;
    followed: number | null;
    days: number | null;
    count: number;
  }>(
    `${PLANNED_EACH_TIME}WITH
     seen AS MATERIALIZED (
       SELECT d.reference, d.programme, d.programme_version AS version, ${of.by === 'region' ? "coalesce(school.region, '')" : "''"} AS region
       FROM ${DEPLOYMENT_SOURCE} WHERE (${first}::text IS NULL OR d.reference BETWEEN ${first} AND ${last}) AND ${within.sql}),
     -- The numbers of the days of a calendar, from its first day on.
     numbered AS MATERIALIZED (
       SELECT version, first, numbers::int[] AS numbers
       FROM unnest(${within.given.place(numbered.versions)}::text[], ${within.given.place(numbered.firsts)}::date[], ${within.given.place(numbered.numbers)}::text[])
         AS given (version, first, numbers)),
     -- Those that were open then, or of which something was told later. All others stand as they were judged when they closed.
     unsettled AS MATERIALIZED (
       SELECT s.reference, s.step, s.round, s.owner, s.calendar_version, s.opened_on, s.due_on, s.original_due_on, s.extended_to,
              NULL::date AS closed_on, NULL::int AS judged
       FROM steps s WHERE s.state = 'open' AND NOT s.optional AND s.opened_on BETWEEN ${from}::date AND least(${to}::date, ${asOf}::date)
         AND (${first}::text IS NULL OR s.reference BETWEEN ${first} AND ${last}) AND s.reference IN (SELECT reference FROM seen)
       UNION ALL
       SELECT s.reference, s.step, s.round, s.owner, s.calendar_version, s.opened_on, s.due_on, s.original_due_on, s.extended_to,
              CASE WHEN ended.closed_on <= ${asOf}::date THEN ended.closed_on END, ended.judged
       FROM ended_rounds ended JOIN steps s ON s.reference = ended.reference AND s.step = ended.step AND s.round = ended.round
       WHERE ended.settled_on > ${asOf}::date AND NOT ended.optional AND ended.opened_on BETWEEN ${from}::date AND least(${to}::date, ${asOf}::date)
         AND (${first}::text IS NULL OR ended.reference BETWEEN ${first} AND ${last}) AND ended.reference IN (SELECT reference FROM seen)),
     -- The due date as it stood then, of the steps whose due date ever moved.
     moved AS (SELECT DISTINCT reference, body ->> 'step' AS step, (body ->> 'round')::int AS round FROM events
               WHERE type = 'due-date-moved' AND reference IN (SELECT reference FROM unsettled)),
     dated AS (
       SELECT DISTINCT ON (moved.reference, moved.step, moved.round) moved.*, (e.body ->> 'dueOn')::date AS due_on
       FROM moved JOIN events e ON e.reference = moved.reference AND e.type IN ('step-opened', 'due-date-moved')
         AND e.body ->> 'step' = moved.step AND (e.body ->> 'round')::int = moved.round AND ${dayOf('e.at')} <= ${asOf}::date
       ORDER BY moved.reference, moved.step, moved.round, e.sequence DESC),
     -- PostgreSQL takes them for one, and would go through all of them for each step. As lists it takes them for ten, and hashes them.
     stood AS (
       SELECT one.* FROM (SELECT array_agg(reference) AS "references", array_agg(step) AS steps, array_agg(round) AS rounds, array_agg(due_on) AS days FROM dated) lists
       CROSS JOIN LATERAL unnest("references", steps, rounds, days) AS one (reference, step, round, due_on)),
     judged AS (
       SELECT c.*, coalesce(c.closed_on, ${asOf}::date) AS until_on, coalesce(stood.due_on, c.due_on) AS then_due_on,
              c.reference IN (SELECT reference FROM clock_stops) AND EXISTS (
                SELECT FROM clock_stops stop WHERE stop.reference = c.reference AND (stop.step IS NULL OR stop.step = c.step AND stop.round = c.round)
                AND stop.from_on <= ${asOf}::date AND (stop.resumed_on IS NULL OR stop.resumed_on > ${asOf}::date)) AS stands,
              c.reference IN (SELECT reference FROM clock_stops) AND EXISTS (
                SELECT FROM clock_stops stop WHERE stop.reference = c.reference AND (stop.step IS NULL OR stop.step = c.step AND stop.round = c.round)
                AND stop.from_on <= coalesce(c.closed_on, ${asOf}::date) AND (stop.resumed_on IS NULL OR stop.resumed_on > c.opened_on)) AS paused,
              c.extended_to IS NOT NULL AND EXISTS (SELECT FROM events e WHERE e.reference = c.reference AND e.type = 'extension-agreed'
                AND e.body ->> 'step' = c.step AND (e.body ->> 'round')::int = c.round AND ${dayOf('e.at')} <= ${asOf}::date) AS more_time
       FROM unsettled c LEFT JOIN stood ON stood.reference = c.reference AND stood.step = c.step AND stood.round = c.round),
     -- All that tells requests apart as one number. PostgreSQL cannot know how few there are of it, and would sort a million requests by ten columns.
     requests AS (
       SELECT reference, step, owner, calendar_version, opened_on, closed_on AS until_on, judged::int AS judged FROM ended_rounds
       WHERE settled_on <= ${asOf}::date AND NOT optional AND opened_on BETWEEN ${from}::date AND least(${to}::date, ${asOf}::date)
         AND (${first}::text IS NULL OR reference BETWEEN ${first} AND ${last})
       UNION ALL
       SELECT reference, step, owner, calendar_version, opened_on, until_on, request_as_number(
         CASE WHEN closed_on IS NULL THEN 2 ELSE judged % 3 END, until_on > then_due_on AND (closed_on IS NOT NULL OR NOT stands), until_on > original_due_on,
         paused, more_time, CASE WHEN closed_on IS NOT NULL THEN nullif(judged / 48, 0) - 1 END) FROM judged),
     counted AS MATERIALIZED (
       SELECT CASE ${by}::text WHEN 'step' THEN r.step WHEN 'role' THEN r.owner WHEN 'region' THEN seen.region ELSE seen.programme END AS line,
              seen.programme, r.judged + 336 * coalesce(CASE WHEN ${days}::text = 'calendar' THEN r.until_on - r.opened_on
                ELSE n.numbers[r.until_on - n.first + 1] - n.numbers[r.opened_on - n.first + 1] END + 1, 0)::bigint AS alike,
              max(seen.version) AS version, count(*)::int AS count
       FROM requests r JOIN seen ON seen.reference = r.reference LEFT JOIN numbered n ON n.version = r.calendar_version GROUP BY 1, 2, 3)
     SELECT line, programme, version, (ARRAY['answered', 'closed', 'open'])[alike % 3 + 1] AS outcome, alike / 3 % 2 = 1 AS late,
            alike / 6 % 2 = 1 AS "lateByOriginal", alike / 12 % 2 = 1 AS paused, alike / 24 % 2 = 1 AS "moreTime",
            nullif(alike / 48 % 7, 0)::int - 1 AS followed, nullif(alike / 336, 0)::int - 1 AS days, count
     FROM counted`,
    [...within.given.all],
  );
  return rows.map(({ outcome, followed, ...row }) => ({ ...row, outcome: outcomeOf(outcome), followed: approachOf(followed) }));
}

export type FollowedOfLine = {
  readonly region: string;
  readonly programme: string;
  readonly version: number;
  /** Those of the requests that a person answered, by what the answer followed. */
  readonly followed: Readonly<Record<Approach, number>>;
};

/**
 * What the answers followed that were given by the end of a day, of all requests made by then: as `requestsOfLines` counts it, without all that
 * it asks besides. A line for each region, programme and version in which there was a request.
 */
export async function followedOfLines(
  db: Db,
  of: FiguresOf & { readonly asOf: PlainDate },
  mostInPart = MOST_IN_PART,
): Promise<readonly FollowedOfLine[]> {
  return inParts(db, await partsOf(db, of, mostInPart), async (few, part) => {
    const within = narrowed(of);
    const asOf = within.given.place(of.asOf);
    const first = within.given.place(part?.first ?? null);
    const last = within.given.place(part?.last ?? null);
    const { rows } = await few.query<{ region: string; programme: string; version: number; counts: readonly number[] }>(
      `${PLANNED_EACH_TIME}WITH seen AS MATERIALIZED (
         SELECT d.reference, d.programme, d.programme_version AS version, coalesce(school.region, '') AS region
         FROM ${DEPLOYMENT_SOURCE} WHERE (${first}::text IS NULL OR d.reference BETWEEN ${first} AND ${last}) AND ${within.sql}),
       requests AS (
         SELECT reference, CASE WHEN closed_on <= ${asOf}::date THEN nullif(judged / 48, 0) - 1 END AS followed FROM ended_rounds
         WHERE NOT optional AND opened_on <= ${asOf}::date AND (${first}::text IS NULL OR reference BETWEEN ${first} AND ${last})
         UNION ALL
         SELECT reference, NULL FROM steps WHERE state = 'open' AND NOT optional AND opened_on <= ${asOf}::date AND (${first}::text IS NULL OR reference BETWEEN ${first} AND ${last}))
       SELECT region, programme, version,
              ARRAY[count(*) FILTER (WHERE followed = 0), count(*) FILTER (WHERE followed = 1), count(*) FILTER (WHERE followed = 2),
                    count(*) FILTER (WHERE followed = 3), count(*) FILTER (WHERE followed = 4), count(*) FILTER (WHERE followed = 5)]::int[] AS counts
       FROM requests JOIN seen ON seen.reference = requests.reference GROUP BY 1, 2, 3`,
      [...within.given.all],
    );
    return rows.map(({ counts, ...row }) => ({
      ...row,
      followed: Object.fromEntries(APPROACHES.map((approach, place) => [approach, counts[place] ?? 0])) as Record<Approach, number>,
    }));
  });
}

const NO_NUMBERS: NumberedDays = { versions: [], firsts: [], numbers: [] };
/**
 * The days of calendars by number, in three lists of one length for `unnest`: of each calendar its first day that is known, and the numbers of
 * all days from there on, as PostgreSQL writes a list: "{0,1,1,1,2}".
 */
type NumberedDays = { readonly versions: readonly string[]; readonly firsts: readonly PlainDate[]; readonly numbers: readonly string[] };

/** The number of each day on each calendar on which requests of the period were counted. */
async function numbersOfDays(db: Db, { from, to, asOf }: AskedSpan, kind: 'working' | 'school'): Promise<NumberedDays> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT version FROM calendars c
     WHERE EXISTS (SELECT FROM ended_rounds e WHERE e.calendar_version = c.version AND NOT e.optional AND e.opened_on BETWEEN $1::date AND least($2::date, $3::date))
        OR EXISTS (SELECT FROM steps s WHERE s.calendar_version = c.version AND NOT s.optional AND s.opened_on BETWEEN $1::date AND least($2::date, $3::date)
                     AND s.state = 'open')`,
    [from, to, asOf],
  );
  const versions = rows.map(({ version }) => version);
  const calendars = await Promise.all(versions.map(async (version) => readCalendar(db, version)));
  const numbered = calendars.map((calendar) => numberedDays(calendar, kind, from, asOf));
  return { versions, firsts: numbered.map(({ first }) => first), numbers: numbered.map(({ numbers }) => `{${numbers.join(',')}}`) };
}

function outcomeOf(text: string): AlikeRequests['outcome'] {
  if (text === 'answered' || text === 'closed' || text === 'open') return text;
  throw new Error(`PostgreSQL gave an outcome that there is not: ${text}.`);
}

function approachOf(place: number | null): Approach | null {
  if (place === null) return null;
  const approach = APPROACHES[place];
  if (approach === undefined) throw new Error(`PostgreSQL gave an approach that there is not: ${place}.`);
  return approach;
}

/** What is known of how long requests take, by step. */
export type AnswerTimes = ReadonlyMap<StepId, readonly Followed[]>;

/**
 * How many working days the requests of a programme's steps took to be answered, over all regions and versions: those opened in the two years
 * up to a day, as they stood then. Requests that are not answered are there with the days for which they were followed.
 */
export async function answerTimesOf(db: Db, programme: string, asOf: PlainDate): Promise<AnswerTimes> {
  const kept = times.get(db) ?? new LRUCache<string, AnswerTimes>({ max: MOST_TIMES_KEPT });
  times.set(db, kept);
  // Asked for first: what is added meanwhile is counted anew the next time.
  const key = JSON.stringify([programme, asOf, await eventsSoFar(db, programme)]);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const { rows } = await db.query<TimesRow>(timesOf('NULL::timestamptz', 's.closed_at'), await timesGiven(db, programme, asOf));
  const found = byStep(rows);
  kept.set(key, found);
  return found;
}

/** What was counted before, while nothing has happened in any deployment of the programme since. */
const times = new WeakMap<Db, LRUCache<string, AnswerTimes>>();
const MOST_TIMES_KEPT = 20;

/**
 * A text that is another one after each event of a programme's deployments. Events are only ever added, and each is counted by its deployment. A restore may
 * take some away, and begins PostgreSQL anew.
 */
async function eventsSoFar(db: Db, programme: string): Promise<string> {
  const { rows } = await db.query<{ said: string }>(
    `SELECT concat_ws(' ', count(*), sum(sequence), pg_postmaster_start_time()) AS said FROM deployments WHERE programme = $1`,
    [programme],
  );
  return rows[0]?.said ?? '';
}

/**
 * The same without what a call brought about: each request is followed until somebody first called about it. An answer given by telephone is such a
 * call, and so is each that came to nothing.
 */
export async function answerTimesWithoutCall(db: Db, programme: string, asOf: PlainDate): Promise<AnswerTimes> {
  const { rows } = await db.query<TimesRow>(timesOf(FIRST_CALL, 'least(s.closed_at, s.called_at)'), await timesGiven(db, programme, asOf));
  return byStep(rows);
}

type TimesRow = { readonly step: string; readonly days: number | null; readonly ended: boolean; readonly count: number };

/** When somebody first called about a step of `steps`, by the end of the day $4; null where nobody did. */
const FIRST_CALL = `least(
  CASE WHEN answered_via = 'telephone' THEN closed_at END,
  (SELECT min(note.at) FROM call_notes note WHERE note.reference = steps.reference AND note.step = steps.step AND note.round = steps.round
     AND note.at < (SELECT ($4::date + 1)::timestamp AT TIME ZONE 'Europe/London')))`;

/** As the report on timeliness counts requests, without all that it asks besides. Each is followed until it ended, or until `until`. */
const timesOf = (calledAt: string, until: string) => `
  WITH numbered AS MATERIALIZED (
    SELECT version, first, numbers::int[] AS numbers FROM unnest($1::text[], $2::date[], $3::text[]) AS given (version, first, numbers)),
  asked AS (
    SELECT step, opened_on, calendar_version, state, answered_by, ${calledAt} AS called_at,
           CASE WHEN closed_at < (SELECT ($4::date + 1)::timestamp AT TIME ZONE 'Europe/London') THEN closed_at END AS closed_at
    FROM steps WHERE NOT optional AND opened_on BETWEEN $5::date AND $4::date
      AND reference IN (SELECT reference FROM deployments WHERE programme = $6))
  SELECT s.step, n.numbers[coalesce(${dayOf(until)}, $4::date) - n.first + 1] - n.numbers[s.opened_on - n.first + 1] AS days,
         s.closed_at IS NOT NULL AND s.state = 'answered' AND s.answered_by <> 'chaser' AND coalesce(s.closed_at < s.called_at, true) AS ended,
         count(*)::int AS count
  FROM asked s LEFT JOIN numbered n ON n.version = s.calendar_version GROUP BY 1, 2, 3`;

async function timesGiven(db: Db, programme: string, asOf: PlainDate): Promise<unknown[]> {
  const from = addDays(asOf, -TWO_YEARS);
  const { versions, firsts, numbers } = await numbersOfDays(db, { from, to: asOf, asOf }, 'working');
  return [versions, firsts, numbers, asOf, from, programme];
}

function byStep(rows: readonly TimesRow[]): AnswerTimes {
  const times = new Map<StepId, Followed[]>();
  for (const { step, days, ended, count } of rows) {
    if (days !== null) times.set(step, [...(times.get(step) ?? []), { days, count, ended }]);
  }
  return times;
}

const TWO_YEARS = 731;
