import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepProposal, proposeImport } from '../../desk/change-calendars.ts';
import { workMany } from '../../desk/work-many.ts';
import { listLines } from '../../postgres/desk/many.ts';
import { importSample } from '../../register/import-sample.ts';
import { manyDeskOf } from '../../web/many/many-desk.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { registerStartListRoutes } from '../../web/many/start-list-routes.ts';
import { cumbriaFeed } from '../calendars/calendar-world.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { waitUntil } from '../support/wait-until.ts';
import { deskOf } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

describe('starting deployments from a list of URNs', () => {
  let world: World;
  let app: FastifyInstance;
  let alma: Desk;
  beforeAll(async () => {
    world = await openWorld();
    await importSample(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')");
    app = await guardedApp(
      servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }),
      registerManyRoutes,
      registerStartListRoutes,
    );
    alma = await deskOf(world.db, app, 'alma');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  it('refuses a form with nothing in it, and says each thing that is missing', async () => {
    const { status, text } = await alma.post('/many/start', {});
    assert.equal(status, 400);
    assert.match(text, /Select the programme/);
    assert.match(text, /There is no URN in it\. Enter one URN a line\./);
    assert.equal((await world.db.query('SELECT FROM many_jobs')).rowCount, 0);
  });

  it('finds fault with single lines, starts the rest once, and says by whom each begins', async () => {
    const urns = '990007\n990002, 990007\n123456\nHillcrest\n990801';
    const { status, location, text } = await alma.post('/many/start', { programme: 'tsi-2022-23', urns });
    assert.equal(status, 303, text);
    const check = (await alma.get(location)).text;
    assert.match(check, /Check before it is done: Start deployments/);
    assert.match(check, /Possible in 2 of 6/);
    assert.match(check, /opens, due on/);
    assert.match(check, /Line 2: named before, in line 1\. It is started once\./);
    assert.match(check, /Line 3: no school of the places you look after has this URN/);
    assert.match(check, /Line 4: “Hillcrest” is not a URN\. A URN has six digits\./);
    assert.equal((await world.db.query('SELECT FROM deployments')).rowCount, 0);

    const lines = [...check.matchAll(/name="line" value="(\d+)"/g)].map(([, number]) => number).join('\n');
    const done = await alma.post(`${location}/confirm`, { line: lines });
    const result = (await alma.get(done.location)).text;
    assert.match(result, /2 of 2 deployments are started\./);
    assert.match(result, /href="\/deployments\/D\d{5}"/);
    await waitUntil('both are stored', async () => (await world.db.query('SELECT FROM deployments')).rowCount === 2);
  });

  it('leaves out what is running already', async () => {
    const { location } = await alma.post('/many/start', { programme: 'tsi-2022-23', urns: '990007' });
    assert.match((await alma.get(location)).text, /It is possible in none of the 1[\s\S]*is running for this school already/);
  });

  it('and what was started is moved to newer dates, all of it at once, each by a change of its own', async () => {
    const calendars = async () =>
      (await world.db.query<{ urn: string; version: string }>('SELECT urn, calendar_version AS version FROM deployments ORDER BY urn'))
        .rows;
    const before = await calendars();
    const feed = await proposeImport(world.db, { fileName: 'cumbria.ics', authority: '909', bytes: Buffer.from(cumbriaFeed()) });
    assert.ok(feed.ok);
    assert.ok((await keepProposal(world.db, feed.value, { by: 'alma', because: null })).ok);
    const { location } = await alma.post('/many/new', { kind: 'adopt-calendar', of: 'all', because: 'Cumbria published its dates.' });
    const check = (await alma.get(location)).text;
    assert.match(check, /Possible in 1 of 2[\s\S]*It is counted on the newest dates already/);
    const number = /name="line" value="(\d+)"/.exec(check)?.[1] ?? '';
    const { location: result } = await alma.post(`${location}/confirm`, { line: number });
    assert.match((await alma.get(result)).text, /1 of 1 deployment is counted on the newest dates\.[\s\S]*This cannot be undone/);
    const moved = (await calendars()).filter(({ version }, at) => version !== before[at]?.version);
    assert.deepEqual(
      moved.map(({ urn }) => urn),
      ['990007'],
    );
  });

  it('asks once what no judgement answers, warns of a school that is not eligible, and reads a CSV file', async () => {
    const asked = await alma.post('/many/start', { programme: 'tsi-2022-23', urns: 'URN,Name\n990004,Our Lady' });
    assert.equal(asked.status, 200, asked.text);
    assert.match(asked.text, /What you say at the start of all of them/);
    assert.match(asked.text, /name="urns" value="990004"/);
    const form = { programme: 'tsi-2022-23', urns: '990004', asked: 'yes', 'start-route': 'self-identified' };
    const missing = await alma.post('/many/start', form);
    assert.equal(missing.status, 400);
    assert.match(missing.text, /There is a problem/);
    const grounds = {
      'start-grounds': 'Asked for it.',
      'start-agreedBy': 'Rosa Region',
      'start-agreedOn-day': '1',
      'start-agreedOn-month': '9',
      'start-agreedOn-year': '2022',
    };
    const { location } = await alma.post('/many/start', { ...form, ...grounds });
    assert.match((await alma.get(location)).text, /Possible in 1 of 1[\s\S]*Warning: not eligible on/);
    const { rows } = await world.db.query<{ said: object }>('SELECT said FROM many_jobs ORDER BY made_at DESC LIMIT 1');
    assert.deepEqual(rows[0]?.said, {
      route: 'self-identified',
      grounds: 'Asked for it.',
      agreedBy: 'Rosa Region',
      agreedOn: '2022-09-01',
    });

    const id = location.split('/').at(-1) ?? '';
    await alma.post(`${location}/confirm`, { line: '1' });
    const [before] = await listLines(world.db, id);
    assert.equal(before?.state, 'done', before?.outcome ?? '');
    // As the row stood when a service died that had started it and recorded nothing.
    await world.db.query("UPDATE many_lines SET state = 'waiting', reference = NULL, settled_at = NULL WHERE job = $1", [id]);
    const desk = manyDeskOf(servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }));
    await workMany(desk, { job: id, forMs: 20_000 });
    const [after] = await listLines(world.db, id);
    assert.deepEqual([after?.state, after?.reference], ['done', before?.reference]);
    await waitUntil('it is stored', async () => (await world.db.query("SELECT FROM deployments WHERE urn = '990004'")).rowCount === 1);
  });
});
