import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { keepProposal, proposeClosure } from '../../desk/change-calendars.ts';
import { plainDate } from '../../domain/time/plain-date.ts';
import { importSample } from '../../register/import-sample.ts';
import { registerSchoolsRoutes } from '../../web/schools/routes.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople, PARTIES } from '../support/people.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import { guardedApp } from './guarded-app.ts';
import { insertSchool, placeDeployment } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

describe('the page of a school or trust', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  beforeAll(async () => {
    database = await freshDatabase();
    const db = database.pool;
    await insertPeople(db);
    await insertStaff(db);
    await importSample(db);
    await db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now())");
    await db.query("INSERT INTO person_roles (person, role) VALUES ('alma', 'administrator')");
    await insertSchool(db, '990801', 'Faraway School', { authority: '801', region: 'London' });
    await db.query("INSERT INTO trusts (id, name) VALUES ('77001', 'Two Regions Trust')");
    await insertSchool(db, '990802', 'Home School', { authority: '990', region: 'North West' });
    await db.query("UPDATE schools SET trust = '77001' WHERE urn IN ('990801', '990802')");
    await db.query("UPDATE schools SET website = 'www.home.example' WHERE urn = '990802'");
    await db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('hugh', 'Hugh Home', 'hugh@home.example', now())");
    await db.query("INSERT INTO person_roles (person, role, urn) VALUES ('hugh', 'school', '990802')");
    await db.query(
      "INSERT INTO inspections (urn, inspected_on, grade, urn_at_time, as_previous, imported_at) VALUES ('990802', '2022-03-09', 3, '990802', false, now())",
    );
    await placeDeployment(db, 'S0001', { urn: '990802', parties: PARTIES, open: [] });
    await placeDeployment(db, 'S0002', { urn: '990802', parties: PARTIES, open: [], declined: true });
    for (const [subject, name] of [
      [{ kind: 'school', urn: '990802' }, 'INSET day'],
      [{ kind: 'trust', trust: '77001' }, 'Trust conference'],
      [{ kind: 'school', urn: '990801' }, 'Flood'],
    ] as const) {
      const day = plainDate(name === 'INSET day' ? '2026-10-05' : '2026-10-06');
      const proposed = await proposeClosure(db, { subject, from: day, to: day, name });
      assert.ok(proposed.ok, JSON.stringify(proposed));
      assert.ok((await keepProposal(db, proposed.value, { by: 'alma', because: null })).ok);
    }
    app = await guardedApp(servicesOf(db), registerSchoolsRoutes);
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  const see = async (person: string, url: string) => {
    const { status, text } = await (await deskOf(database.pool, app, person)).get(url);
    return { status, text: text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' '), html: text };
  };

  it('shows the register, its people, every deployment, its inspections and the days it is closed, its trust’s too', async () => {
    const { status, text, html } = await see('coordinator', '/schools/990802');
    assert.equal(status, 200);
    assert.match(text, /Home School.*S0001.*Running.*S0002.*Declined/);
    assert.match(text, /Head of a school, or chief executive of a trust Hugh Home hugh ?@home\.example/);
    assert.match(text, /5 October 2026: INSET day.*6 October 2026: Trust conference \(all schools of the trust\)/);
    assert.doesNotMatch(text, /Flood/);
    assert.match(text, /9 March 2022: Requires improvement/);
    assert.match(text, /www\.home\.example/);
    assert.match(html, /href="\/trusts\/77001"/);
    assert.doesNotMatch(html, /href="\/people\//, 'a coordinator may not open the page of a person');
    assert.match((await see('alma', '/schools/990802')).html, /href="\/people\/hugh"/);
  });

  it('is seen by nobody whose places it does not lie in', async () => {
    assert.equal((await see('coordinator', '/schools/990801')).status, 404);
    assert.equal((await see('otto', '/schools/990802')).status, 404);
    assert.equal((await see('rita', '/schools/990801')).status, 200);
    assert.equal((await see('otto', '/trusts/77001')).status, 404);
    for (const url of ['/schools/%00', '/schools/1', '/trusts/nowhere']) assert.equal((await see('alma', url)).status, 404, url);
  });

  it('of a trust lists its schools, and leads only to those that the reader may see', async () => {
    const all = await see('alma', '/trusts/77001');
    assert.match(all.text, /Its schools \(2\).*Faraway School.*Home School/);
    assert.match(all.html, /href="\/schools\/990801"/);
    const some = await see('region', '/trusts/77001');
    // Its first school gives a trust its place, and lies in London.
    assert.equal(some.status, 404);
    await database.pool.query("UPDATE schools SET status = 'Closed' WHERE urn = '990801'");
    const now = await see('coordinator', '/trusts/77001');
    assert.match(now.html, /href="\/schools\/990802"/);
    assert.doesNotMatch(now.html, /href="\/schools\/990801"/);
    assert.match(now.text, /Faraway School URN 990801, Authority 801, Closed/);
  });

  it('is found by a part of its name, its number, or as a suggestion wrote it', async () => {
    for (const q of ['home sch', '990802', 'Home School (990802)']) {
      const { html } = await see('coordinator', `/schools?${new URLSearchParams({ q }).toString()}`);
      assert.match(html, /href="\/schools\/990802"/, q);
    }
    assert.match((await see('coordinator', '/schools?q=faraway')).text, /No school or trust in the places you look after is called that/);
    assert.equal((await see('coordinator', '/schools?q=%00%25')).status, 200);
  });
});
