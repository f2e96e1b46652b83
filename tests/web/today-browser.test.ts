import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { click, mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { openDeskWorld, silentSchool } from './desk-world.ts';
import type { DeskWorld } from './desk-world.ts';

describe('Today in a real browser', () => {
  let desks: DeskWorld;
  let browser: Browser;
  let address: string;
  let reference: string;
  beforeAll(async () => {
    [desks, browser] = await Promise.all([openDeskWorld(), openBrowser()]);
    address = await desks.app.listen({ host: '127.0.0.1', port: 0 });
    reference = await silentSchool(desks.world, '2040-10-18 11:00');
  });
  afterAll(async () => {
    await browser.close();
    await desks.end();
  });

  const signedIn = async (width: number): Promise<Page> => {
    // Not closed by itself: the browser from npm runs as one process, which ends with its first context.
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const { cookies } = await desks.as('coordinator');
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    return context.newPage();
  };

  for (const [size, width] of [
    ['on a desktop', 1280],
    ['on a telephone', 360],
  ] as const) {
    describe(size, () => {
      let page: Page;
      beforeAll(async () => {
        page = await signedIn(width);
      });

      const looksWell = async (name: string) => {
        await picture(page, `chaser-${name}-${width}`);
        await mustBeAccessible(page);
        assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${name} is wider than the screen`);
        assert.equal(await page.locator('h1').count(), 1);
      };

      it('leads from the call to its outcome, by form alone', async () => {
        await page.goto(`${address}/`);
        await looksWell('today');
        await click(page.getByText('No answer yet: record the call'));
        await looksWell('today-call');
        await click(page.getByRole('button', { name: 'Record the call' }));
        await looksWell('today-error');
        await click(page.getByRole('link', { name: 'Select the outcome of the call' }));
        assert.match(page.url(), /#call-1-outcome$/);
        await page.getByLabel('Left a message').check();
        await page.getByLabel('Note (optional)').fill('With the school office.');
        await click(page.getByRole('button', { name: 'Record the call' }));
        await page.getByText('Recorded: you left a message.').waitFor();
        await page.getByText('“With the school office.”').waitFor();
        await looksWell('today-recorded');
      });

      it('leads to the deployment, which shows where it stands and leads to recording an answer', async () => {
        await page.goto(`${address}/deployments/${reference}`);
        await looksWell('deployment');
        await click(page.getByText('Why this date').first());
        await click(page.locator('.moj-timeline summary').first());
        await looksWell('deployment-open');
        await click(page.getByRole('link', { name: 'Record an answer to Confirm participation' }));
        await looksWell('answer');
        await click(page.getByRole('button', { name: 'Record the answer' }));
        await looksWell('answer-error');
      });
    });
  }

  it('leads from the call to recording an answer that was given by telephone', async () => {
    const page = await signedIn(1280);
    await page.goto(`${address}/`);
    await click(page.getByRole('link', { name: 'They answered' }));
    await page.getByLabel('Yes, we will take part').check();
    await click(page.getByRole('button', { name: 'Record the answer' }));
    await page.getByText('The answer to “Confirm participation” is recorded.').waitFor();
    await page.goto(`${address}/`);
    await page.getByText('No calls worth making.').waitFor();
    await picture(page, 'chaser-today-done');
    await mustBeAccessible(page);
  });
});
