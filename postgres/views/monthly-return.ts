/** What the monthly return counts, as it was known at the end of a day. What is counted is written down in docs/product.md, "Monthly return". */
import type { MoneyTerm } from '../../domain/measures/money.ts';
import type { EndId, RoleId } from '../../domain/programme.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import { PLANNED_EACH_TIME } from '../database.ts';
import type { Db } from '../database.ts';
import { DEPLOYMENT_SOURCE } from './deployment-source.ts';
import { dayOf, narrowed, startOf } from './figures.ts';
import type { FiguresOf, Period } from './figures.ts';

/** What had happened from the first day to the end of the last, London time, as far as it was recorded by the end of `asOf`. */
export type ReturnOf = FiguresOf & Period & { readonly asOf: PlainDate };

/** So many deployments of a region and of one version of a programme. */
export type AlikeDeployments = {
  readonly region: string;
  readonly programme: string;
  readonly version: number;
  readonly count: number;
} & (
  | { readonly what: 'known' | 'start' | 'end' | 'began' | 'taken-in' | 'reopened' | 'paused' | 'step-paused' }
  /** Went out, by one end of its programme. */
  | { readonly what: 'out'; readonly detail: EndId }
  /** Late at the end, while this role has the ball. */
  | { readonly what: 'late'; readonly detail: RoleId }
);

/**
 * Stock and flow, and how those at the end of the period stand. A deployment that was under way elsewhere comes in on the day on which it was taken in,
 * whenever it began. `known`: all that had come in by then. Stock is read from what happened last before a moment, and not worked out from the flow.
 */
