import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { registerAnswerRoutes } from '../../web/answer/routes.ts';
import type { Services } from '../../web/shared/services.ts';
import { click, mustBeAccessible, openBrowser, picture, titleOf } from '../support/browser.ts';
import { PARTIES } from '../support/people.ts';
import { tsiProgrammeFrom } from '../support/programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { servicesOf } from './staff-app.ts';

describe('answering in a browser without script', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  /** A page in which the accessibility check runs. */
  let copy: Page;
  beforeAll(async () => {
    world = await openWorld();
    const services: Services = {
      ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }),
      links: LINKS,
      publicUrl: 'http://127.0.0.1',
      secure: false,
    };
    app = await createApp(services, { trustProxy: false });
    if (!app.hasRoute({ method: 'GET', url: '/a/:token' })) registerAnswerRoutes(app, services);
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    // The browser runs as one process and ends with its first context, so all contexts stay open until the end.
    copy = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  /**
   * Checks that the page is accessible and fits its window. The check needs scripts, so it looks at a copy in a page
   * that may run them.
   */
  const mustBeGood = async (page: Page, name: string): Promise<void> => {
    const viewport = page.viewportSize() ?? { width: 0, height: 0 };
    const html = await page.content();
    await copy.setViewportSize(viewport);
    await copy.unrouteAll();
    await copy.route('**/copy', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await copy.goto(`${address}/copy`);
    await mustBeAccessible(copy);
    const content = await copy.evaluate<number>('document.body.scrollWidth');
    assert.ok(content <= viewport.width, `${name} is ${content} pixels wide in a window of ${viewport.width}`);
    await picture(page, `chaser-${name}-${viewport.width}`);
  };

  for (const width of [360, 1280]) {
    it(`leads from the link to the confirmation in a window of ${width} pixels`, async () => {
      const reference = await world.begin('2040-10-08 09:30', {
        programme: tsiProgrammeFrom('confirm-system-leader'),
        parties: { ...PARTIES, 'system-leader': ['leader'] },
      });
      await world.postIsDone();
      const token = LINKS.tokenFor({ reference, step: 'confirm-system-leader', round: 1, person: 'head' }, 1);
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${address}/a/${token}`);
      await mustBeGood(page, 'answer-form');

      await click(page.getByRole('button', { name: 'Continue' }));
      assert.match(await titleOf(page), /^Error: /);
      await mustBeGood(page, 'answer-form-with-error');

      await page.getByLabel('We will take part, with a different system leader').check();
      await page.getByLabel('They are too far away').check();
      await page.getByLabel('What you are looking for instead').fill('Somebody nearer.\nWithin an hour.');
      await click(page.getByRole('button', { name: 'Save and come back later' }));
      assert.equal(await page.getByLabel('What you are looking for instead').inputValue(), 'Somebody nearer.\nWithin an hour.');
      await click(page.getByRole('button', { name: 'Continue' }));
      await mustBeGood(page, 'answer-check');

      await click(page.getByRole('link', { name: 'Change What you are looking for instead' }));
      assert.equal(await page.getByLabel('What you are looking for instead').inputValue(), 'Somebody nearer.\nWithin an hour.');
      assert.match(page.url(), /#[\w.-]+$/u);
      assert.equal(await page.locator(':target').count(), 1, 'the link leads to the field');
      assert.ok(await page.getByLabel('We will take part, with a different system leader').isChecked());
      await click(page.getByRole('button', { name: 'Continue' }));
      await click(page.getByRole('button', { name: 'Send your answer' }));
      assert.equal(
        await page
          .locator('h1')
          .textContent()
          .then((text) => text?.trim()),
        'We have your answer',
      );
      await mustBeGood(page, 'answer-counted');

      await click(page.getByRole('link', { name: 'See everything we need from you' }));
      await mustBeGood(page, 'answer-mine');
    });

    it(`shows a long form, a plain page and the page for the wrong person in a window of ${width} pixels`, async () => {
      const reference = await world.begin('2040-10-08 09:30', {
        programme: tsiProgrammeFrom('complete-form'),
        parties: { ...PARTIES, 'system-leader': ['leader'] },
      });
      await world.postIsDone();
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 800 } });
      const page = await context.newPage();
      const token = LINKS.tokenFor({ reference, step: 'complete-form', round: 1, person: 'leader' }, 1);
      await page.goto(`${address}/a/${token}`);
      await click(page.getByRole('button', { name: 'Continue' }));
      await mustBeGood(page, 'answer-long-form');
      await click(page.getByRole('link', { name: 'I am not the right person' }));
      await mustBeGood(page, 'answer-not-me');
      await click(page.getByRole('button', { name: 'Tell the coordinator' }));
      await mustBeGood(page, 'answer-not-me-told');
      await world.db.query('UPDATE answer_links SET revoked_at = now() WHERE reference = $1', [reference]);
      await page.goto(`${address}/a/${token}`);
      await mustBeGood(page, 'answer-revoked');
    });
  }
});
