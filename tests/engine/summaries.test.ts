import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

let world: World;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world.end());

test('Temporal holds in plain words what a deployment waits for and what it stores, and nobody by name', async () => {
  const reference = await world.begin('2040-10-08 09:30');
  await world.answer(reference, 'contact-school', 'contacted');
  const { events } = await world.client.workflow.getHandle(deploymentWorkflowId(reference)).fetchHistory();
  const said = (events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary?.data ? [JSON.parse(Buffer.from(userMetadata.summary.data).toString()) as string] : [],
  );
  assert.ok(said.includes('Stores: the deployment began'), said.join('\n'));
  assert.ok(
    said.some((words) => /^Waits for the .+ until \w+day \d+ \w+ 2040/.test(words)),
    said.join('\n'),
  );
  assert.ok(
    said.some((words) => /^Stores: “.+” was answered$/.test(words)),
    said.join('\n'),
  );
  const { rows } = await world.db.query<{ name: string }>('SELECT name FROM people');
  for (const { name } of rows) assert.ok(!said.some((words) => words.includes(name)), `${name} is named: ${said.join(' | ')}`);
});