export async function countStockAndFlow(db: Db, of: ReturnOf): Promise<readonly AlikeDeployments[]> {
  const within = narrowed(of);
  const from = within.given.place(of.from);
  const to = within.given.place(of.to);
  const asOf = within.given.place(of.asOf);
  const { rows } = await db.query<{
    region: string;
    programme: string;
    version: number;
    what: string;
    detail: string;
    count: number;
  }>(
    `${PLANNED_EACH_TIME}WITH edge AS (SELECT ${startOf(`${from}::date`)} AS begins, ${startOf(`(${to}::date + 1)`)} AS ends, ${startOf(`(${asOf}::date + 1)`)} AS known),
     deployment AS MATERIALIZED (
       SELECT d.reference, coalesce(school.region, '') AS region, d.programme, d.programme_version AS version FROM ${DEPLOYMENT_SOURCE} WHERE ${within.sql}),
     -- These few of all events by their own index, before they are narrowed to a time: an index of times would read every event that there is.
     stock AS MATERIALIZED (
       SELECT reference, sequence, type, at, body ->> 'end' AS "end" FROM events
       WHERE type IN ('deployment-began', 'deployment-taken-in', 'deployment-ended', 'deployment-reopened')),
     taken AS (SELECT reference, at FROM stock WHERE type = 'deployment-taken-in'),
     moved AS MATERIALIZED (
       SELECT d.reference, d.region, d.programme, d.version, e.sequence, greatest(e.at, taken.at) AS at, e."end",
              CASE e.type WHEN 'deployment-ended' THEN 'out' WHEN 'deployment-reopened' THEN 'reopened'
                          ELSE CASE WHEN taken.at IS NULL THEN 'began' ELSE 'taken-in' END END AS how
       FROM edge CROSS JOIN deployment d
       JOIN stock e ON e.reference = d.reference AND e.type <> 'deployment-taken-in'
       LEFT JOIN taken ON taken.reference = d.reference
       WHERE e.at < edge.ends AND (taken.at IS NULL OR taken.at < edge.ends)),
     first_day AS (SELECT DISTINCT ON (reference) moved.* FROM moved CROSS JOIN edge WHERE at < edge.begins ORDER BY reference, sequence DESC),
     last_day AS (SELECT DISTINCT ON (reference) moved.* FROM moved ORDER BY reference, sequence DESC),
     running AS MATERIALIZED (SELECT reference, region, programme, version FROM last_day WHERE how <> 'out'),
     -- The steps whose due date ever moved.
     shifted AS MATERIALIZED (SELECT DISTINCT reference, body ->> 'step' AS step, (body ->> 'round')::int AS round FROM events WHERE type = 'due-date-moved'),
     -- Answers that were given by then and taken back later: until then the record had these steps answered.
     answered_then AS MATERIALIZED (
       SELECT back.reference, back.body ->> 'step' AS step, (back.body ->> 'round')::int AS round
       FROM edge CROSS JOIN events back JOIN events given ON given.reference = back.reference AND given.type = 'step-answered'
         AND given.body ->> 'step' = back.body ->> 'step' AND given.body ->> 'round' = back.body ->> 'round' AND given.at < edge.ends
       WHERE back.type = 'answer-taken-back'),
     -- Steps are looked up among those few, and never joined with them: PostgreSQL takes them for one or two, and would go through all of them for each step.
     open AS MATERIALIZED (
       SELECT s.reference, s.step, s.round, s.owner, s.optional, s.opened_at,
              CASE WHEN (s.reference, s.step, s.round) IN (SELECT reference, step, round FROM shifted)
                -- The due date as it stood then.
                THEN coalesce((SELECT (e.body ->> 'dueOn')::date FROM events e WHERE e.reference = s.reference AND e.type IN ('step-opened', 'due-date-moved')
                                 AND e.body ->> 'step' = s.step AND (e.body ->> 'round')::int = s.round AND e.at < edge.ends
                               ORDER BY e.sequence DESC LIMIT 1), s.due_on)
                ELSE s.due_on END AS due_on
       FROM edge CROSS JOIN running JOIN steps s ON s.reference = running.reference
         AND s.opened_at < edge.ends AND (s.closed_at IS NULL OR s.closed_at >= edge.ends)
       WHERE (s.reference, s.step, s.round) NOT IN (SELECT reference, step, round FROM answered_then)),
     stopped AS MATERIALIZED (
       SELECT e.reference, e.body -> 'scope' ->> 'step' AS step, (e.body -> 'scope' ->> 'round')::int AS round
       FROM edge CROSS JOIN events e
       WHERE e.type = 'clock-stopped' AND e.at < edge.known AND (e.body ->> 'from')::date <= ${to}::date
         AND NOT EXISTS (SELECT FROM events r WHERE r.reference = e.reference AND r.type = 'clock-resumed' AND r.body ->> 'stop' = e.body ->> 'stop'
                           AND r.at < edge.known AND (r.body ->> 'on')::date <= ${to}::date)),
     whole AS (SELECT DISTINCT reference FROM stopped WHERE step IS NULL),
     open_and_stopped AS (
       SELECT DISTINCT open.reference, open.step, open.round FROM open JOIN stopped ON stopped.reference = open.reference
         AND stopped.step = open.step AND stopped.round = open.round),
     late AS (
       SELECT DISTINCT reference FROM open
       WHERE NOT optional AND due_on < ${to}::date AND reference NOT IN (SELECT reference FROM whole)
         AND (reference, step, round) NOT IN (SELECT reference, step, round FROM open_and_stopped)),
     court AS (SELECT DISTINCT ON (reference) reference, owner FROM open WHERE NOT optional ORDER BY reference, opened_at, due_on, step),
     counted AS (
       SELECT region, programme, version, 'known' AS what, '' AS detail FROM last_day
       UNION ALL SELECT region, programme, version, 'start', '' FROM first_day WHERE how <> 'out'
       UNION ALL SELECT region, programme, version, how, coalesce("end", '') FROM moved CROSS JOIN edge WHERE at >= edge.begins
       UNION ALL SELECT region, programme, version, 'end', '' FROM running
       UNION ALL SELECT region, programme, version, CASE WHEN whole.reference IS NULL THEN 'step-paused' ELSE 'paused' END, ''
         FROM running LEFT JOIN whole ON whole.reference = running.reference
         WHERE whole.reference IS NOT NULL OR running.reference IN (SELECT reference FROM open_and_stopped)
       UNION ALL SELECT region, programme, version, 'late', court.owner
         FROM running JOIN late ON late.reference = running.reference JOIN court ON court.reference = running.reference)
     SELECT region, programme, version, what, detail, count(*)::int AS count FROM counted GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    [...within.given.all],
  );
  return rows.map(({ what, ...row }) => ({ ...row, what: whatOf(what) }));
}

function whatOf(text: string): AlikeDeployments['what'] {
  switch (text) {
    case 'known':
    case 'start':
    case 'end':
    case 'began':
    case 'taken-in':
    case 'reopened':
    case 'paused':
    case 'step-paused':
    case 'out':
    case 'late':
      return text;
    default:
      throw new Error(`PostgreSQL counted what there is not: ${text}.`);
  }
}

/** A term of a programme's money, and by which number it is known in the query. */
export type NumberedTerm = { readonly programme: string; readonly number: number; readonly term: MoneyTerm };

/** What was agreed, claimed or paid by a term in a financial year: pence, or tenths of days. */
export type TermAmount = {
  readonly region: string;
  readonly programme: string;
  readonly term: number;
  readonly year: number;
  readonly amount: number;
};

/**
 * What the terms come to, by region and financial year: 1 April to 31 March, by the day that was agreed or paid, as far as it had come by the end of the
 * period. Of several answers of a deployment to one term the last stands; one that was taken back by `asOf` counts as never given.
 */
export async function sumMoney(db: Db, of: ReturnOf, terms: readonly NumberedTerm[]): Promise<readonly TermAmount[]> {
  const within = narrowed(of);
  const to = within.given.place(of.to);
  const asOf = within.given.place(of.asOf);
  const asked = terms.flatMap(({ programme, number, term }) =>
    term.of.map(([step, answer]) => ({ programme, number, step, answer, term })),
  );
  const programmes = within.given.place(asked.map(({ programme }) => programme));
  const numbers = within.given.place(asked.map(({ number }) => number));
  const steps = within.given.place(asked.map(({ step }) => step));
  const answers = within.given.place(asked.map(({ answer }) => answer));
  const days = within.given.place(asked.map(({ term }) => term.on ?? ''));
  const scales = within.given.place(asked.map(({ term }) => (term.kind === 'days-claimed' ? 10 : 1)));
  const fields = within.given.place(asked.map(({ term }) => term.fields.join(' ')));
  const { rows } = await db.query<{ region: string; programme: string; term: number; year: number; amount: string }>(
    `${PLANNED_EACH_TIME}WITH edge AS (SELECT ${startOf(`(${asOf}::date + 1)`)} AS known),
     term AS (
       SELECT programme, number, step, answer, day, scale, string_to_array(fields, ' ') AS fields
       FROM unnest(${programmes}::text[], ${numbers}::int[], ${steps}::text[], ${answers}::text[], ${days}::text[], ${scales}::int[], ${fields}::text[])
         AS given (programme, number, step, answer, day, scale, fields)),
     taken AS (SELECT reference, at FROM events WHERE type = 'deployment-taken-in'),
     given AS (
       SELECT s.reference, coalesce(school.region, '') AS region, term.programme, term.number, term.scale, term.fields, s.answer_fields,
              nullif(s.answer_fields ->> term.day, '') AS said_on, s.step, s.round,
              CASE WHEN s.state = 'answered' THEN s.closed_at
                   -- Taken back: when it was given is in the events alone.
                   ELSE (SELECT max(e.at) FROM events e WHERE e.reference = s.reference AND e.type = 'step-answered'
                           AND e.body ->> 'step' = s.step AND (e.body ->> 'round')::int = s.round) END AS at
       FROM edge CROSS JOIN term JOIN steps s ON s.step = term.step AND s.answer = term.answer
       JOIN ${DEPLOYMENT_SOURCE} ON d.reference = s.reference AND d.programme = term.programme
       LEFT JOIN taken ON taken.reference = s.reference
       WHERE (s.state = 'answered' OR s.closed_at >= edge.known) AND (taken.at IS NULL OR taken.at < edge.known) AND ${within.sql}),
     dated AS (
       SELECT given.*, coalesce(said_on::date, ${dayOf('at')}) AS happened_on, count(*) OVER (PARTITION BY reference, number, at) AS at_once
       FROM given CROSS JOIN edge WHERE at < edge.known),
     standing AS (
       SELECT DISTINCT ON (reference, number) dated.* FROM dated WHERE happened_on <= ${to}::date
       -- Of those of one instant the log knows the order.
       ORDER BY reference, number, at DESC,
                CASE WHEN at_once > 1 THEN (SELECT max(e.sequence) FROM events e WHERE e.reference = dated.reference AND e.type = 'step-answered'
                       AND e.body ->> 'step' = dated.step AND (e.body ->> 'round')::int = dated.round) END DESC),
     amounts AS (
       SELECT region, programme, number AS term, extract(year FROM happened_on)::int - CASE WHEN extract(month FROM happened_on) < 4 THEN 1 ELSE 0 END AS year,
              (SELECT sum((nullif(answer_fields ->> field, ''))::numeric * scale) FROM unnest(fields) AS field) AS amount
       FROM standing)
     SELECT region, programme, term, year, round(sum(amount))::text AS amount FROM amounts WHERE amount IS NOT NULL GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`,
    [...within.given.all],
  );
  return rows.map(({ amount, ...row }) => ({ ...row, amount: Number(amount) }));
}
