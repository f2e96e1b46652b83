import { standingForecastOf } from '../../rehearsal/standing-forecast.ts';
import type { ForecastJob, ForecastSays } from './with-forecasting.ts';

/** The process in which deployments are played on, one after another. Started by with-forecasting.ts. */
process.on('message', ({ moment, record }: ForecastJob) => {
  const say = (said: ForecastSays): void => void process.send?.(said);
  try {
    say({ kind: 'done', forecast: standingForecastOf(moment, record) });
  } catch (error) {
    say({ kind: 'threw', why: error instanceof Error ? error.message : String(error) });
  }
});
// The worker is gone.
process.once('disconnect', () => process.exit(0));
