/**
 * Requests and what became of them, for the report on timeliness. What is counted is written down in docs/product.md, "Timeliness".
 * Answers that were taken back count as if they had never been given, because the record holds the step open again.
 */
import { numberedDays } from '../../domain/time/days.ts';
import { addDays } from '../../domain/time/plain-date.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { APPROACHES } from '../../domain/measures/timeliness.ts';
import type { Followed } from '../../domain/measures/survival.ts';
import type { AlikeRequests, Approach, CountedDays } from '../../domain/measures/timeliness.ts';
import type { StepId } from '../../domain/programme.ts';
import type { Db } from '../database.ts';
import { readCalendar } from '../pinned/pinned.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { dayOf, narrowed } from './figures.ts';
import type { FiguresOf, Period } from './figures.ts';

/** What the lines of the report are: one for each step, role, region or programme. */
export const LINES_OF = ['step', 'role', 'region', 'programme'] as const;
export type LinesOf = (typeof LINES_OF)[number];

/** Which requests: those of a period, as they stood at the end of a day, London time. */
export type AskedOf = FiguresOf & Period & { readonly asOf: PlainDate; readonly by: LinesOf; readonly days: CountedDays };

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
export async function requestsOfLines(db: Db, of: AskedOf): Promise<readonly RequestsOfLine[]> {
  const within = narrowed(of);
  const from = within.given.place(of.from);
  const to = within.given.place(of.to);
  const asOf = within.given.place(of.asOf);
  const by = within.given.place(of.by);
  const days = within.given.place(of.days);
  const numbered = of.days === 'calendar' ? NO_NUMBERS : await numbersOfDays(db, of, of.days);
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
    `WITH cohort AS (
       SELECT s.reference, s.step, s.round, s.calendar_version, s.opened_on, s.due_on, s.original_due_on, s.extended_to,
              CASE ${by}::text WHEN 'step' THEN s.step WHEN 'role' THEN s.owner WHEN 'region' THEN coalesce(school.region, '') ELSE d.programme END AS line,
              d.programme, d.programme_version AS version, s.state, s.answered_by,
              CASE WHEN ${dayOf('s.closed_at')} <= ${asOf}::date THEN s.closed_at END AS closed_at
       FROM steps s JOIN ${DEPLOYMENT_SOURCE} ON d.reference = s.reference
       WHERE NOT s.optional AND s.opened_on BETWEEN ${from}::date AND least(${to}::date, ${asOf}::date) AND ${within.sql}),
     -- The due date as it stood then, of the steps whose due date ever moved.
     moved AS (SELECT DISTINCT reference, body ->> 'step' AS step, (body ->> 'round')::int AS round FROM events WHERE type = 'due-date-moved'),
     stood AS (
       SELECT DISTINCT ON (moved.reference, moved.step, moved.round) moved.*, (e.body ->> 'dueOn')::date AS due_on
       FROM moved JOIN events e ON e.reference = moved.reference AND e.type IN ('step-opened', 'due-date-moved')
         AND e.body ->> 'step' = moved.step AND (e.body ->> 'round')::int = moved.round AND ${dayOf('e.at')} <= ${asOf}::date
       ORDER BY moved.reference, moved.step, moved.round, e.sequence DESC),
     approached AS (
       SELECT reference, step, round, written_at AS at, CASE kind WHEN 'request' THEN 1 WHEN 'reminder' THEN 2 ELSE 3 END AS approach
       FROM messages WHERE kind IN ('request', 'reminder', 'overdue') AND state IN ('accepted', 'delivered', 'bounced')
       UNION ALL SELECT reference, step, round, opened_at, 4 FROM call_tasks
       UNION ALL SELECT reference, step, round, opened_at, 5 FROM escalations),
     followed AS (
       SELECT cohort.reference, cohort.step, cohort.round, max(approached.approach) AS approach
       FROM cohort JOIN approached ON approached.reference = cohort.reference AND approached.step = cohort.step
         AND approached.round = cohort.round AND approached.at < cohort.closed_at
       GROUP BY 1, 2, 3),
     numbered AS (
       SELECT version, day, number
       FROM unnest(${within.given.place(numbered.versions)}::text[], ${within.given.place(numbered.days)}::date[], ${within.given.place(numbered.numbers)}::int[])
         AS given (version, day, number)),
     judged AS (
       SELECT c.*, coalesce(${dayOf('c.closed_at')}, ${asOf}::date) AS until_on, coalesce(stood.due_on, c.due_on) AS then_due_on,
              CASE WHEN c.closed_at IS NULL THEN 'open' WHEN c.state = 'answered' AND c.answered_by <> 'chaser' THEN 'answered' ELSE 'closed' END AS outcome,
              EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = c.reference AND (stop.step IS NULL OR stop.step = c.step AND stop.round = c.round)
                AND stop.from_on <= ${asOf}::date AND (stop.resumed_on IS NULL OR stop.resumed_on > ${asOf}::date)) AS stands,
              EXISTS (SELECT FROM clock_stops stop WHERE stop.reference = c.reference AND (stop.step IS NULL OR stop.step = c.step AND stop.round = c.round)
                AND stop.from_on <= coalesce(${dayOf('c.closed_at')}, ${asOf}::date)
                AND (stop.resumed_on IS NULL OR stop.resumed_on > c.opened_on)) AS paused,
              c.extended_to IS NOT NULL AND EXISTS (SELECT FROM events e WHERE e.reference = c.reference AND e.type = 'extension-agreed'
                AND e.body ->> 'step' = c.step AND (e.body ->> 'round')::int = c.round AND ${dayOf('e.at')} <= ${asOf}::date) AS "moreTime",
              followed.approach
       FROM cohort c LEFT JOIN stood ON stood.reference = c.reference AND stood.step = c.step AND stood.round = c.round
       LEFT JOIN followed ON followed.reference = c.reference AND followed.step = c.step AND followed.round = c.round)
     SELECT j.line, j.programme, max(j.version) AS version, j.outcome,
            j.until_on > j.then_due_on AND (j.outcome <> 'open' OR NOT j.stands) AS late, j.until_on > j.original_due_on AS "lateByOriginal",
            j.paused, j."moreTime", CASE WHEN j.outcome = 'answered' THEN coalesce(j.approach, 0) END AS followed,
            CASE WHEN ${days}::text = 'calendar' THEN j.until_on - j.opened_on ELSE ended.number - began.number END AS days, count(*)::int AS count
     FROM judged j
     LEFT JOIN numbered began ON began.version = j.calendar_version AND began.day = j.opened_on
     LEFT JOIN numbered ended ON ended.version = j.calendar_version AND ended.day = j.until_on
     GROUP BY 1, 2, 4, 5, 6, 7, 8, 9, 10 ORDER BY 1, 2`,
    [...within.given.all],
  );
  return rows.map(({ outcome, followed, ...row }) => ({ ...row, outcome: outcomeOf(outcome), followed: approachOf(followed) }));
}

