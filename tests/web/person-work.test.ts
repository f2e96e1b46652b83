import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { workOfPerson } from '../../postgres/views/person-work.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerPersonWorkRoutes } from '../../web/person-work/routes.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

type Form = Readonly<Record<string, string>>;

const WHY = { because: 'A new area.' };

describe('all of one person’s work', { timeout: 120_000 }, () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  const others: string[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await guardedApp(services, registerDeploymentRoutes, registerPersonWorkRoutes);
    cora = await deskOf(world.db, app, 'coordinator');
    for (const _ of ['one', 'another']) others.push(await world.begin('2040-10-08 09:30'));
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });
  const work = '/people/coordinator/work';

  it('is listed for the places that the reader looks after', async () => {
    const { text } = await cora.get(work);
    for (const other of others) assert.match(text, new RegExp(other));
    assert.equal((await cora.get('/people/nobody/work')).status, 404);
  });

  it('shows steps whose clock is stopped apart, and does not count them as late', async () => {
    const reference = others[0] ?? '';
    const steps = async () => (await workOfPerson(world.db, 'region', { sql: 'd.reference = $2', values: [reference] }))[0];
    await world.db.query("UPDATE steps SET due_on = '2020-01-06' WHERE reference = $1", [reference]);
    assert.deepEqual([(await steps())?.openSteps, (await steps())?.lateSteps, (await steps())?.stoppedSteps], [1, 1, 0]);
    await world.db.query(
      `INSERT INTO clock_stops (reference, stop, category, because, by_person, stopped_at, from_on, expected_end)
       VALUES ($1, 99, 'illness', 'Ill.', 'coordinator', now(), '2020-01-02', '2099-01-01')`,
      [reference],
    );
    assert.deepEqual([(await steps())?.openSteps, (await steps())?.lateSteps, (await steps())?.stoppedSteps], [1, 0, 1]);
    assert.match((await cora.get('/people/region/work')).text, /Regional team: 1 open step, 1 paused/);
    await world.db.query('DELETE FROM clock_stops WHERE reference = $1', [reference]);
  });

  it('gets a deputy in all deployments at once', async () => {
    const first = { 'from-day': '8', 'from-month': '10', 'from-year': '2040' };
    const last = { 'to-day': '19', 'to-month': '10', 'to-year': '2040' };
    const form = { deputy: 'Otto Other', ...first, ...last, ...WHY };
    const { status, text } = await cora.post(`${work}/deputy`, {});
    assert.equal(status, 400);
    assert.match(text, /Enter who stands in/);
    await all('deputy', form);
    assert.match((await cora.get(`/deployments/${others[0]}`)).text, /Otto Other stands in from 8 October 2040/);
  });

  it('moves to somebody else once, however often the form is sent, with a report of each deployment', async () => {
    await all('move', { to: 'Otto Other', ...WHY });
    const { rows } = await world.db.query(
      "SELECT FROM deployment_parties WHERE reference = ANY ($1) AND role = 'rdp' AND person = 'otto' AND until IS NULL",
      [others],
    );
    assert.equal(rows.length, 2);
    assert.doesNotMatch((await cora.get(work)).text, new RegExp(others[0] ?? ''));
  });

  const onceIn = (text: string): string => /name="onceAs" value="([^"]+)"/.exec(text)?.[1] ?? '';

  async function all(kind: string, form: Form): Promise<void> {
    const checked = (await cora.post(`${work}/${kind}`, form)).text;
    assert.match(checked, /Check before it is done/);
    const shown = [...checked.matchAll(/name="deployment" value="([^"]+)"/g)].map(([, value]) => value ?? '');
    for (const other of others) assert.ok(shown.some((value) => value.startsWith(other)));
    const send = () => cora.post(`${work}/${kind}`, { ...form, stage: 'confirm', onceAs: onceIn(checked), deployment: shown.join('\n') });
    const first = await send();
    assert.equal(first.status, 200, first.text);
    assert.equal(first.text.match(/>\s*Done\s*</g)?.length, others.length, first.text);
    assert.equal((await send()).text, first.text);
  }
});
