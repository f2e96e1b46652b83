import { chaserHere } from '../kit/chaser-here.ts';
import type { Said } from '../kit/chaser-here.ts';
import type { World } from './world.ts';

/**
 * The command line of a world, or of a database without an engine: `await chaserOf(world)('list', '--json')`. It runs in this process.
 */
export function chaserOf(
  { databaseUrl, temporal }: Pick<World, 'databaseUrl'> & Partial<Pick<World, 'temporal'>>,
  more: Readonly<Record<string, string>> = {},
): (...words: readonly string[]) => Promise<Said> {
  const engine = temporal && {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TEMPORAL_TASK_QUEUE: temporal.taskQueue,
  };
  return (...words) => chaserHere(words, { env: { DATABASE_URL: databaseUrl, ...engine, ...more } });
}
