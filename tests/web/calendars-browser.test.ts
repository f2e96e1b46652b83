import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { registerCalendarsRoutes } from '../../web/calendars/routes.ts';
import { beginAt, calendarWorld, cumbriaFeed } from '../calendars/calendar-world.ts';
import { click, mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from './staff-app.ts';

describe('the calendars in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await openBrowser()));
  afterAll(() => browser.close());

  for (const width of [1280, 320]) {
    describe(`${width} pixels wide`, () => {
      let database: TestDatabase;
      let pages: FastifyInstance;
      let page: Page;
      let address: string;
      beforeAll(async () => {
        database = await calendarWorld();
        await beginAt(database.pool, 'D1', '990007', '2026-11-24T10:00:00.000Z');
        pages = await staffApp(servicesOf(database.pool), ADMINISTRATOR, registerCalendarsRoutes);
        address = await pages.listen({ port: 0, host: '127.0.0.1' });
        page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
      });
      afterAll(async () => {
        await pages.close();
        await database.end();
      });

      const looksWell = async (name: string) => {
        await picture(page, `chaser-calendars-${name}-${width}`);
        await mustBeAccessible(page);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${name} is wider than the screen`);
        assert.equal(await page.locator('h1').count(), 1);
      };

      it('lead from the file to the impact of its dates, even after a mistake', async () => {
        await page.goto(`${address}/calendars`);
        await looksWell('list');
        await click(page.getByRole('button', { name: 'Import dates' }));
        await looksWell('import');
        await page
          .getByLabel('Name of the file, if you paste its text')
          .fill('a-file-with-a-very-long-name-without-any-blank-in-it-cumbria-2026-2027.ics');
        await page
          .getByLabel('Or paste the text of the file')
          .fill(cumbriaFeed().replace('SUMMARY:INSET day', 'RRULE:FREQ=YEARLY\r\nSUMMARY:INSET day'));
        await click(page.getByRole('button', { name: 'See what changes' }));
        await looksWell('import-error');
        await click(page.getByRole('link', { name: /INSET day” repeats without an end \(RRULE\)/ }));
        assert.match(page.url(), /#text$/);
        await page.getByLabel('Or paste the text of the file').fill(cumbriaFeed());
        await page.getByLabel('Local authority, for an .ics feed').fill('909');
        await click(page.getByRole('button', { name: 'See what changes' }));
        await page.getByText('1 running deployment would move').waitFor();
        await click(page.getByText('Everything that was noted while reading'));
        await looksWell('check');
        await click(page.getByRole('button', { name: 'Keep these dates' }));
        await page.getByText('Kept as version 1 of the calendars.').waitFor();
        await looksWell('impact');
        await click(page.getByRole('button', { name: 'Move the chosen deployments' }));
        await click(page.getByRole('link', { name: 'Choose the deployments to move' }));
        assert.match(page.url(), /#reference$/);
        await looksWell('impact-error');
        await page.getByLabel('D1, ').check();
        await page.getByLabel('Why?').fill('Cumbria published its dates.');
        await click(page.getByRole('button', { name: 'Move the chosen deployments' }));
        await page.getByText('The part of Chaser that makes changes did not reply.').waitFor();
        await looksWell('adopted');
        await page.goto(`${address}/calendars/authority/909`);
        await looksWell('authority');
      });

      it('close a school for a day of snow, and take the closure back', async () => {
        await page.goto(`${address}/calendars/close`);
        await click(page.getByRole('button', { name: 'See what changes' }));
        await looksWell('close-error');
        await page.getByLabel('A school', { exact: true }).check();
        await page.getByLabel('URN of the school, or code of the trust').fill('990007');
        const from = page.getByRole('group', { name: 'First closed day' });
        await from.getByLabel('Day').fill('3');
        await from.getByLabel('Month').fill('12');
        await from.getByLabel('Year').fill('2026');
        await page.getByLabel('Why is it closed?').fill('snow');
        await click(page.getByRole('button', { name: 'See what changes' }));
        await page.getByText('School 990007 is closed on 3 December 2026: snow.').waitFor();
        await click(page.getByRole('button', { name: 'Keep these dates' }));
        await page.goto(`${address}/calendars`);
        await looksWell('list-full');
        await click(page.getByRole('button', { name: 'Remove the closure of School 990007, 3 December 2026' }));
        await page.getByText('School 990007 is not closed on 3 December 2026: snow.').waitFor();
      });
    });
  }
});
