import { startServers } from './servers.ts';

/** vitest's global set-up: one PostgreSQL and one Temporal server for all test files, whose addresses they inherit. */
export async function setup(): Promise<() => Promise<void>> {
  const servers = await startServers((text) => void process.stderr.write(`${text}\n`));
  process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
  process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
  return () => servers.stop();
}
