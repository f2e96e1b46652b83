import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

describe('many at once in a browser', () => {
  let world: World;
  let browser: Browser;
  let address = '';
  let close: () => Promise<void>;
  let page: Page;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    for (const _ of ['one', 'two']) await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    const services = { ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false };
    const app = await createApp(services, { trustProxy: false });
    address = await app.listen({ port: 0, host: '127.0.0.1' });
    close = () => app.close();
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { cookies } = await signedInAs(world.db, 'coordinator', services);
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await close();
    await world.end();
  });

  /** Looks at the page as it is, wide and narrow, and keeps pictures of both. */
  async function look(name: string): Promise<void> {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await mustBeAccessible(page);
      await mustFit(page);
      await picture(page, `chaser-${name}-${width}`);
    }
  }
  const press = async (name: string) => {
    await click(page.getByRole('button', { name, exact: true }));
    await page.waitForLoadState();
  };

  it('filters, saves a view, watches, selects, looks at what would follow, and does it', async () => {
    await page.goto(`${address}/deployments?late=no`);
    assert.match(await page.content(), /Remove the filter/);
    await look('list-filtered');
    await click(page.getByRole('link', { name: 'Save this view' }));
    await page.getByLabel('Name').fill('Going well');
    await press('Save the view');
    assert.match(await page.content(), /The view is saved/);

    await page.goto(`${address}/deployments`);
    for (const box of await page.getByLabel(/^Select/).all()) await box.check();
    await page.getByLabel('What should be done?').selectOption({ label: 'Pause' });
    await press('Continue');
    assert.match(await page.content(), /2 deployments/);
    await press('Continue');
    assert.match(await page.content(), /Select what kind of reason it is/);
    await page.getByLabel('Illness').check();
    for (const [field, d] of [
      ['from', '8'],
      ['expectedEnd', '22'],
    ] as const) {
      for (const [part, value] of [
        ['day', d],
        ['month', '10'],
        ['year', '2040'],
      ] as const) {
        await page.locator(`#${field}-${part}`).fill(value);
      }
    }
    await page.getByLabel('Why?').fill('The school is flooded.');
    await press('Continue');
    assert.match(await page.content(), /Possible in 2 of 2/);
    await look('many-check');
    await page.locator('input[name=line]').nth(1).uncheck();
    await press('Pause the deployments');
    assert.match(await page.content(), /1 of 1 deployment is paused/);
    await look('many-result');
  });

  it('shows how far a large job is, and after a reload the same', async () => {
    const job = crypto.randomUUID();
    await world.db.query(
      "INSERT INTO many_jobs (id, kind, by_person, said, words, confirmed_at) VALUES ($1, 'withdraw', 'coordinator', '{}', '[]', now())",
      [job],
    );
    await world.db.query(
      `INSERT INTO many_lines (job, number, target, name, given, state, reference, try_after)
       SELECT $1, n, 'D' || n, 'School ' || n, '{}', CASE WHEN n < 4 THEN 'done' ELSE 'waiting' END, NULL, now() + interval '1 hour' FROM generate_series(1, 12) n`,
      [job],
    );
    await page.goto(`${address}/many/${job}`);
    assert.match(await page.content(), /3 of 12 done/);
    await look('many-progress');
    await page.reload();
    assert.match(await page.content(), /3 of 12 done/);
    await press('Cancel what is not done yet');
    assert.match(await page.content(), /It is cancelled\. What was done before stays: 3 deployments are ended\./);
  });
});
