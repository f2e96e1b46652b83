/**
 * Restores the record or the engine to a moment chosen by chance, again and again, reconciles the two each time, and fails when anything
 * is lost or sent twice.
 *
 *   npm run bench -- restores [TIMES] [SEED]      twenty by default
 */
import { startServers } from '../tests/support/servers.ts';

const [times = '20', seed = '1'] = process.argv.slice(2);
if (!/^\d{1,4}$/.test(times) || !/^\d{1,9}$/.test(seed)) {
  process.stderr.write('Give how often, and a seed: npm run bench -- restores 20 1\n');
  process.exit(2);
}
const servers = await startServers((text) => process.stderr.write(`${text}\n`));
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
const { openWorld } = await import('../tests/support/world.ts');
const { restoreAgainAndAgain } = await import('../tests/support/two-stores.ts');

const world = await openWorld();
const startedMs = performance.now();
try {
  const { restores, record, engine, events, letters } = await restoreAgainAndAgain(world, Number(times), Number(seed));
  process.stdout.write(
    `${restores} restores in ${Math.round((performance.now() - startedMs) / 1_000)} s: ${record} of the record, ${engine} of the engine. ` +
      `${events} events were compared and ${letters} e-mails arrived; nothing was lost, and nothing sent twice.\n`,
  );
} finally {
  await world.end();
  await servers.stop();
}
