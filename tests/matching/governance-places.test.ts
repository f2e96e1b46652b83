import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listGovernancePlaces } from '../../postgres/views/governance-places.ts';
import { registerGovernancePlacesRoutes } from '../../web/governance-places/routes.ts';
import { registerRegionRoutes } from '../../web/region/routes.ts';
import { mustBeAccessible, mustFit, openBrowser } from '../support/browser.ts';
import { openRecordWorld } from '../support/record-world.ts';
import type { RecordWorld } from '../support/record-world.ts';
import { deskOf, insertStaff } from '../web/desk-world.ts';
import type { Desk } from '../web/desk-world.ts';
import { guardedApp, signedInAs } from '../web/guarded-app.ts';
import { placeDeployment, workingDaysAgo } from '../web/place-deployment.ts';
import { servicesOf } from '../web/staff-app.ts';

describe('the places for National Leaders of Governance', () => {
  let world: RecordWorld;
  let app: FastifyInstance;
  let alma: Desk;
  let rosa: Desk;
  let region = '';
  const services = () => ({ ...servicesOf(world.owner), secure: false });
  beforeAll(async () => {
    world = await openRecordWorld();
    const db = world.owner;
    await insertStaff(db);
    await db.query(
      `INSERT INTO people (id, name, email, imported_at) VALUES ('alma', 'Alma Admin', 'alma@service.example', now());
       INSERT INTO person_roles (person, role, region, area) VALUES ('alma', 'administrator', '', '')`,
    );
    region = (await db.query<{ region: string }>('SELECT region FROM schools')).rows[0]?.region ?? assert.fail();
    for (const reference of ['G0001', 'G0002', 'G0003', 'G0004']) {
      await placeDeployment(db, reference, { open: [{ step: 'governance-review', dueOn: workingDaysAgo(-20) }] });
    }
    await placeDeployment(db, 'G0005', { open: [{ step: 'engage-system-leader', dueOn: workingDaysAgo(-2) }] });
    await db.query(
      `UPDATE steps SET state = 'answered', closed_at = now(), answer = CASE reference WHEN 'G0002' THEN 'completed' ELSE 'not-deployed' END
       WHERE reference IN ('G0002', 'G0003');
       UPDATE deployments SET status = 'withdrawn', ended_as = 'withdrawn', ended_at = now() WHERE reference = 'G0004'`,
    );
    app = await guardedApp(services(), registerGovernancePlacesRoutes, registerRegionRoutes);
    [alma, rosa] = [await deskOf(db, app, 'alma', services()), await deskOf(db, app, 'region', services())];
  });
  afterAll(async () => {
    await app.close();
    await world.end();
  });

  const words = (text: string) => text.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
  const set = (places: string, more: Record<string, string> = {}) =>
    alma.post('/governance-places', { programme: 'tsi-2022-23', region, places, because: 'The letter of October.', ...more });

  it('are used by reviews that run or were completed, and not where there is none or the deployment ended before', async () => {
    const lines = await listGovernancePlaces(world.owner);
    assert.deepEqual(
      lines.map(({ programme, region: of, places, used, running }) => [programme, of, places, used, running]),
      [['tsi-2022-23', region, null, 2, 1]],
    );
    assert.match(words((await rosa.get('/governance-places')).text), /Places Not known Used 2, of which 1 is running Left Not known/);
    assert.doesNotMatch((await rosa.get('/region')).text, /No place for a National Leader/);
  });

  it('are entered by an administrator, with where the number comes from, and the newest number counts', async () => {
    for (const [form, fault] of [
      [{ places: '' }, /Enter how many places there are/],
      [{ places: '2.5' }, /Enter how many places there are/],
      [{ region: 'Atlantis' }, /Select the region/],
      [{ programme: 'si-2019-20' }, /Select the programme/],
      [{ because: '' }, /Enter where the number comes from/],
    ] as const) {
      const { status, text } = await set('5', form);
      assert.equal(status, 400);
      assert.match(text, fault);
    }
    assert.equal((await rosa.post('/governance-places', { places: '9' })).status, 403);
    assert.equal((await world.owner.query('SELECT FROM governance_places')).rowCount, 0);
    const { status, location } = await set('5');
    assert.equal(status, 303);
    assert.match(words((await alma.get(location)).text), /Places 5 Used 2, of which 1 is running Left 3 left Entered By Alma Admin on/);
    assert.equal((await set('2')).status, 303);
    assert.equal((await world.owner.query('SELECT FROM governance_places')).rowCount, 2);
  });

  it('are warned of when none is left, there and on the page of the region, and nowhere else', async () => {
    assert.match(words((await rosa.get('/governance-places')).text), new RegExp(`No place is left in ${region}\\.`));
    assert.match(words((await rosa.get('/region')).text), new RegExp(`No place for a National Leader of Governance is left in ${region}`));
    assert.equal((await set('0', { region: 'East Midlands' })).status, 303);
    assert.doesNotMatch((await rosa.get('/governance-places')).text, /East Midlands, /);
    assert.match((await alma.get('/governance-places')).text, /East Midlands, Trust/);
  });

  it('fit and break no rule of WCAG, on a telephone and on a desktop', async () => {
    const { cookies } = await signedInAs(world.owner, 'alma', services());
    const browser = await openBrowser();
    const origin = await app.listen({ port: 0, host: '127.0.0.1' });
    try {
      const context = await browser.newContext();
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: origin })));
      const page = await context.newPage();
      await page.goto(`${origin}/governance-places`);
      for (const width of [320, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        await mustFit(page);
        await mustBeAccessible(page);
        const to = process.env['CHASER_PICTURES'];
        if (to !== undefined) await page.screenshot({ path: `${to}/places-${width}.png`, fullPage: true });
      }
    } finally {
      await browser.close();
    }
  });
});
