import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from '../../embedded/folders.ts';
import { deploymentWorkflowId, mailroomWorkflowId } from '../../workflows/ids.ts';
import { withdrawUpdate } from '../../workflows/messages.ts';
import { historiesOf } from '../support/runs.ts';
import { startServers } from '../support/servers.ts';
import { liveWholeLife } from '../support/whole-life.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/**
 * Records the histories that tests/replay/replay.test.ts replays, under the version of package.json. Run by hand, once a
 * release: node tests/replay/record.ts
 */
const { version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as { version: string };
const folder = join(PROJECT, 'tests', 'replay', version);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Three wake-ups or so. */
const LONG_HISTORY = 60;

const servers = await startServers(say);
process.env['TEST_DATABASE_URL'] = servers.databaseUrl;
process.env['TEST_TEMPORAL_ADDRESS'] = servers.temporalAddress;
mkdirSync(folder, { recursive: true });
try {
  const world = await openWorld();
  const completed = await liveWholeLife(world);
  await world.postIsDone();
  // Of this one life only, before others bring post.
  await keep(world, 'mailroom', mailroomWorkflowId(0));
  await keep(world, 'completed', deploymentWorkflowId(completed));
  await keep(world, 'declined', deploymentWorkflowId(await liveDeclined(world)));
  await keep(world, 'silent', deploymentWorkflowId(await liveSilent(world)));
  await keep(world, 'continued', deploymentWorkflowId(await liveContinued(world)));
  await world.end();
} finally {
  await servers.stop();
}

/** The school says no at once. */
async function liveDeclined(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  await world.answer(reference, 'confirm-participation', 'declines', { fields: { reason: 'We have found help already.' } });
  return reference;
}

/** The school never says a word, up to the escalation and past it; the regional team gives up. */
async function liveSilent(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  await world.forwardTo(reference, '2040-11-12 11:00');
  const withdrawal = { end: 'withdrawn', because: 'The school did not answer.', by: 'region' };
  await world.client.workflow.getHandle(deploymentWorkflowId(reference)).executeUpdate(withdrawUpdate, { args: [withdrawal] });
  return reference;
}

/** A silent school again, which says no at last, when the deployment has continued as new. */
async function liveContinued(world: World): Promise<string> {
  const reference = await world.begin('2040-10-08 09:30', { longHistory: LONG_HISTORY });
  await world.answer(reference, 'contact-school', 'contacted');
  await world.forwardTo(reference, '2040-10-30 11:00');
  await world.answer(reference, 'confirm-participation', 'declines', { by: 'coordinator', onBehalfOf: 'head' });
  return reference;
}

/** Writes the history of each run, the first one first. */
async function keep(world: World, shape: string, workflowId: string): Promise<void> {
  const histories = await historiesOf(world.client, workflowId);
  for (const [index, history] of histories.entries()) {
    const name = histories.length === 1 ? `${shape}.json` : `${shape}-${index + 1}.json`;
    const text = JSON.stringify(withoutMachine(JSON.parse(historyToJSON(history))));
    writeFileSync(join(folder, name), `${text}\n`);
    say(`${name}: ${history.events?.length ?? 0} events, ${Math.round(text.length / 1024)} KB`);
  }
}

/** Without the names of processes and of the machine: `identity`, and the worker's own queue, which is called after it. */
function withoutMachine(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/^\d+@\S+$/, 'worker');
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutMachine(inner)]));
}
