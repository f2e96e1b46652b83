import { startServers } from './servers.ts';

/**
 * Vitest's global set-up: starts one PostgreSQL and one Temporal server for all test files, which inherit their
 * addresses. Where both addresses are given already, as by `npm run plant`, those servers are used.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env['TEST_DATABASE_URL'] !== undefined && process.env['TEST_TEMPORAL_ADDRESS'] !== undefined) return async () => undefined;
  const servers = await startServers((text) => void process.stderr.write(`${text}\n`));
  process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
  process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
  return () => servers.stop();
}
