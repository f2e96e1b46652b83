import { countPollers } from '../../temporal/pollers.ts';
import type { Services } from '../shared/services.ts';

const DEADLINE_MS = 3_000;

/**
 * Whether the engine is up and has a worker. A change that is not sent changes nothing. A change sent to an engine
 * without a worker would wait there, and be made when nobody expects it any more.
 */
export async function takesChanges({ temporal, taskQueue }: Pick<Services, 'temporal' | 'taskQueue'>): Promise<boolean> {
  try {
    return (await temporal.withDeadline(Date.now() + DEADLINE_MS, () => countPollers(temporal, taskQueue))) > 0;
  } catch {
    return false;
  }
}
