import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { ChronologyEvent } from '../../domain/chronology/events.ts';
import { deploymentWorkflowId } from '../../workflows/ids.ts';
import { chaserOf } from '../support/chaser.ts';
import { historiesOf } from '../support/runs.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const OLD = { deploymentName: 'chaser-test', buildId: '1.0.0' };
const NEW = { deploymentName: 'chaser-test', buildId: '1.1.0' };

/** Two builds side by side on the real server, as during a release. */
describe('workers of two builds', () => {
  let world: World;
  let newer: { stop(): Promise<void> };
  let early: string;
  let sleeping: string;
  beforeAll(async () => {
    world = await openWorld({ engine: { version: OLD } });
    await waitUntil('Temporal knows the build', async () => (await release('status')).out.includes(OLD.buildId));
    await release('current', OLD.buildId);
    early = await world.begin('2040-10-08 09:30');
    sleeping = await world.begin('2040-10-08 09:30');
    newer = await world.startWorker({ version: NEW });
    await waitUntil('Temporal knows both builds', async () => (await release('status')).out.includes(NEW.buildId));
  });
  afterAll(async () => {
    await newer.stop();
    await world.end();
  });

  async function release(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly error: string }> {
    const { status, stdout, stderr } = await chaserOf(world, { TEMPORAL_DEPLOYMENT_NAME: OLD.deploymentName })('release', ...args);
    return { code: status, out: stdout, error: stderr };
  }

  /** The build of each run of a deployment, the oldest first. A run that goes on may have completed no task yet. */
  async function buildsOf(reference: string): Promise<readonly (string | null)[]> {
    const histories = await historiesOf(world.client, deploymentWorkflowId(reference));
    return histories.map(({ events }) => {
      const last = events?.findLast((event) => event.workflowTaskCompletedEventAttributes != null);
      return last?.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId ?? null;
    });
  }
  const untilOn = (reference: string, builds: readonly string[]) =>
    waitUntil(`${reference} has been on ${builds.join(', then ')}`, async () => (await buildsOf(reference)).join() === builds.join());

  it('leave everything on the current one until another is', async () => {
    await world.answer(early, 'contact-school', 'contacted');
    assert.deepEqual(await buildsOf(early), ['1.0.0']);
    const { out } = await release('status');
    assert.match(out, /^1\.0\.0 +[23] +current$/m);
    assert.match(out, /^1\.1\.0 +0 +no$/m);
  });

  it('begin new deployments on the new one once it is current, while those under way stay until their next wake-up and then move', async () => {
    assert.equal((await release('current', NEW.buildId)).out, 'Everything that begins or moves on goes to 1.1.0.\n');
    const late = await world.begin('2040-10-08 09:30');
    assert.deepEqual(await buildsOf(late), ['1.1.0']);
    assert.deepEqual([await buildsOf(early), await buildsOf(sleeping)], [['1.0.0'], ['1.0.0']]);
    await world.forwardTo(early, '2040-10-30 11:00');
    await untilOn(early, ['1.0.0', '1.1.0']);
    assert.deepEqual(await buildsOf(sleeping), ['1.0.0'], 'one moved that did not wake');
    // An answer wakes it too, and whoever gave it is told first that it counted.
    await world.answer(sleeping, 'contact-school', 'contacted');
    await untilOn(sleeping, ['1.0.0', '1.1.0']);
  });

  it('carry the whole story over: it is stored once, and goes on', async () => {
    await world.answer(early, 'confirm-participation', 'declines', { fields: { reason: 'We have found help already.' } });
    const { rows } = await world.db.query<{ sequence: number; body: ChronologyEvent }>(
      'SELECT sequence, body FROM events WHERE reference = $1 ORDER BY sequence',
      [early],
    );
    assert.deepEqual(
      rows.map(({ sequence }) => sequence),
      rows.map((_, index) => index + 1),
    );
    const once = ['deployment-began', 'deployment-ended'].map((type) => rows.filter(({ body }) => body.type === type).length);
    assert.deepEqual(once, [1, 1]);
    const keys = await world.db.query<{ twice: number }>(
      'SELECT count(*)::int - count(DISTINCT key)::int AS twice FROM messages WHERE reference = $1',
      [early],
    );
    assert.equal(keys.rows[0]?.twice, 0);
  });

  it('take a roll-back: what sleeps on the new one goes back when it is asked to, those too that have ended and could be reopened', async () => {
    const { code } = await release('current', OLD.buildId);
    assert.equal(code, 0);
    assert.deepEqual(await buildsOf(sleeping), ['1.0.0', '1.1.0']);
    const { out } = await release('move', NEW.buildId);
    assert.match(out, /^[3-5] were asked to move on\.$/m);
    await untilOn(sleeping, ['1.0.0', '1.1.0', '1.0.0']);
    await untilOn(early, ['1.0.0', '1.1.0', '1.0.0']);
    await waitUntil('nothing is left on the new one', async () => /^1\.1\.0 +0 /m.test((await release('status')).out), 60_000);
  });

  it('share what begins when one is ramped, and give the share back', async () => {
    assert.equal((await release('ramp', NEW.buildId, '--percent', '100')).out, '100 of 100 go to 1.1.0 as they begin or move on.\n');
    assert.deepEqual(await buildsOf(await world.begin('2040-10-08 09:30')), ['1.1.0']);
    assert.match((await release('status')).out, /^1\.1\.0 +\d+ +100 of 100$/m);
    await release('ramp', NEW.buildId, '--percent', '0');
    assert.deepEqual(await buildsOf(await world.begin('2040-10-08 09:30')), ['1.0.0']);
  });

  it('are not sent to a build that nobody runs, or to a share that is none', async () => {
    const unknown = await release('current', '9.9.9');
    assert.deepEqual([unknown.code, unknown.error], [1, 'No worker of a build 9.9.9 has asked for work.\nKnown are 1.1.0, 1.0.0.\n']);
    assert.equal((await release('ramp', NEW.buildId, '--percent', '101')).code, 2);
    assert.match((await release('status')).out, /^1\.0\.0 +\d+ +current$/m);
  });
});
