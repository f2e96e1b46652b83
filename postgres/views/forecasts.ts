/**
 * Forecasts as they were last worked out (rehearsal/standing-forecast.ts). They are kept for lists, and for the page of a deployment while nothing has
 * happened in it and its day has not passed.
 */
import type { CallHelp } from '../../domain/chasing/call-help.ts';
import type { WholeForecast } from '../../domain/chasing/forecast.ts';
import type { StepRef } from '../../domain/chronology/events.ts';
import type { PlainDate } from '../../domain/time/plain-date.ts';
import type { Db } from '../database.ts';
import { ITS_TODAY } from './place.ts';

/** A forecast that is to be kept. */
export type ForecastToKeep = {
  readonly reference: string;
  /** The last event of the deployment that it knows. */
  readonly sequence: number;
  /** When it was worked out, by the clock of the deployment, in epoch milliseconds. */
  readonly asOfMs: number;
} & (
  | {
      readonly whole: WholeForecast;
      /** How many of its steps take the time of the programme because too few answers are known. */
      readonly assumed: number;
      readonly calls: Readonly<Record<string, CallHelp>>;
    }
  | { readonly trouble: string }
);

/** Keeps a forecast in the place of the one before. */
export async function keepForecast(db: Db, forecast: ForecastToKeep): Promise<void> {
  const { whole, assumed, calls } = 'trouble' in forecast ? NOTHING : forecast;
  await db.query(
    `INSERT INTO forecasts (reference, sequence, as_of, fast_on, usual_on, slow_on, plays, missed, calls, trouble, steps, assumed, whole)
     VALUES ($1, $2, to_timestamp($3::float8 / 1000), $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
     ON CONFLICT (reference) DO UPDATE SET sequence = excluded.sequence, as_of = excluded.as_of, fast_on = excluded.fast_on,
       usual_on = excluded.usual_on, slow_on = excluded.slow_on, plays = excluded.plays, missed = excluded.missed, calls = excluded.calls,
       trouble = excluded.trouble, steps = excluded.steps, assumed = excluded.assumed, whole = excluded.whole`,
    [
      forecast.reference,
      forecast.sequence,
      forecast.asOfMs,
      whole?.ends.fast ?? null,
      whole?.ends.usual ?? null,
      whole?.ends.slow ?? null,
      whole?.term?.plays ?? null,
      whole?.term?.missed ?? null,
      JSON.stringify(calls),
      'trouble' in forecast ? forecast.trouble : null,
      whole?.steps.length ?? 0,
      assumed,
      whole === null ? null : JSON.stringify({ ...whole, shape: SHAPE }),
    ],
  );
}

const NOTHING = { whole: null, assumed: 0, calls: {} } as const;

/** Counted up whenever a release keeps a `WholeForecast` of another shape: what an earlier one kept is then worked out anew. */
const SHAPE = 1;

/** The forecast of a deployment with the time at which it was worked out, or why it could not be. */
export type KeptForecast = { readonly asOf: string } & ({ readonly whole: WholeForecast } | { readonly trouble: string });

/**
 * The forecast that is kept of a running deployment; null where none is that could be worked out now: it knows the last event, and is of today by the clock of
 * the deployment. The answers of other deployments that it was worked out from are those that were known at its time.
 */
