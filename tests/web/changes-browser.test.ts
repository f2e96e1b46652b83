import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, mustWorkByKeyboard, openBrowser, picture, titleOf } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const WIDTHS = [320, 1280] as const;

describe('changes in a real browser', () => {
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
    reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  /** Looks at the page in both widths: it fits, is accessible and works by keyboard. */
  const look = async (name: string): Promise<void> => {
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await mustFit(page);
      await mustBeAccessible(page);
      await picture(page, `change-${name}-${width}`);
    }
  };
  const deployment = () => page.goto(`${address}/deployments/${reference}`);
  const begin = async (link: string): Promise<void> => {
    await deployment();
    const all = page.getByText('Change this deployment');
    if ((await page.getByRole('link', { name: link, exact: true }).count()) === 0) await click(all);
    await click(page.getByRole('link', { name: link, exact: true }).first());
  };
  const press = (name: string) => click(page.getByRole('button', { name, exact: true }));
  const fillDay = async (legend: string, [day, month, year]: readonly [string, string, string]): Promise<void> => {
    const group = page.getByRole('group', { name: legend });
    await group.getByLabel('Day').fill(day);
    await group.getByLabel('Month').fill(month);
    await group.getByLabel('Year').fill(year);
  };
  const heading = () => page.locator('h1').innerText();

  it('stop the clock by keyboard alone, after a mistake that is pointed out', async () => {
    await begin('Pause');
    await look('stop-form');
    await mustWorkByKeyboard(page);
    await press('Continue');
    assert.match(await titleOf(page), /^Error: Pause/);
    await look('stop-errors');
    // The first link of the summary leads to the first mistake.
    await page.getByRole('link', { name: 'Select what you want to pause' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#scope').focus();
    await page.keyboard.press('Space');
    await page.locator('#category').focus();
    await page.keyboard.press('Space');
    await page.locator('#expectedEnd-day').focus();
    await page.keyboard.type('15');
    await page.keyboard.press('Tab');
    await page.keyboard.type('10');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2040');
    await page.keyboard.press('Tab');
    await page.keyboard.type('The head is ill until Monday.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Her deputy telephoned.');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Check before it is done: Pause' }).waitFor();
    await look('stop-check');
    await mustWorkByKeyboard(page);
    await press('Pause');
    assert.match(await page.getByRole('alert').innerText(), /The pause is recorded\./);
    await look('stopped');
  });

  it('resume the clock from the warning on the page, and show the dates before and after', async () => {
    await world.forwardTo(reference, '2040-10-16 12:00');
    await deployment();
    await look('stopped-too-long');
    await page.goto(address);
    await look('today');
    await page.goto(`${address}/deployments`);
    await look('list');
    await begin('End the pause');
    await fillDay('From which day do days count again?', ['15', '10', '2040']);
    await page.getByLabel('Why?').fill('She is back.');
    await look('resume-form');
    await press('Continue');
    await look('resume-check');
    assert.match(await page.locator('main').innerText(), /Due now\s+Monday 15 October 2040\s+Due afterwards\s+Friday 19 October 2040/);
    await press('End the pause');
    assert.match(await page.getByRole('alert').innerText(), /The pause has ended\./);
  });

  it('extend a due date, after going back to change what was entered', async () => {
    await begin('Give more time');
    await page.getByLabel('Confirm participation').check();
    await fillDay('What is the new due date?', ['1', '11', '2040']);
    await page.getByLabel(/Who at the Department/).fill('Rosa Region');
    await page.getByLabel('Why?').fill('Agreed by telephone.');
    await look('extend-form');
    await press('Continue');
    await press('Change what I entered');
    await fillDay('What is the new due date?', ['2', '11', '2040']);
    await press('Continue');
    await look('extend-check');
    await press('Give more time');
    assert.match(await page.locator('main').innerText(), /Due on Friday 2 November 2040 \(more time given, first due on 15 October 2040\)/);
    await look('extended');
  });

  it('rematch a system leader', async () => {
    await world.answer(reference, 'confirm-participation', 'accepts');
    await world.answer(reference, 'provide-details', 'provided');
    await world.answer(reference, 'engage-system-leader', 'contacted', {
      fields: { systemLeader: 'leader', capacity: 'ten-days', conflict: 'none' },
    });
    await begin('Find another system leader');
    await page.getByLabel(/Who is asked next/).fill('Bea Busy');
    await page.getByLabel(/Why/).fill('Lena Leader has no time before Easter.');
    await look('rematch-form');
    await press('Continue');
    await look('rematch-check');
    await press('Find another');
    assert.match(await page.getByRole('alert').innerText(), /The match is over, and the next round has begun\./);
    await look('rematched');
  });

  it('show and hand over all of one person’s work, and hand it back', async () => {
    await world.begin('2040-10-08 09:30');
    await deployment();
    await click(page.locator('#people > summary'));
    await click(page.getByRole('link', { name: 'All of Cora Coordinator’s work' }));
    await look('work');
    await click(page.getByRole('link', { name: 'Hand over Cora Coordinator’s work' }));
    await look('work-form');
    await mustWorkByKeyboard(page);
    await page.getByLabel('Who is taking over?').fill('Otto Other');
    await page.getByLabel('Why?').fill('A new area.');
    await press('Continue');
    assert.equal(await heading(), 'Check before it is done: Hand over a person’s work');
    assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 2);
    await look('work-check');
    await press('Hand over the work');
    assert.equal(await heading(), 'Done: Hand over a person’s work');
    assert.match(await page.getByRole('alert').innerText(), /2 of 2 deployments are handed over/);
    assert.equal(await page.getByText('Done', { exact: true }).count(), 2);
    await look('work-report');
    await click(page.getByRole('link', { name: 'Hand this work back' }));
    assert.equal(await heading(), 'Hand over Otto Other’s work');
    await page.getByLabel('Who is taking over?').fill('Cora Coordinator');
    await page.getByLabel('Why?').fill('She stays after all.');
    await press('Continue');
    await press('Hand over the work');
    assert.match(await page.getByRole('alert').innerText(), /2 of 2 deployments are handed over/);
  });
});
