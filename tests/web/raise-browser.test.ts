import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listMessages, listSteps } from '../../postgres/views/deployments.ts';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, mustWorkByKeyboard, openBrowser, picture, titleOf } from '../support/browser.ts';
import { chaserOf } from '../support/chaser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { mustLoad } from '../kit/chronology.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const PARTIES = { 'delivery-officer': ['coordinator'], 'regional-team': ['region'], 'regional-director': ['senior'], school: ['head'] };
const CONTACTED = { contactedOn: '2040-10-08', contactedBy: 'rise-team', contact: 'authority' };

describe('what is raised in mid-flight', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let page: Page;
  let address: string;
  let reference: string;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, secure: false }, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    const context = await browser.newContext();
    const { cookies } = await signedInAs(world.db, 'coordinator', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    page = await context.newPage();
    const facts = { responsibleBody: 'local-authority', faith: 'none' };
    reference = await world.begin('2040-10-08 09:30', { programme: mustLoad('rise-2026-27'), parties: PARTIES, facts });
    await world.answer(reference, 'confirm-eligibility', 'eligible', { fields: { checkedOn: '2040-10-08' } });
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  const look = async (name: string): Promise<void> => {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await mustFit(page);
      await mustBeAccessible(page);
      await picture(page, `raise-${name}-${width}`);
    }
  };
  const link = () => page.getByRole('link', { name: 'Raise a concern or ask for a change', exact: true });
  const press = (name: string) => click(page.getByRole('button', { name, exact: true }));

  async function chaser(...words: string[]) {
    const { status, stdout, stderr } = await chaserOf(world)(...words);
    return { status, out: stdout, err: stderr };
  }
  const raise = (step: string) =>
    chaser('change', 'raise', reference, step, '--because', 'Three meetings were cancelled.', '--by', 'cora@delivery.example');

  it('is not offered before it may be raised, and the command says from when it may', async () => {
    await page.goto(`${address}/deployments/${reference}`);
    assert.equal(await link().count(), 0);
    const { status, err } = await raise('engagement-concern');
    assert.equal(status, 1);
    assert.match(err, /can be raised only once "Make the first contact with the responsible body" has been answered/);
    assert.equal((await listSteps(world.db, reference)).filter(({ step }) => step === 'engagement-concern').length, 0);
  });

  it('is raised on the page after a mistake is pointed out, and its owner is asked', async () => {
    await world.answer(reference, 'make-initial-contact', 'contacted', { fields: CONTACTED });
    await page.goto(`${address}/deployments/${reference}`);
    await click(page.getByText('Change this deployment'));
    await click(link());
    await look('form');
    await mustWorkByKeyboard(page);
    await press('Continue');
    assert.match(await titleOf(page), /^Error: Raise a concern or ask for a change/);
    await look('errors');
    await page.getByLabel('Resolve an engagement concern').check();
    await page.getByLabel('What has happened?').fill('Three meetings were cancelled.');
    await press('Continue');
    await look('check');
    assert.match(await page.locator('main').innerText(), /What opens[\s\S]*Resolve an engagement concern/);
    await press('Raise it');
    assert.match(await page.getByRole('alert').innerText(), /It is raised, and we are asking whoever has to answer\./);
    await look('raised');
    await world.postIsDone();

    const concern = (await listSteps(world.db, reference)).find(({ step }) => step === 'engagement-concern');
    assert.deepEqual([concern?.state, concern?.dueOn], ['open', '2040-10-22']);
    const { rows } = await world.db.query<{ because: string }>(
      "SELECT body->>'because' AS because FROM events WHERE reference = $1 AND body->>'type' = 'step-raised'",
      [reference],
    );
    assert.deepEqual(rows, [{ because: 'Three meetings were cancelled.' }]);
    const letters = (await listMessages(world.db, reference)).filter(({ step }) => step === 'engagement-concern');
    assert.ok(letters.some(({ kind, state }) => kind === 'request' && state === 'accepted'));
  });

  it('can be raised by command too, and is refused while it is open', async () => {
    const again = await raise('engagement-concern');
    assert.equal(again.status, 1);
    assert.match(again.err, /"Resolve an engagement concern" is open already/);
    await world.answer(reference, 'engagement-concern', 'resolved', { fields: { resolvedOn: '2040-10-08', how: 'They met.' } });
    const done = await raise('engagement-concern');
    assert.deepEqual([done.status, done.err], [0, '']);
    assert.equal((await listSteps(world.db, reference)).filter(({ step }) => step === 'engagement-concern').length, 2);
  });
});
