import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { readPayloadKeys } from '../../temporal/payload-codec.ts';
import { deploymentWorkflowId, mailroomWorkflowId, WORKFLOW_TYPES } from '../../workflows/ids.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { makeOtherBuild } from '../support/other-build.ts';
import type { Ended, OtherBuild } from '../support/other-build.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const KEY = `test:${randomBytes(32).toString('base64')}`;
const MAIN_LOOP = 'while (diary.isRunning()';

type Report = {
  readonly open: number;
  readonly looked: number;
  readonly fit: number;
  readonly misfits: readonly { readonly workflow: string; readonly why: string }[];
};

/** The next release, which asks the engine of the running one: every kind of workflow is open there, one of them encrypted. */
describe('chaser doctor --replay', () => {
  let database: TestDatabase;
  let world: World;
  let build: OtherBuild;
  const references: string[] = [];
  let letDigestsEnd = (): void => undefined;

  beforeAll(async () => {
    database = await freshDatabase();
    const payloadKeys = readPayloadKeys(KEY);
    assert.ok(payloadKeys);
    const blocked = new Promise<readonly []>((resolve) => (letDigestsEnd = () => resolve([])));
    world = await openWorld({
      databaseUrl: database.ownerUrl,
      payloadKeys,
      engine: { digests: { due: () => blocked, queue: async () => false } },
    });
    const { client } = world;
    for (let n = 0; n < 3; n += 1) references.push(await world.begin('2040-10-08 09:30'));
    const [first = '', second = ''] = references;
    await world.answer(first, 'contact-school', 'contacted');
    await world.forwardTo(first, '2040-10-30 11:00');
    await world.answer(second, 'contact-school', 'contacted');
    await client.workflow.start(WORKFLOW_TYPES.digest, { workflowId: 'digest-now', taskQueue: world.temporal.taskQueue });
    await waitUntil('the digest has asked who is due', async () => pending('digest-now'));
    build = makeOtherBuild();
  });
  afterAll(async () => {
    build.remove();
    letDigestsEnd();
    await world.end();
    await database.end();
  });

  async function pending(workflowId: string): Promise<boolean> {
    const { raw } = await world.client.workflow.getHandle(workflowId).describe();
    return (raw.pendingActivities ?? []).some(({ state }) => state === 2);
  }

  const doctor = (args: readonly string[] = [], over: Readonly<Record<string, string>> = {}): Promise<Ended> =>
    build.run('cli/main.ts', ['doctor', '--replay', ...args], {
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: world.temporal.address,
      TEMPORAL_NAMESPACE: world.temporal.namespace,
      TEMPORAL_TASK_QUEUE: world.temporal.taskQueue,
      CHASER_PAYLOAD_KEYS: KEY,
      ...over,
    });
  const report = async (...args: string[]): Promise<Report> => {
    const { out, error } = await doctor([...args, '--json']);
    assert.equal(error, '');
    return JSON.parse(out) as Report;
  };

  it('says that all is well when this build can go on with every open history, of whichever kind', async () => {
    // A round of the watchdog that waits for a table of its own.
    const holder = await world.db.connect();
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE watchdog_rounds, watchdog_findings');
    await world.client.workflow.start(WORKFLOW_TYPES.watchdog, { workflowId: 'watchdog-now', taskQueue: world.temporal.taskQueue });
    await waitUntil('the watchdog looks', () => pending('watchdog-now'));
    assert.deepEqual(await openIds(), [
      ...references.map(deploymentWorkflowId).toSorted(),
      'digest-now',
      mailroomWorkflowId(0),
      'watchdog-now',
    ]);
    try {
      const { code, out, error } = await doctor();
      assert.equal(error, '');
      assert.equal(out, '6 open histories replayed. This build can go on with all that it is given.\n');
      assert.equal(code, 0);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
    await world.client.workflow.getHandle('watchdog-now').result();
  });

  it('refuses a build whose deployments go another way, names the first, stops there, and names all with --all', async () => {
    build.change('workflows/deployment.ts', MAIN_LOOP, `await condition(() => false, 1);\n  ${MAIN_LOOP}`);
    try {
      const { code, out } = await doctor();
      assert.equal(code, 3);
      assert.match(out, /^T\S+ does not fit this build \(run \S+, \d+ events\):\n {2}.*Nondeterminism/);
      assert.match(out, /Do not start this build: docs\/releases\.md/);
      assert.equal(out.match(/does not fit this build/g)?.length, 1);
      const all = await report('--all');
      assert.deepEqual(all.misfits.map(({ workflow }) => workflow).toSorted(), references.toSorted());
      assert.deepEqual([all.looked, all.fit], [5, 2]);
    } finally {
      build.change('workflows/deployment.ts', `await condition(() => false, 1);\n  ${MAIN_LOOP}`, MAIN_LOOP);
    }
  });

  it('refuses a build that has changed the digest, or that lacks a workflow which is open', async () => {
    build.change(
      'workflows/digest.ts',
      'return postDigests(',
      'await postDigests({ at: new Date(0).toISOString() });\n  return postDigests(',
    );
    build.change('workflows/ids.ts', "mailroom: 'mailroom',", "mailroom: 'post-room',");
    try {
      const { misfits } = await report('--all');
      const why = Object.fromEntries(misfits.map((misfit) => [misfit.workflow, misfit.why]));
      assert.deepEqual(Object.keys(why), ['mailroom/0']);
      assert.equal(why['mailroom/0'], 'this build has no workflow "mailroom"');
    } finally {
      build.change(
        'workflows/digest.ts',
        'await postDigests({ at: new Date(0).toISOString() });\n  return postDigests(',
        'return postDigests(',
      );
      build.change('workflows/ids.ts', "mailroom: 'post-room',", "mailroom: 'mailroom',");
    }
  });

  it('says so when a history cannot be read: a key or a pinned programme is missing', async () => {
    const withoutKey = await doctor(['--all', '--json'], { CHASER_PAYLOAD_KEYS: '' });
    assert.equal(withoutKey.code, 3);
    const { misfits } = JSON.parse(withoutKey.out) as Report;
    assert.match(misfits.find(({ workflow }) => workflow === references[0])?.why ?? '', /the key "test"/);
    const empty = await freshDatabase();
    const withoutPins = await doctor([], { DATABASE_URL: empty.url });
    assert.equal(withoutPins.code, 3);
    assert.match(withoutPins.out, /The (programme|calendar) of deployment\/\S+ is not in the database/);
    await empty.end();
  });

  it('refuses --all by itself', async () => {
    const { code, error } = await build.run('cli/main.ts', ['doctor', '--all'], {});
    assert.equal(code, 2);
    assert.match(error, /chaser doctor --replay --all/);
  });

  async function openIds(): Promise<readonly string[]> {
    let ids: string[] = [];
    await waitUntil('all of them can be listed', async () => {
      ids = [];
      for await (const { workflowId } of world.client.workflow.list({ query: "ExecutionStatus = 'Running'" })) ids.push(workflowId);
      return ids.length >= references.length + 3;
    });
    return ids.toSorted();
  }
});
