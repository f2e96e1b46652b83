import { cancellationSignal, heartbeat } from '@temporalio/activity';
import type { ForecastPort, ForecastsAsked } from './ports.ts';

export type ForecastActivities = ReturnType<typeof createForecastActivities>;

/** One round of the forecasts that are kept for lists. */
export function createForecastActivities({ forecasts }: { readonly forecasts: ForecastPort }) {
  return {
    /** Works out anew what is not up to date, or what is not known yet. Answers how many forecasts it kept. A worker that stops ends it after the one that it is at. */
    async refreshForecasts(which: ForecastsAsked): Promise<number> {
      const stops = cancellationSignal();
      return forecasts.refresh(which, () => {
        heartbeat();
        return !stops.aborted;
      });
    },
  };
}
