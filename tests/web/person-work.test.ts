import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { workOfPerson } from '../../postgres/views/person-work.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { registerPersonWorkRoutes } from '../../web/person-work/routes.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

type Form = Readonly<Record<string, string>>;

const WHY = { because: 'A new area.' };

describe('all of one person’s work', () => {
  let world: World;
  let app: FastifyInstance;
  let cora: Desk;
  const others: string[] = [];
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await guardedApp(services, registerDeploymentRoutes, registerManyRoutes, registerPersonWorkRoutes);
    cora = await deskOf(world.db, app, 'coordinator');
    for (const _ of ['one', 'another']) others.push(await world.begin('2040-10-08 09:30'));
    others.sort();
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
    const done = await confirm(await all('deputy', form));
    assert.match(done, /2 of 2 deployments are given a deputy/);
    assert.match((await cora.get(`/deployments/${others[0]}`)).text, /Otto Other stands in from 8 October 2040/);

    const undo = (/href="(\/people\/coordinator\/work\/end-deputy\?job=[^"]+)"/.exec(done)?.[1] ?? '').replaceAll('&amp;', '&');
    assert.match((await cora.get(undo)).text, /2 running deployments/);
    await confirm(await all('end-deputy', { job: new URLSearchParams(undo.split('?')[1]).get('job') ?? '', ...WHY }));
    assert.match((await cora.get(`/deployments/${others[0]}`)).text, /Cora Coordinator is back/);
  });

  it('is handed over where a line is ticked, once however often it is sent, and handed back by the page that did it', async () => {
    const [, other = ''] = others;
    const job = await all('move', { to: 'Otto Other', ...WHY });
    assert.match((await cora.get(job)).text, /RDP coordinator: .*?open.*?Told by e-mail: /);
    assert.deepEqual(await coordinators(), ['coordinator', 'coordinator']);
    const done = await confirm(job, [other]);
    assert.match(done, /1 of 1 deployment is handed over/);
    assert.match(done, /Left out by you \(1\)/);
    assert.deepEqual(await coordinators(), ['otto', 'coordinator']);

    const undo = (/href="(\/people\/otto\/work\/move\?job=[^"]+)"/.exec(done)?.[1] ?? '').replaceAll('&amp;', '&');
    assert.match((await cora.get(undo)).text, /1 running deployment\b/);
    const back = { job: new URLSearchParams(undo.split('?')[1]).get('job') ?? '', to: 'Cora Coordinator', ...WHY };
    assert.match(await confirm(await all('move', back, '/people/otto/work')), /1 of 1 deployment is handed over/);
    assert.deepEqual(await coordinators(), ['coordinator', 'coordinator']);
  });

  it('is refused where somebody has nothing to hand over', async () => {
    const form = { to: 'Cora Coordinator', ...WHY };
    assert.equal((await cora.post('/people/otto/work/move', form)).status, 400);
    assert.equal((await cora.get(`${work}/move?job=${crypto.randomUUID()}`)).status, 404);
    assert.equal((await cora.get(`/many/new?kind=move-work&of=ticked&deployment=${others[0]}`)).status, 404);
  });

  async function all(kind: string, form: Form, from = work): Promise<string> {
    const shown = (await cora.get(`${from}/${kind}`)).text;
    const once = /name="onceAs" value="([^"]+)"/.exec(shown)?.[1] ?? '';
    const send = () => cora.post(`${from}/${kind}`, { ...form, onceAs: once });
    const job = await send();
    assert.equal(job.status, 303, job.text);
    assert.equal((await send()).location, job.location);
    return job.location;
  }

  /** Confirms all lines of a job but these, and answers its page. */
  async function confirm(job: string, leftOut: readonly string[] = []): Promise<string> {
    const check = (await cora.get(job)).text;
    assert.match(check, /Check before it is done/);
    const lines = [...check.matchAll(/name="line" value="(\d+)"[\s\S]*?<label[^>]*>(\S+) /g)];
    const line = lines.flatMap(([, number = '', reference = '']) => (leftOut.includes(reference) ? [] : [number])).join('\n');
    const send = () => cora.post(`${job}/confirm`, { line });
    const { status, location } = await send();
    assert.equal(status, 303);
    await send();
    return (await cora.get(location)).text;
  }

  const coordinators = async () => {
    const { rows } = await world.db.query<{ person: string }>(
      "SELECT person FROM deployment_parties WHERE reference = ANY ($1) AND role = 'rdp' AND until IS NULL ORDER BY reference",
      [others],
    );
    return rows.map(({ person }) => person);
  };
});
