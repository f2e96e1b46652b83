import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { mustBeAccessible, mustFit, mustNotShift, mustWorkByKeyboard, openBrowser, openDetails, picture } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { everyState } from './every-state.ts';
import type { State, States } from './every-state.ts';

/**
 * Windows as people have them, in CSS pixels: a desktop of 1280 has 640 at 200 % and 320 at 400 %, and a small
 * telephone has 320 too.
 */
const WIDTHS = { desktop: 1280, 'at 200 %': 640, 'at 400 %': 320 } as const;
/** How many browsers run side by side. Each draws one page at a time. */
const BROWSERS = 2;

/** What is asked with GET and is no page of its own: files, health, what only leads on, and parts of other pages. */
const NO_PAGES: readonly string[] = [
  '/assets/chaser.css',
  '/assets/chaser.svg',
  '/assets/choosing.js',
  '/assets/revealing.js',
  '/assets/editor/programme.schema.json',
  '/choose/person',
  '/choose/school',
  '/feed/:token/dates.ics',
  '/healthz',
  '/readyz',
  '/a/:token/draft',
  '/deployments.csv',
  '/eligible.csv',
  '/charts/figures.csv',
  '/timeliness.csv',
  '/measures/:measure/numbers.csv',
  '/survey-waves/:wave/figures.csv',
  '/survey-waves/:wave/figures.json',
  '/survey-waves/:wave/figures.ods',
  ...['csv', 'json', 'ods'].flatMap((format) => [`/interviews/quotes.${format}`, `/interviews/matrix/:schedule/file.${format}`]),
  '/charts/figures.json',
  '/timeliness.json',
  '/measures/:measure/numbers.json',
  '/charts/figures.ods',
  '/timeliness.ods',
  '/measures/:measure/numbers.ods',
  '/returns/numbers.csv',
  '/returns/forms/numbers.csv',
  '/returns/numbers.json',
  '/returns/forms/numbers.json',
  '/returns/numbers.ods',
  '/returns/forms/numbers.ods',
  '/programmes/:id/preview/:step/:kind/html',
  '/programmes/:id/rehearse/page',
  '/programmes/:id/edit/state',
  '/many/under-way/:programme',
];

type Lane = { readonly browser: Browser; readonly page: Page; readonly withoutScript: Page };

