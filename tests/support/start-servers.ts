import { startServers } from './servers.ts';

/**
 * vitest's global set-up: one PostgreSQL and one Temporal server for all test files, whose addresses they inherit. Where both
 * are given already, as by `npm run plant`, those serve.
 */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env['TEST_DATABASE_URL'] !== undefined && process.env['TEST_TEMPORAL_ADDRESS'] !== undefined) return async () => undefined;
  const servers = await startServers((text) => void process.stderr.write(`${text}\n`));
  process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
  process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
  return () => servers.stop();
}
