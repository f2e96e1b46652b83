import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openSession } from '../../postgres/access/sessions.ts';
import { findKnownPerson } from '../../postgres/views/people.ts';
import { registerDeploymentRoutes } from '../../web/deployment/routes.ts';
import { registerEndPersonRoutes } from '../../web/people/end-routes.ts';
import { registerManyRoutes } from '../../web/many/routes.ts';
import { registerPersonWorkRoutes } from '../../web/person-work/routes.ts';
import { registerPeopleRoutes } from '../../web/people/routes.ts';
import { freshDatabase } from '../support/database.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import type { Desk } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

type Form = Readonly<Record<string, string>>;

describe('the list of people', () => {
  it('has fifty on a page, and beyond the last page there is the last', async () => {
    const { pool, end } = await freshDatabase();
    await pool.query(
      `INSERT INTO people (id, name, email, imported_at) SELECT 'alma', 'Alma Admin', 'alma@service.example', now()
       UNION ALL SELECT 'listed-' || n, 'Lee Listed ' || lpad(n::text, 3, '0'), 'lee' || n || '@listed.example', now() FROM generate_series(1, 101) n`,
    );
    await pool.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    const app = await guardedApp(servicesOf(pool), registerPeopleRoutes);
    const alma = await deskOf(pool, app, 'alma');
    const pageOf = async (page: number) => (await alma.get(`/people?q=listed.example&page=${page}`)).text;
    const listedOn = async (page: number) => [...(await pageOf(page)).matchAll(/>Lee Listed (\d{3})</g)].map(([, nth]) => Number(nth));
    const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);
    assert.deepEqual(await listedOn(1), from(1, 50));
    assert.deepEqual(await listedOn(2), from(51, 100));
    assert.deepEqual(await listedOn(3), [101]);
    assert.deepEqual(await listedOn(999), [101]);
    assert.equal(await pageOf(999), await pageOf(3));
    await app.close();
    await end();
  });
});