describe('every page, in every state', () => {
  let world: World;
  let states: States | undefined;
  let lanes: readonly Lane[] = [];
  beforeAll(async () => {
    world = await openWorld();
    states = await everyState(world);
    const { app } = states;
    lanes = await Promise.all(Array.from({ length: BROWSERS }, () => openLane(app)));
  });
  afterAll(async () => {
    await Promise.all(lanes.map(({ browser }) => browser.close()));
    await states?.end();
    await world.end();
  });

  /** Looks at states in all browsers, each taking the next state when it is free. Reports every fault at the end. */
  const walk = async (some: readonly State[], look: (lane: Lane, state: State) => Promise<void>): Promise<void> => {
    const faults: string[] = [];
    const queue = [...some];
    const work = async (lane: Lane): Promise<void> => {
      for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
        const { name } = state;
        await look(lane, state).catch((error: unknown) =>
          faults.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
        );
      }
    };
    await Promise.all(lanes.map(work));
    assert.deepEqual(faults, []);
  };

  it('has a title of its own, one heading of the first level, and no script or style but its own', () => {
    assert.ok((states?.all.length ?? 0) > 90, `${states?.all.length} states`);
    for (const { name, html, headers } of states?.all ?? []) {
      assert.match(html, /<title>(?:Error: )?[^<]{3,} – Chaser<\/title>/, name);
      assert.equal(html.match(/<h1[\s>]/g)?.length, 1, name);
      // Letters are shown as they were sent, folded up or in a preview.
      const own = html.replaceAll(/<details[\s\S]*?<\/details>|<pre[\s\S]*?<\/pre>/g, '');
      // So is the text of a programme.
      if (!name.startsWith('the preview') && !name.startsWith('a draft') && name !== 'a programme') {
        assert.doesNotMatch(own, /chaser (?:import|status|list|migrate|programme|answer|start) |in this e-mail/, name);
      }
      // One file of this service suggests people where somebody is named, one shows the parts of a form when they are asked, and one is the
      // editor of a programme; there alone a script may run.
      const policy = headers['content-security-policy'] ?? '';
      const choosing = '<script src="/assets/choosing.js" defer></script>';
      const revealing = '<script src="/assets/revealing.js" defer blocking="render"></script>';
      const editor = '<script type="module" src="/assets/editor/editor.js"></script>';
      assert.equal(html.includes(choosing) || html.includes(editor), policy.endsWith(";script-src 'self';connect-src 'self'"), name);
      assert.equal(html.includes(editor), policy.includes("'nonce-"), name);
      assert.equal(html.includes(revealing), policy.endsWith(";script-src 'self'"), name);
      assert.doesNotMatch(
        html.replace(choosing, '').replace(revealing, '').replace(editor, ''),
        /<script|\son\w+=|javascript:|\sstyle=|<style/i,
        name,
      );
    }
  });

  it('is in the list of states, so that a new page cannot be left out', () => {
    const asked = states?.all.map(({ url }) => url.split('?')[0] ?? '') ?? [];
    const missing = pagesOf(states?.app.printRoutes({ commonPrefix: false }) ?? '')
      .filter((path) => !NO_PAGES.includes(path))
      .filter((path) => !asked.some((url) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`).test(url)));
    assert.deepEqual(missing, []);
  });

  it('breaks no rule of WCAG, moves nothing once it is drawn, fits at 100, 200 and 400 %, and can be used with the keyboard alone', async () => {
    await walk(states?.all ?? [], async ({ page }, state) => {
      await show(page, state, WIDTHS['at 400 %']);
      await mustNotShift(page);
      await openDetails(page);
      await picture(page, `${state.name}-320`);
      await mustBeAccessible(page);
      await mustFit(page);
      await resize(page, WIDTHS['at 200 %']);
      await mustFit(page);
      await resize(page, WIDTHS.desktop);
      await picture(page, `${state.name}-1280`);
      await mustFit(page);
      await mustWorkByKeyboard(page);
    });
  });

  it('says the same without JavaScript', async () => {
    // A page that holds no script is the same text twice. The editor shows more than the field it stands for, and has a test of its own.
    const withScript = (states?.all ?? []).filter(
      ({ html }) => /<(?:script|noscript)\b/i.test(html) && !html.includes('/assets/editor/editor.js'),
    );
    assert.ok(withScript.length >= 30, `${withScript.length} states hold a script`);
    await walk(withScript, async ({ page, withoutScript }, state) => {
      await show(page, state, WIDTHS['at 200 %']);
      await show(withoutScript, state, WIDTHS['at 200 %']);
      const [bare, scripted] = await Promise.all([withoutScript, page].map((each) => each.locator('body').innerText()));
      // A form of which a part is asked only sometimes shows all of it without script, and nothing less than with it.
      if (!state.html.includes('/assets/revealing.js')) assert.equal(bare, scripted);
      else for (const line of (scripted ?? '').split('\n')) assert.ok(bare?.includes(line), line);
    });
  });
});

/** The state that each page is to show. */
const shown = new WeakMap<Page, State>();

/** The browser runs as one process and ends with its first context, so both contexts stay open until the end. */
async function openLane(app: States['app']): Promise<Lane> {
  const browser = await openBrowser();
  const open = async (javaScriptEnabled: boolean): Promise<Page> => {
    const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await page.route('**/*', async (route) => {
      const { pathname } = new URL(route.request().url());
      const state = shown.get(page);
      if (pathname === '/state' && state) return route.fulfill({ contentType: 'text/html', headers: state.headers, body: state.html });
      const { statusCode, rawPayload, headers } = await app.inject(pathname);
      return route.fulfill({ status: statusCode, contentType: String(headers['content-type']), body: rawPayload });
    });
    return page;
  };
  return { browser, page: await open(true), withoutScript: await open(false) };
}

/** Shows a state as the service answered it, with its own security policy, stylesheet and pictures. */
async function show(page: Page, state: State, width: number): Promise<void> {
  shown.set(page, state);
  await resize(page, width);
  await page.goto('http://chaser.example/state');
}

async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 800 });
}

/** The paths asked with GET, from the tree that Fastify prints of its routes. */
function pagesOf(tree: string): readonly string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', path = '', methods = ''] = /^([│ ]*)[├└]── (\S+) \(([A-Z, ]+)\)$/.exec(line) ?? [];
    if (path === '') return [];
    above.length = indent.length / 4;
    above.push(path);
    return methods.includes('GET') ? [above.join('').replaceAll('//', '/')] : [];
  });
}
