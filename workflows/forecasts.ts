import { proxyActivities } from '@temporalio/workflow';
import type { ForecastActivities } from '../activities/forecasts.ts';
import type { ForecastsAsked } from '../activities/ports.ts';

// A round that fails is left to the next one, ten minutes later.
const { refreshForecasts } = proxyActivities<ForecastActivities>({
  summary: 'Works out anew when deployments will be over',
  startToCloseTimeout: '9 minutes',
  heartbeatTimeout: '1 minute',
  retry: { maximumAttempts: 1 },
});

/**
 * One round of the forecasts that lists show: of all that are not up to date, which its schedule begins, or of deployments that have none yet. Answers how many
 * were worked out.
 */
export async function forecasts(which: ForecastsAsked = 'all'): Promise<number> {
  return refreshForecasts(which);
}
