import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { changeDeployment } from '../../desk/change-deployment.ts';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff, silentSchool } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** How far what is shown moved by itself while the page was drawn. 0: nothing moved. */
const LAYOUT_SHIFT = `new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) sum += entry.value; }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 300);
})`;

describe('the page of a deployment, Today and the wallboard in a real browser', () => {
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
    reference = await silentSchool(world, '2040-10-30 11:00');
    page = await signedIn('coordinator');
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  async function signedIn(person: string): Promise<Page> {
    const context = await browser.newContext({ javaScriptEnabled: true });
    const { cookies } = await signedInAs(world.db, person, { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    return context.newPage();
  }
  const open = async (path: string, width = 1280): Promise<void> => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`${address}${path}`);
  };
  const height = () => page.evaluate<number>('document.documentElement.scrollHeight');

  it('everything that a coordinator does to a deployment is two clicks away at most', async () => {
    const at = `/deployments/${reference}`;
    await open(at);
    const changes = await page.evaluate<string[]>(`[...document.querySelectorAll('#change a')].map((link) => link.getAttribute('href'))`);
    assert.ok(changes.length > 6, `${changes.length} changes`);
    const wanted = [...changes, `${at}/answer/confirm-participation`, `${at}/escalations/confirm-participation/1`, `${at}?all=yes#events`];
    const call = await page.getByRole('link', { name: 'Make this call' }).getAttribute('href');
    for (const href of [...wanted, call ?? 'no call']) {
      await open(at);
      const link = page.locator(`main a[href="${href}"]`).first();
      let clicks = 0;
      if (!(await link.isVisible())) {
        await click(
          page
            .locator('details', { has: page.locator(`a[href="${href}"]`) })
            .locator('summary')
            .first(),
        );
        clicks += 1;
      }
      await click(link);
      clicks += 1;
      assert.ok(clicks <= 2, `${href} takes ${clicks} clicks`);
      assert.equal(new URL(page.url()).pathname, new URL(href, address).pathname);
      assert.equal(await page.locator('h1').count(), 1, href);
    }
    // A note is written on the page itself.
    await open(at);
    await click(page.getByText('Add a note'));
    await page.getByLabel('Note', { exact: true }).fill('Two clicks, and what is typed.');
    await click(page.getByRole('button', { name: 'Save the note' }));
    await page.getByText('The note is kept.').waitFor();
  });

  it('the page is under 4,000 pixels high at 320 pixels with everything paused, and nothing on it moves by itself', async () => {
    const paused = await changeDeployment(world, reference, {
      kind: 'stop-clock',
      scope: null,
      category: 'illness',
      from: '2040-10-26',
      expectedEnd: '2040-11-09',
      by: 'coordinator',
      because: 'The head is ill, and her deputy asks for two weeks.',
    });
    assert.ok(paused.ok, paused.ok ? '' : paused.reason.message);
    await world.postIsDone();
    for (const width of [1280, 320]) {
      await open(`/deployments/${reference}`, width);
      assert.equal(await page.evaluate(LAYOUT_SHIFT), 0);
      await picture(page, `deployment-paused-${width}`);
      await mustFit(page);
      await mustBeAccessible(page);
    }
    assert.match(await page.locator('main').innerText(), /Paused since Friday 26 October 2040: illness/);
    const high = await height();
    assert.ok(high < 4_000, `${high} pixels`);
  });

  it('the picture of the dates can be read in print, on a dark screen and with forced colours', async () => {
    await open(`/deployments/${reference}`);
    for (const [name, media] of [
      ['print', { media: 'print' }],
      ['dark', { media: 'screen', colorScheme: 'dark' }],
      ['forced', { media: 'screen', colorScheme: 'dark', forcedColors: 'active' }],
    ] as const) {
      await page.emulateMedia(media);
      const looks = await page.evaluate<Record<string, string>>(`Object.fromEntries(
        ['paper', 'name', 'open', 'due', 'paused'].map((look) => {
          const style = getComputedStyle(document.querySelector('.moj-scrollable-pane .chaser-dates-' + look));
          return [look, look === 'paused' ? style.stroke : style.fill];
        }))`);
      assert.deepEqual(
        looks,
        {
          paper: 'rgb(255, 255, 255)',
          name: 'rgb(11, 12, 12)',
          open: 'rgb(29, 112, 184)',
          due: 'rgb(11, 12, 12)',
          paused: 'rgb(76, 44, 146)',
        },
        name,
      );
      await picture(page, `deployment-${name}`);
      // The table beside it is there on paper, where nothing can be clicked.
      if (name === 'print') assert.ok(await page.getByRole('columnheader', { name: 'First due' }).isVisible());
    }
    await page.emulateMedia({ media: 'screen', colorScheme: 'light', forcedColors: 'none' });
  });

  it('Today can be worked with the keyboard: its parts are listed in their order, and each link leads into its part', async () => {
    await open('/');
    assert.equal(await page.evaluate(LAYOUT_SHIFT), 0);
    const parts = await page.evaluate<string[]>(
      `[...document.querySelectorAll('nav[aria-label="On this page"] a')].map((link) => link.hash.slice(1))`,
    );
    assert.deepEqual(
      parts,
      await page.evaluate<string[]>(`[...document.querySelectorAll('main section > h2')].map((heading) => heading.id)`),
      'the list has every part, in the order of the page',
    );
    assert.equal(parts[0], 'calls');
    // From the top of the page: skip the header, then choose the part.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.hash'), '#calls');
    for (const part of ['escalations', 'late']) {
      await page.locator(`nav[aria-label="On this page"] a[href="#${part}"]`).focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      const inside = await page.evaluate<boolean>(`(() => {
        const heading = document.getElementById('${part}');
        return !!(heading.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING);
      })()`);
      assert.ok(inside, `after ${part} the focus goes on behind its heading`);
    }
    // No focus goes backwards on the page.
    const order = await page.evaluate<boolean>(
      `[...document.querySelectorAll('[tabindex]')].every((each) => Number(each.getAttribute('tabindex')) <= 0)`,
    );
    assert.ok(order, 'the order of focus is the order of the page');
    for (const width of [1280, 320]) {
      await open('/', width);
      await picture(page, `today-${width}`);
      await mustBeAccessible(page);
      await mustFit(page);
    }
  });

  it('the wallboard refreshes itself until somebody stops it', async () => {
    page = await signedIn('region');
    await open('/region');
    await click(page.getByRole('link', { name: 'Wallboard: this page in large type, for a screen on the wall' }));
    const going = await page.reload();
    assert.equal(going?.headers()['refresh'], '60');
    for (const width of [1280, 320]) {
      await open('/region/wallboard', width);
      assert.equal(await page.evaluate(LAYOUT_SHIFT), 0);
      await picture(page, `wallboard-${width}`);
      await mustBeAccessible(page);
      await mustFit(page);
    }
    await click(page.getByRole('link', { name: 'Stop refreshing' }));
    const stopped = await page.reload();
    assert.equal(stopped?.headers()['refresh'], undefined);
    await click(page.getByRole('link', { name: 'Refresh every minute' }));
    assert.match(page.url(), /\/region\/wallboard$/);
  });
});
