import type pg from 'pg';
import type { ForecastPort, ForecastsAsked } from '../../activities/ports.ts';
import { londonDate } from '../../domain/time/london.ts';
import { deploymentsAhead } from '../../postgres/views/ahead.ts';
import { forgetForecasts, keepForecast, listNewToForecast, listToForecast } from '../../postgres/views/forecasts.ts';
import { answerTimesOf, answerTimesWithoutCall } from '../../postgres/views/timeliness.ts';
import type { AnswerRecord } from '../../rehearsal/standing-forecast.ts';
import { withForecasting } from './with-forecasting.ts';
import type { Forecasting } from './with-forecasting.ts';

/** How long one round works forecasts out at most: the next one, ten minutes after the last began, goes on. */
const ROUND_MS = 4 * 60_000;
/** How many deployments are read at a time. */
const AT_A_TIME = 20;

/** Forecasts that are kept in a database. */
export function createForecasts(db: pg.Pool): ForecastPort {
  return {
    refresh: (which, goesOn) => {
      const untilMs = Date.now() + ROUND_MS;
      return withForecasting((forecasting) => refreshForecasts(db, forecasting, () => goesOn() && Date.now() < untilMs, which));
    },
  };
}

/**
 * Works out anew what is not up to date, in the order of `listToForecast`, or only what is not known yet, for as long as it may go on. Forgets the
 * forecasts of deployments that have ended. Answers how many it kept. A deployment whose forecast cannot be worked out is kept with the reason, and holds up nobody else: it is tried again
 * when something happens in it, and on the next day.
 */
export async function refreshForecasts(
  db: pg.Pool,
  forecasting: Forecasting,
  goesOn: () => boolean,
  which: ForecastsAsked = 'all',
): Promise<number> {
  const records = new Map<string, AnswerRecord>();
  let kept = 0;
  while (goesOn()) {
    const asked = await (which === 'new' ? listNewToForecast : listToForecast)(db, AT_A_TIME);
    const ahead = await deploymentsAhead(db, { sql: 'd.reference = ANY ($1::text[])', values: [asked.map(({ reference }) => reference)] });
    if (ahead.length === 0) break;
    for (const { reference, sequence } of asked) {
      const moment = ahead.find((one) => one.reference === reference);
      // It has ended meanwhile, and is no longer asked for.
      if (moment === undefined) continue;
      if (!goesOn()) break;
      const { chronology, events, nowMs } = moment;
      const today = londonDate(nowMs);
      const key = `${chronology.programme.id} ${today}`;
      const record = records.get(key) ?? {
        all: await answerTimesOf(db, chronology.programme.id, today),
        withoutCall: await answerTimesWithoutCall(db, chronology.programme.id, today),
      };
      records.set(key, record);
      const found = await forecasting({ chronology, events, nowMs }, record).catch((error: unknown) => ({
        trouble: error instanceof Error ? error.message : String(error),
      }));
      await keepForecast(db, { reference, sequence, asOfMs: nowMs, ...found });
      kept += 1;
    }
  }
  await forgetForecasts(db);
  return kept;
}