export async function readForecast(db: Db, reference: string): Promise<KeptForecast | null> {
  const { rows } = await db.query<{ asOf: string; whole: WholeForecast | null; trouble: string | null }>(
    `SELECT f.as_of AS "asOf", f.whole - 'shape' AS whole, f.trouble FROM forecasts f JOIN deployments d ON d.reference = f.reference
     WHERE f.reference = $1 AND d.status = 'running' AND NOT ${IS_OLD} AND (f.trouble IS NOT NULL OR (f.whole ->> 'shape')::int = $2)`,
    [reference, SHAPE],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { asOf, whole, trouble } = row;
  if (trouble !== null) return { asOf, trouble };
  return whole === null ? null : { asOf, whole };
}

/** Whether the forecast `f` of a deployment `d` is not the one that would be worked out now: something has happened since, or another day has come. */
const IS_OLD = `(f.sequence <> d.sequence OR (f.as_of AT TIME ZONE 'Europe/London')::date < ${ITS_TODAY})`;

export type ToForecast = { readonly reference: string; readonly sequence: number };

/**
 * Some of the running deployments whose forecast is to be worked out: first those that have none, then those in which something has happened since, then
 * those of an earlier day, the oldest first.
 */
export async function listToForecast(db: Db, limit: number): Promise<readonly ToForecast[]> {
  const { rows } = await db.query<ToForecast>(
    `SELECT d.reference, d.sequence FROM deployments d LEFT JOIN forecasts f ON f.reference = d.reference
     WHERE d.status = 'running' AND (f.reference IS NULL OR ${IS_OLD})
     ORDER BY f.reference IS NOT NULL, f.sequence = d.sequence, f.as_of, d.reference LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Some of the running deployments that have no forecast at all, the one that began first before the others. */
export async function listNewToForecast(db: Db, limit: number): Promise<readonly ToForecast[]> {
  const { rows } = await db.query<ToForecast>(
    `SELECT d.reference, d.sequence FROM deployments d
     WHERE d.status = 'running' AND NOT EXISTS (SELECT FROM forecasts f WHERE f.reference = d.reference) ORDER BY d.began_at, d.reference LIMIT $1`,
    [limit],
  );
  return rows;
}

/** Those that could not be worked out, each with the reason, by the reference of their deployment. */
export async function listForecastsInTrouble(
  db: Db,
): Promise<readonly { readonly reference: string; readonly trouble: string; readonly asOf: string }[]> {
  const { rows } = await db.query<{ reference: string; trouble: string; asOf: string }>(
    `SELECT f.reference, f.trouble, f.as_of AS "asOf" FROM forecasts f JOIN deployments d ON d.reference = f.reference
     WHERE f.trouble IS NOT NULL AND d.status = 'running' ORDER BY f.reference`,
  );
  return rows;
}

/** Forgets the forecasts of deployments that have ended. */
export async function forgetForecasts(db: Db): Promise<void> {
  await db.query(`DELETE FROM forecasts f USING deployments d WHERE d.reference = f.reference AND d.status <> 'running'`);
}

/** The age of a forecast, which is said wherever it is shown. */
export type ForecastAge = {
  /** When it was worked out, by the clock of the deployment. */
  readonly asOf: string;
  /** Something has happened in the deployment since. */
  readonly movedOn: boolean;
};

/** A forecast as lists show it. */
export type ListedForecast = ForecastAge & {
  /** When it is over if everybody answers as fast as half of the requests were answered; null where it is not known. */
  readonly usualOn: PlainDate | null;
  /** How many steps are open or still to come, and how many of them take the time of the programme because too few answers are known. */
  readonly steps: number;
  readonly assumed: number;
  /** Null where no step lies ahead that is due at the end of a term. */
  readonly term: { readonly plays: number; readonly missed: number } | null;
  /** Why it could not be worked out; null where it was. */
  readonly trouble: string | null;
};

/** Joins the forecast of a running deployment `d` as `f`. */
export const FORECAST_OF_EACH = `LEFT JOIN forecasts f ON f.reference = d.reference AND d.status = 'running'`;

/** What lists show of a forecast `f`; null where none was worked out. */
export const LISTED_FORECAST = `CASE WHEN f.reference IS NULL THEN NULL ELSE jsonb_build_object(
  'asOf', f.as_of, 'movedOn', f.sequence <> d.sequence, 'usualOn', f.usual_on, 'trouble', f.trouble, 'steps', f.steps, 'assumed', f.assumed,
  'term', CASE WHEN f.plays IS NULL THEN NULL ELSE jsonb_build_object('plays', f.plays, 'missed', f.missed) END) END`;

/** What a call helps, with the age of the forecast that says so. */
export type StandingHelp = CallHelp & ForecastAge;

/** A function that says what a call about any of these open steps helps; null where nothing is known of it yet. */
export async function readCallHelp(db: Db, steps: readonly StepOfDeployment[]): Promise<(step: StepOfDeployment) => StandingHelp | null> {
  if (steps.length === 0) return () => null;
  const { rows } = await db.query<ForecastAge & { readonly reference: string; readonly calls: Readonly<Record<string, CallHelp>> }>(
    `SELECT d.reference, f.calls, f.as_of AS "asOf", f.sequence <> d.sequence AS "movedOn"
     FROM forecasts f JOIN deployments d ON d.reference = f.reference WHERE f.reference = ANY ($1::text[]) AND d.status = 'running'`,
    [[...new Set(steps.map(({ reference }) => reference))]],
  );
  const known = new Map(rows.map((row) => [row.reference, row]));
  return ({ reference, step, round }) => {
    const forecast = known.get(reference);
    const help = forecast?.calls[`${step}/${round}`];
    return forecast === undefined || help === undefined ? null : { ...help, asOf: forecast.asOf, movedOn: forecast.movedOn };
  };
}

type StepOfDeployment = StepRef & { readonly reference: string };
