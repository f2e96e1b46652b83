import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { ForecastPort } from './ports.ts';

export type ForecastActivities = ReturnType<typeof createForecastActivities>;

/** One round of the forecasts that are kept for lists. */
export function createForecastActivities({ forecasts }: { readonly forecasts: ForecastPort }) {
  return {
    /** Works out anew what is not up to date. Answers how many forecasts it kept. A worker that stops ends it after the one that it is at. */
    async refreshForecasts(): Promise<number> {
      const stops = cancellationSignal();
      return forecasts.refresh(() => {
        heartbeat();
        return !stops.aborted;
      });
    },
  };
}
