/**
 * Restarts two workers and two web services one after the other, again and again, while people answer by their links, and fails when an
 * answer is lost, refused, or takes five seconds. Workers start with a bundle that was made before, as those of an image do.
 *
 *   npm run bench -- restart [PEOPLE] [ROUNDS]      200 people, 4 rounds
 */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../embedded/folders.ts';
import { keepWorkflowBundle } from '../worker/workflow-bundle.ts';
import { startServers } from '../tests/support/servers.ts';

const [people = '200', rounds = '4'] = process.argv.slice(2);
if (!/^[1-9]\d{0,3}$/.test(people) || !/^[1-9]\d?$/.test(rounds)) {
  process.stderr.write('Give how many people answer, and how often all is restarted: npm run bench -- restart 200 4\n');
  process.exit(2);
}
const EVERY_MS = 400;
const hadBundle = existsSync(join(PROJECT, 'built'));
const built = dirname(await keepWorkflowBundle());
const servers = await startServers((text) => process.stderr.write(`${text}\n`));
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
const { openWorld } = await import('../tests/support/world.ts');
const { restartUnderLoad } = await import('../tests/support/rolling-restart.ts');

const world = await openWorld({ worker: false });
try {
  const result = await restartUnderLoad(world, { people: Number(people), everyMs: EVERY_MS, rounds: Number(rounds) });
  console.table([result]);
  if (result.failed + result.lost + result.killed > 0 || result.slowestMs >= 5_000) process.exitCode = 1;
} finally {
  await world.end();
  await servers.stop();
  // Otherwise no worker of this checkout would start any more once a source of the workflows has changed.
  if (!hadBundle) rmSync(built, { recursive: true });
}
process.exit();
