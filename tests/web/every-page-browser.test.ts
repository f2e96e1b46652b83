import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { mustBeAccessible, mustFit, mustWorkByKeyboard, openBrowser, openDetails, SCREENSHOTS } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { everyState } from './every-state.ts';
import type { State, States } from './every-state.ts';

/**
 * Windows as people have them. A desktop of 1280 pixels shows 640 of them at 200 % and 320 at 400 %, each drawn with two or
 * four dots; 320 is also a small telephone.
 */
const WINDOWS = {
  desktop: { viewport: { width: 1280, height: 1024 } },
  'at 200 %': { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 },
  'at 400 %': { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
  'without JavaScript': { viewport: { width: 640, height: 512 }, javaScriptEnabled: false },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;
type Window = keyof typeof WINDOWS;

describe('every page, in every state', { timeout: 420_000 }, () => {
  let world: World;
  let states: States | undefined;
  let browser: Browser | undefined;
  const pages = new Map<Window, Page>();
  before(async () => {
    world = await openWorld();
    states = await everyState(world);
    const opened = (browser = await openBrowser());
    // A browser of one process ends with its first context: all stay open until the end.
    for (const window of Object.keys(WINDOWS) as Window[]) pages.set(window, await (await opened.newContext(WINDOWS[window])).newPage());
  });
  after(async () => {
    await browser?.close();
    await states?.end();
    await world.end();
  });

  /** Shows a state as the service answered it, with its own security policy, its style and its pictures. */
  const show = async (window: Window, { html, headers }: State): Promise<Page> => {
    const page = pages.get(window);
    assert.ok(page && states);
    const { app } = states;
    await page.unrouteAll();
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname === '/state') return route.fulfill({ contentType: 'text/html', headers, body: html });
      const { statusCode, rawPayload, headers: own } = await app.inject(pathname);
      return route.fulfill({ status: statusCode, contentType: String(own['content-type']), body: rawPayload });
    });
    await page.goto('http://chaser.example/state');
    return page;
  };
  const walk = async (window: Window, look: (page: Page, state: State) => Promise<void>): Promise<void> => {
    const faults: string[] = [];
    for (const state of states?.all ?? []) {
      const page = await show(window, state);
      await look(page, state).catch((error: unknown) =>
        faults.push(`${state.name}: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
    assert.deepEqual(faults, []);
  };

  it('has a title of its own, one heading of the first level, and no script or style in it', () => {
    assert.ok((states?.all.length ?? 0) > 90, `${states?.all.length} states`);
    for (const { name, html } of states?.all ?? []) {
      assert.match(html, /<title>(?:Error: )?[^<]{3,} – Chaser<\/title>/, name);
      assert.equal(html.match(/<h1[\s>]/g)?.length, 1, name);
      // Letters are shown as they were sent, folded up or in a preview.
      const own = html.replaceAll(/<details[\s\S]*?<\/details>|<pre[\s\S]*?<\/pre>/g, '');
      if (!name.startsWith('the preview') && name !== 'a programme') {
        assert.doesNotMatch(own, /chaser (?:import|status|list|migrate|programme|answer|start) |in this e-mail/, name);
      }
      assert.doesNotMatch(html, /<script|\son\w+=|javascript:|\sstyle=|<style/i, name);
    }
  });

  it('breaks no rule of WCAG on a desktop, fits, and can be used with the keyboard alone', async () => {
    await walk('desktop', async (page, { name }) => {
      await openDetails(page);
      await picture(page, `${name}-1280`);
      await mustWorkByKeyboard(page);
      await mustBeAccessible(page);
      await mustFit(page);
    });
  });

  it('breaks no rule of WCAG in a window of 320 pixels, which is also 400 %, and loses no text', async () => {
    await walk('at 400 %', async (page, { name }) => {
      await openDetails(page);
      await picture(page, `${name}-320`);
      await mustBeAccessible(page);
      await mustFit(page);
    });
  });

  it('loses no text at 200 %, and says the same without JavaScript', async () => {
    await walk('at 200 %', async (page, state) => {
      const withIt = await page.locator('body').innerText();
      await openDetails(page);
      await mustFit(page);
      const without = await show('without JavaScript', state);
      assert.equal(await without.locator('body').innerText(), withIt);
    });
  });
});

/** Takes a picture when somebody wants to look at them all: with PICTURES=yes. It takes a minute more. */
async function picture(page: Page, name: string): Promise<void> {
  if (process.env['PICTURES'] !== 'yes') return;
  await page.screenshot({ path: join(SCREENSHOTS, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage: true });
}