describe('people in the browser', () => {
  let world: World;
  let app: FastifyInstance;
  let alma: Desk;
  let reference = '';
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    await world.db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await world.db.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await guardedApp(
      services,
      registerPeopleRoutes,
      registerEndPersonRoutes,
      registerDeploymentRoutes,
      registerPersonWorkRoutes,
      registerManyRoutes,
    );
    alma = await deskOf(world.db, app, 'alma');
    reference = await world.begin('2040-10-08 09:30');
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const valueOf = (html: string) =>
    html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
  /** Looks at the check page, and confirms exactly what it carries. */
  async function save(url: string, form: Form, meanwhile: () => Promise<unknown> = async () => undefined) {
    const checked = await alma.post(url, form);
    assert.equal(checked.status, 200, checked.text);
    const carried = Object.fromEntries(
      [...checked.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
        name,
        valueOf(value),
      ]),
    );
    await meanwhile();
    const { csrf: _, ...rest } = carried;
    return { checked: checked.text, saved: await alma.post(url, { ...rest, stage: 'confirm' }) };
  }
  const rolesOf = async (id: string) =>
    (await findKnownPerson(world.db, id))?.roles.map(({ role, region, area, urn }) => [role, region, area, urn].join(' ').trim());

  const sessionsOf = async (person: string) => (await world.db.query('SELECT FROM sessions WHERE person = $1', [person])).rowCount;

  it('are listed, found by a part of the name or address in any case, and by their role', async () => {
    assert.match((await alma.get('/people')).text, /Alma Admin/);
    const found = await alma.get('/people?q=OTTO');
    assert.match(found.text, /1 person.*Otto Other.*RDP coordinator: Elsewhere, North West/);
    assert.doesNotMatch(found.text, /Cora Coordinator/);
    assert.match((await alma.get('/people?q=delivery.example&role=rdp')).text, /Otto Other/);
    assert.match((await alma.get('/people?q=zzz')).text, /Chaser knows nobody with that name or address/);
    assert.match((await alma.get('/people?q=%25&page=99')).text, /Chaser knows nobody with that name or address/);
    assert.equal((await alma.get('/people?q=%00&page=x')).status, 200);
  });

  it('are for administrators alone', async () => {
    for (const other of ['coordinator', 'region', 'rita']) {
      const desk = await deskOf(world.db, app, other);
      assert.equal((await desk.get('/people')).status, 403, other);
      assert.equal(
        (await desk.post('/people/add', { name: 'Eve', email: 'eve@x.example', stage: 'confirm', seen: '' })).status,
        403,
        other,
      );
    }
    assert.equal((await alma.get('/people/nobody')).status, 404);
    assert.equal((await alma.get('/people/%00')).status, 404);
  });

  it('are added with a role, once, after a look at what that is', async () => {
    const form = { name: 'Sarah Bouette', email: 'sarah@delivery.example', telephone: '01632 960777', role: 'rdp', area: 'testshire' };
    const { checked, saved } = await save('/people/add', form);
    assert.match(checked, /Check before Sarah Bouette is added.*New role: RDP coordinator: Testshire, North West/);
    assert.deepEqual([saved.status, saved.location], [303, '/people/sarah-bouette?saved=added']);
    assert.match((await alma.get(saved.location)).text, /Sarah Bouette is added\..*01632 960777.*Alma Admin.*Added\./);
    assert.deepEqual(await rolesOf('sarah-bouette'), ['rdp North West testshire']);
    const again = await alma.post('/people/add', { ...form, stage: 'confirm', seen: '' });
    assert.equal(again.status, 400);
    assert.match(again.text, /This is the address of somebody whom Chaser knows already/);
  });

  it('are not kept before the look at what changes, and everything that is wrong is said at once', async () => {
    const wrong = await alma.post('/people/add', { name: '', email: 'nobody', telephone: 'x', role: 'school' });
    assert.equal(wrong.status, 400);
    assert.match(
      wrong.text,
      /Enter the full name.*Enter an e-mail address in the correct format.*Enter a telephone number.*is missing, and so is trust/,
    );
    await alma.post('/people/add', { name: 'Not Yet', email: 'not.yet@x.example' });
    assert.equal(await findKnownPerson(world.db, 'not-yet'), undefined);
    const odd = await alma.post('/people/add', { name: 'Odd', email: 'odd@x.example', role: 'king' });
    assert.match(odd.text, /Select a role from the list/);
  });

  it('with a new address lose what the old one opened, are asked again, and the page says so before', async () => {
    await openSession(world.db, 'head');
    const before = await findKnownPerson(world.db, 'head');
    const keep = before?.roles.map(({ role, region, area, urn, trust, authority, diocese }) =>
      [role, region, area, urn, trust, authority, diocese].join('|'),
    );
    const form = {
      name: before?.name ?? '',
      email: 'new.head@hillside.example',
      telephone: before?.telephone ?? '',
      keep: keep?.[0] ?? '',
    };
    const { checked, saved } = await save('/people/head/edit', form);
    assert.match(checked, /E-mail address: .* becomes new\.head@hillside\.example/);
    assert.match(checked, /What they can open now ends: 1 session/);
    assert.match(checked, new RegExp('take part in 1 running deployment'));
    assert.equal(saved.status, 303);
    assert.equal(await sessionsOf('head'), 0);
    assert.equal((await findKnownPerson(world.db, 'head'))?.email, 'new.head@hillside.example');
    const page = (await alma.get('/people/head')).text;
    assert.match(page, new RegExp(`Takes part in \\(1\\).*${reference}`));
    assert.match(page, /Alma Admin.*E-mail address: .* becomes new\.head@hillside\.example/);
  });

  it('lose a role that is not ticked any more, and what it opened; nobody can tick one that was not shown', async () => {
    const otto = { name: 'Otto Other', email: 'otto@delivery.example' };
    await openSession(world.db, 'otto');
    const { checked, saved } = await save('/people/otto/edit', { ...otto, keep: 'administrator||||||' });
    assert.match(checked, /Role that ends: RDP coordinator: Elsewhere, North West/);
    assert.doesNotMatch(checked, /New role/);
    assert.equal(saved.status, 303);
    assert.deepEqual(await rolesOf('otto'), []);
    assert.equal(await sessionsOf('otto'), 0);
  });

  it('that somebody changed between the look and the confirmation are shown anew, and nothing is lost', async () => {
    const form = { name: 'Rita Reader', email: 'rita@department.example', jobTitle: 'Reader', keep: 'read-only||||||' };
    const { saved } = await save('/people/rita/edit', form, () =>
      world.db.query("UPDATE people SET telephone = '01632 960888' WHERE id = 'rita'"),
    );
    assert.equal(saved.status, 200);
    assert.match(saved.text, /Check before Rita Reader is changed.*Telephone: 01632 960888 is taken away/);
    assert.equal((await findKnownPerson(world.db, 'rita'))?.jobTitle, '');
  });

  it('who have left are ended only after somebody has taken over, and then hold and open nothing', async () => {
    await world.postIsDone();
    const url = '/people/coordinator/end';
    assert.match((await alma.get(url)).text, new RegExp(`${reference}.*RDP coordinator: (nothing open now|\\d open step)`));
    const early = await alma.post(url, { stage: 'confirm' });
    assert.equal(early.status, 409);
    assert.match(early.text, /Hand over Cora Coordinator’s work first/);
    assert.notDeepEqual(await rolesOf('coordinator'), []);
    await openSession(world.db, 'coordinator');
    const handOver = { to: 'Otto Other', because: 'She has moved to another job.' };
    const { location: job } = await alma.post('/people/coordinator/work/move', handOver);
    assert.match(
      (await alma.get(`${(await alma.post(`${job}/confirm`, { line: '1' })).location}`)).text,
      /1 of 1 deployment is handed over/,
    );
    const { checked, saved } = await save(url, {});
    assert.match(checked, /Role that ends: RDP coordinator: Testshire, North West.*\d sessions?/);
    assert.deepEqual([saved.status, saved.location], [303, '/people/coordinator?saved=ended'], saved.text);
    assert.match((await alma.get(saved.location)).text, /The roles of Cora Coordinator have ended\./);
    assert.deepEqual(await rolesOf('coordinator'), []);
    assert.equal(await sessionsOf('coordinator'), 0);
    const { rows } = await world.db.query('SELECT person FROM deployment_parties WHERE reference = $1 AND role = $2 AND until IS NULL', [
      reference,
      'rdp',
    ]);
    assert.deepEqual(rows, [{ person: 'otto' }]);
  });

  it('keep who changed them: lines that nobody can change', async () => {
    const { rows } = await world.db.query('SELECT person, by_person FROM person_changes ORDER BY id');
    assert.deepEqual(rows, [
      { person: 'sarah-bouette', by_person: 'alma' },
      { person: 'head', by_person: 'alma' },
      { person: 'otto', by_person: 'alma' },
      { person: 'coordinator', by_person: 'alma' },
    ]);
    await assert.rejects(world.db.query("UPDATE person_changes SET by_person = 'x'"), /append-only|permission denied/);
  });
});