const NO_NUMBERS: NumberedDays = { versions: [], days: [], numbers: [] };
type NumberedDays = { readonly versions: readonly string[]; readonly days: readonly PlainDate[]; readonly numbers: readonly number[] };

/** The number of each day on each calendar on which requests of the period were counted: three lists of one length, for `unnest`. */
async function numbersOfDays(db: Db, { from, to, asOf }: AskedOf, kind: 'working' | 'school'): Promise<NumberedDays> {
  const { rows } = await db.query<{ version: string }>(
    `SELECT DISTINCT calendar_version AS version FROM steps WHERE NOT optional AND opened_on BETWEEN $1::date AND least($2::date, $3::date)`,
    [from, to, asOf],
  );
  const versions: string[] = [];
  const days: PlainDate[] = [];
  const numbers: number[] = [];
  for (const { version } of rows) {
    const numbered = numberedDays(await readCalendar(db, version), kind, from, asOf);
    for (const [at, number] of numbered.numbers.entries()) {
      versions.push(version);
      days.push(addDays(numbered.first, at));
      numbers.push(number);
    }
  }
  return { versions, days, numbers };
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
  const everything = { scope: { sql: 'true', values: [] }, region: '', programme };
  const requests = await requestsOfLines(db, {
    ...everything,
    by: 'step',
    days: 'working',
    asOf,
    from: addDays(asOf, -TWO_YEARS),
    to: asOf,
  });
  const times = new Map<StepId, Followed[]>();
  for (const { line, days, count, outcome } of requests) {
    if (days !== null) times.set(line, [...(times.get(line) ?? []), { days, count, ended: outcome === 'answered' }]);
  }
  return times;
}

const TWO_YEARS = 731;
