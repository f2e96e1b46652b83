import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, test } from 'vitest';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerDeploymentsRoutes } from '../../web/deployments/routes.ts';
import { registerViewsRoutes } from '../../web/views/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

let database: TestDatabase;
let app: FastifyInstance;
let cora: Desk;
let rosa: Desk;
let rita: Desk;

beforeAll(async () => {
  database = await freshDatabase();
  const { pool: db } = database;
  await insertPeople(db);
  await insertStaff(db);
  await insertSchool(db, '990903', 'Far Away School', { authority: '993', region: 'London' });
  for (const [reference, urn, ago] of [
    ['D00001', '990901', 3],
    ['D00002', '990901', -2],
    ['D00003', '990903', 5],
  ] as const) {
    await placeDeployment(db, reference, { urn, open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(ago) }] });
  }
  app = await guardedApp(servicesOf(db), registerDeploymentRoutes, registerDeploymentsRoutes, registerViewsRoutes);
  [cora, rosa, rita] = [await deskOf(db, app, 'coordinator'), await deskOf(db, app, 'region'), await deskOf(db, app, 'rita')];
});
afterAll(async () => {
  await app.close();
  await database.end();
});

const found = async (desk: Desk, url: string) =>
  [...(await desk.get(url)).text.matchAll(/href="\/deployments\/(\w+)"/g)].map(([, reference]) => reference).join(' ');
const save = async (desk: Desk, form: Record<string, string>) => {
  const { status, location, text } = await desk.post('/views/new', form);
  assert.equal(status, 303, text);
  const id = new URL(location, 'https://chaser.example').searchParams.get('saved') ?? '';
  return { id, location };
};

test('a view is saved under an address of its own, which opens the list as it was filtered', async () => {
  assert.match((await cora.get('/views/new?query=late%3Dyes%26evil%3D1')).text, /name="query" value="late=yes"/);
  const { id, location } = await save(cora, { name: 'Late ones', query: 'late=yes&sort=late&evil=%0d%0ax' });
  assert.match((await cora.get(location)).text, /The view is saved\./);
  const { statusCode, headers } = await app.inject({ url: `/views/${id}`, cookies: cora.cookies });
  assert.deepEqual([statusCode, headers.location], [302, `/deployments?late=yes&sort=late&saved=${id}`]);
  const page = await cora.get(String(headers.location));
  assert.match(page.text, /View: Late ones/);
  assert.equal(await found(cora, String(headers.location)), 'D00001');
});

test('a view without a name, or with one that is too long, is not saved, and what was typed stays', async () => {
  const { status, text } = await cora.post('/views/new', { name: ' ', query: 'late=yes', shared: 'yes' });
  assert.equal(status, 400);
  assert.match(text, /Enter a name for the view/);
  assert.match(text, /name="query" value="late=yes"/);
  assert.match(text, /name="shared"[^>]*checked/);
  assert.equal((await cora.post('/views/new', { name: 'x'.repeat(81), query: '' })).status, 400);
});

test('only a shared view is others’ to open, each of whom sees their own places, and only its owner deletes it', async () => {
  const { id: own } = await save(cora, { name: 'My own', query: 'q=hill' });
  const { id: shared } = await save(cora, { name: 'For all', query: 'late=yes', shared: 'yes' });
  assert.equal((await rosa.get(`/views/${own}`)).status, 404);
  assert.doesNotMatch((await rosa.get('/views')).text, /My own/);
  assert.match((await rosa.get('/views')).text, /For all<\/a>, shared by Cora Coordinator/);
  const open = async (desk: Desk) =>
    found(desk, String((await app.inject({ url: `/views/${shared}`, cookies: desk.cookies })).headers.location));
  assert.equal(await open(cora), 'D00001');
  assert.equal(await open(rita), 'D00003 D00001');
  assert.equal((await rosa.post(`/views/${shared}/delete`, {})).status, 404);
  const { location } = await cora.post(`/views/${shared}/delete`, {});
  assert.match((await cora.get(location)).text, /The view is deleted\./);
  assert.equal((await rosa.get(`/views/${shared}`)).status, 404);
  assert.equal((await rosa.get('/views/not-a-uuid')).status, 404);
});

test('a view saved again under its name keeps its address', async () => {
  const first = await save(cora, { name: 'Twice', query: 'late=yes' });
  const second = await save(cora, { name: 'Twice', query: 'late=no' });
  assert.equal(second.id, first.id);
});

test('a deployment is watched from its page and from the list, and what changed last comes first', async () => {
  const page = (await cora.get('/deployments/D00001')).text;
  assert.match(page, /action="\/deployments\/D00001\/watch"/);
  const { location } = await cora.post('/deployments/D00001/watch', {});
  const after = (await cora.get(location)).text;
  assert.match(after, /You watch this deployment from now on\./);
  assert.match(after, /Stop watching/);
  const fromList = await cora.post('/deployments/D00002/watch', { from: 'list', query: 'q=hill&evil=1' });
  assert.equal(fromList.location, '/deployments?q=hill&told=watched');
  assert.match((await cora.get(fromList.location)).text, /You watch the deployment from now on\./);
  await cora.post('/deployments/D00002/watch', {});

  const watched = '/deployments?watched=yes&sort=changed';
  const changed = async (reference: string) => {
    const { rows } = await database.pool.query<{ sequence: number }>('SELECT sequence FROM deployments WHERE reference = $1', [reference]);
    const next = (rows[0]?.sequence ?? 0) + 1;
    await database.pool.query(
      `INSERT INTO events (reference, sequence, type, at, body) SELECT reference, $2, type, at, body FROM events WHERE reference = $1 AND sequence = 1`,
      [reference, next],
    );
    await database.pool.query('UPDATE deployments SET sequence = $2 WHERE reference = $1', [reference, next]);
  };
  await changed('D00001');
  assert.equal(await found(cora, watched), 'D00001 D00002');
  await changed('D00002');
  assert.equal(await found(cora, watched), 'D00002 D00001');
  assert.match((await cora.get(watched)).text, /Deployments that you watch[\s\S]*Changed \w+day/);
  assert.equal(await found(rosa, watched), '');
  await cora.post('/deployments/D00002/unwatch', {});
  assert.equal(await found(cora, watched), 'D00001');
});

test('nobody watches a deployment that they may not see', async () => {
  assert.equal((await cora.post('/deployments/D00003/watch', {})).status, 404);
  assert.equal((await cora.post('/deployments/D99999/watch', {})).status, 404);
});
