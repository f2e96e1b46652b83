import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { londonDate } from '../../domain/time/london.ts';
import { listMessages } from '../../postgres/views/deployments.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chronologyQuery } from '../../workflows/messages.ts';
import { historiesOf } from '../support/runs.ts';
import { liveWholeLife } from '../support/whole-life.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

/** About ten wake-ups. */
const LONG = 120;

describe('a deployment whose history grows long', () => {
  let plain: World;
  let continued: World;
  let plainReference: string;
  let reference: string;

  beforeAll(async () => {
    [plain, continued] = await Promise.all([openWorld(), openWorld()]);
    [plainReference, reference] = await Promise.all([liveWholeLife(plain), liveWholeLife(continued, { longHistory: LONG })]);
    await Promise.all([plain.postIsDone(), continued.postIsDone()]);
  });
  afterAll(() => Promise.all([plain.end(), continued.end()]));

  it('continues as new more than once', async () => {
    assert.equal((await historiesOf(plain.client, deploymentWorkflowId(plainReference))).length, 1);
    const { length: runs } = await historiesOf(continued.client, deploymentWorkflowId(reference));
    assert.ok(runs >= 3, `it had ${runs} runs`);
  });

  it('has the same record as one that never continued as new', async () => {
    assert.deepEqual(await storyOf(continued, reference), await storyOf(plain, plainReference));
  });

  it('writes the same letters as one that never continued as new', async () => {
    assert.deepEqual(await lettersOf(continued, reference), await lettersOf(plain, plainReference));
  });

  it('carries the whole chronology over', async () => {
    const [carried, straight] = await Promise.all([
      continued.client.workflow.getHandle(deploymentWorkflowId(reference)).query(chronologyQuery),
      plain.client.workflow.getHandle(deploymentWorkflowId(plainReference)).query(chronologyQuery),
    ]);
    assert.equal(carried.sequence, straight.sequence);
    assert.deepEqual(untimed(carried.chronology), untimed({ ...straight.chronology, reference }));
  });
});

/** Every event in order, with its day. The minute is left out because it depends on how long the test takes. */
async function storyOf(world: World, reference: string): Promise<unknown> {
  const { rows } = await world.db.query<{ sequence: number; body: ChronologyEvent }>(
    'SELECT sequence, body FROM events WHERE reference = $1 ORDER BY sequence',
    [reference],
  );
  return rows.map(({ sequence, body }) => ({
    sequence,
    ...body,
    at: londonDate(Date.parse(body.at)),
    ...('reference' in body ? { reference: '' } : {}),
  }));
}

async function lettersOf(world: World, reference: string): Promise<readonly string[]> {
  const messages = await listMessages(world.db, reference);
  return messages
    .map(({ key, writtenAt, state, subject }) =>
      [londonDate(Date.parse(writtenAt)), key.replace(reference, ''), state, subject].join(' | '),
    )
    .toSorted();
}

/** A value in which every instant is cut to its day. */
function untimed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' && /^\d{4}-\d{2}-\d{2}T.*Z$/.test(inner) ? londonDate(Date.parse(inner)) : inner,
  );
}
