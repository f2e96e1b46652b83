import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findKnownPerson } from '../../postgres/views/people.ts';
import { registerContactsRoutes } from '../../web/contacts/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES } from '../support/people.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { insertSchool, placeDeployment, workingDaysAgo } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

describe('how to reach somebody, corrected where one meets them', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await insertSchool(database.pool, '990802', 'Home School', { authority: '990', region: 'North West' });
    await placeDeployment(database.pool, 'C0001', {
      urn: '990802',
      parties: PARTIES,
      open: [{ step: 'confirm-participation', dueOn: workingDaysAgo(2) }],
    });
    await database.pool.query(
      `INSERT INTO contact_tasks (reference, role, person, problem, detail, opened_at)
       VALUES ('C0001', 'school', 'head', 'address-refused', '550 No such mailbox here', now())`,
    );
    await database.pool.query("UPDATE people SET address_refused_at = now() WHERE id = 'head'");
    app = await guardedApp(servicesOf(database.pool), registerContactsRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  const URL_OF_HEAD = '/contacts/head?back=%2Fdeployments%2FC0001';
  const desk = (person: string) => deskOf(database.pool, app, person);
  const known = (id: string) => findKnownPerson(database.pool, id);
  const seenOf = async (id: string) => {
    const person = await known(id);
    return JSON.stringify([person?.email, person?.telephone]);
  };

  it('is saved after a look at what follows, closes the contact task, and leads back', async () => {
    const cora = await desk('coordinator');
    const roles = (await known('head'))?.roles;
    assert.match((await cora.get(URL_OF_HEAD)).text, /href="\/deployments\/C0001">Back to the deployment/);
    const form = { email: 'head.now@hillside.example', telephone: '01632 960123' };
    const looked = await cora.post(URL_OF_HEAD, form);
    assert.equal(looked.status, 200, looked.text);
    assert.match(looked.text, /becomes head\.now@hillside\.example.*take part in 1 running deployment/);
    assert.notEqual((await known('head'))?.email, 'head.now@hillside.example');
    const saved = await cora.post(URL_OF_HEAD, { ...form, stage: 'confirm', seen: await seenOf('head') });
    assert.deepEqual([saved.status, saved.location], [303, `${URL_OF_HEAD}&saved=yes`]);
    assert.match((await cora.get(saved.location)).text, /notification-banner--success.*The change is saved\./);
    const person = await known('head');
    assert.deepEqual([person?.email, person?.telephone, person?.roles], [form.email, form.telephone, roles]);
    const { rows } = await database.pool.query(
      `SELECT t.outcome, p.address_refused_at, (SELECT by_person FROM person_changes WHERE person = 'head') AS by
       FROM contact_tasks t JOIN people p ON p.id = t.person`,
    );
    assert.deepEqual(rows, [{ outcome: 'the address was changed', address_refused_at: null, by: 'coordinator' }]);
  });

  it('says everything that is wrong at once, and changes nothing', async () => {
    const wrong = await (
      await desk('coordinator')
    ).post(URL_OF_HEAD, { email: 'nobody', telephone: 'x', stage: 'confirm', seen: await seenOf('head') });
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /href="#email">Enter an e-mail address in the correct format.*href="#telephone">Enter a telephone number/);
    const taken = await (await desk('coordinator')).post(URL_OF_HEAD, { email: 'otto@delivery.example', telephone: '' });
    assert.match(taken.text, /This is the address of somebody whom Chaser knows already/);
  });

  it('never changes the address with which somebody signs in, whatever is sent', async () => {
    const cora = await desk('coordinator');
    const page = await cora.get('/contacts/region');
    assert.match(page.text, /only an administrator can change it/);
    assert.doesNotMatch(page.text, /name="email"/);
    const before = await known('region');
    const form = { email: 'mine@x.example', telephone: '01632 960456' };
    const saved = await cora.post('/contacts/region', { ...form, stage: 'confirm', seen: await seenOf('region') });
    assert.equal(saved.status, 303);
    assert.deepEqual([(await known('region'))?.email, (await known('region'))?.telephone], [before?.email, form.telephone]);
  });

  it('is not for people of other places, nor for readers, and leads to no other site', async () => {
    assert.equal((await (await desk('otto')).get('/contacts/head')).status, 404);
    assert.equal((await (await desk('otto')).post('/contacts/head', { email: 'x@x.example', stage: 'confirm' })).status, 404);
    assert.equal((await (await desk('rita')).get('/contacts/head')).status, 403);
    for (const back of ['https://evil.example', '//evil.example', '/deployments/../x', 'javascript:alert(1)']) {
      const { text } = await (await desk('coordinator')).get(`/contacts/head?back=${encodeURIComponent(back)}`);
      assert.match(text, /govuk-back-link" href="\/">Today/, back);
    }
  });
});
