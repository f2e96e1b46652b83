import chromiumPackage from '@sparticuz/chromium';
import type { RunOptions } from 'axe-core';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { cacheFolder, ensureFolder, PROJECT } from '../../embedded/folders.ts';

const ON_THE_MACHINE = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where this process puts pictures for somebody to look at. No other process writes to this folder. */
let pictures: string | undefined;

/**
 * Takes a picture of a page when PICTURES=yes, for somebody who wants to look at it; no test looks at one. Without a graphics card a long
 * page takes half a second. Says once in which folder the pictures are.
 */
export async function picture(page: Page, name: string, { fullPage = true }: { readonly fullPage?: boolean } = {}): Promise<void> {
  if (process.env['PICTURES'] !== 'yes') return;
  if (pictures === undefined) {
    pictures = mkdtempSync(join(tmpdir(), 'chaser-pictures-'));
    process.stderr.write(`Pictures of the pages are in ${pictures}\n`);
  }
  await page.screenshot({ path: join(pictures, `${name.replaceAll(/\W+/g, '-')}.png`), fullPage });
}

/**
 * A real browser: `CHROMIUM_PATH`, one on the machine, Playwright's own, or the one from npm. Fails when there is none.
 */
export async function openBrowser(): Promise<Browser> {
  const own = [process.env['CHROMIUM_PATH'], ...ON_THE_MACHINE, chromium.executablePath()].find(
    (path) => path !== undefined && existsSync(path),
  );
  // No page draws with WebGL, and without the graphics card that is imitated for it a page takes half the time of a core.
  chromiumPackage.setGraphicsMode = false;
  // Pages are kept from each other as people's browsers keep them: the package would let each read every other.
  const args = chromiumPackage.args.filter((arg) => arg !== '--disable-web-security');
  return own === undefined
    ? chromium.launch({ executablePath: await unpacked(), args, headless: true })
    : chromium.launch({ executablePath: own, args: ['--no-sandbox'], headless: true });
}

/**
 * The browser from npm, unpacked once into the user's cache folder. The package itself would unpack it into the folder
 * for temporary files, under a name that all users of the machine share and that two processes may write at once.
 */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(PROJECT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8')) as {
    version: string;
  };
  const home = join(ensureFolder(cacheFolder()), `chromium-${version}`);
  if (!existsSync(home)) {
    const half = mkdtempSync(`${home}.`);
    const { TMPDIR: before } = process.env;
    process.env['TMPDIR'] = half;
    try {
      await chromiumPackage.executablePath();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    try {
      renameSync(half, home);
    } catch {
      // Another process was faster, and its copy is as good.
      rmSync(half, { recursive: true, force: true });
    }
  }
  return join(home, 'chromium');
}

/**
 * Clicks, and waits for the page that it leads to. By itself a click ends when the next page begins to come, and what does not wait for an element finds
 * half of it.
 */
export async function click(on: Locator): Promise<void> {
  await on.click();
  await on.page().waitForLoadState();
}

/** The title of a page that a key may have led to: without a click, nothing has waited for it. */
export async function titleOf(page: Page): Promise<string> {
  await page.waitForLoadState();
  return page.title();
}

/** Fails with every violation of WCAG 2.0, 2.1 and 2.2, levels A and AA, on a page. Letters in frames may run no script, and so are not seen. */
export async function mustBeAccessible(page: Page): Promise<void> {
  if (!withAxe.has(page)) {
    withAxe.add(page);
    await page.addInitScript({ content: AXE });
    await page.evaluate(AXE);
  }
  // Without its stylesheet a page breaks rules that it keeps.
  await page.waitForLoadState();
  assert.deepEqual(await page.evaluate<readonly string[]>(WHAT_BREAKS_WCAG), []);
}

/** axe itself. The browser keeps it for whatever a page shows next: handing over half a megabyte each time took a third of the check. */
const AXE = readFileSync(join(PROJECT, 'node_modules/axe-core/axe.min.js'), 'utf8');
const withAxe = new WeakSet<Page>();

const RUN: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'],
  resultTypes: ['violations'],
};

/** Tells the violations alone: handing over everything that axe found in order takes the browser as long as finding it. */
const WHAT_BREAKS_WCAG = `(() => {
  // One rule reads every stylesheet again, an eighth of the whole, and can be broken only where one of them asks how the device is turned.
  const asks = (rules) => [...rules].some(({ media, cssRules }) => media?.mediaText.includes('orientation') || (cssRules && asks(cssRules)));
  const turned = [...document.styleSheets].some(({ media, cssRules }) => media.mediaText.includes('orientation') || asks(cssRules));
  return axe.run(document, { ...${JSON.stringify(RUN)}, rules: { 'css-orientation-lock': { enabled: turned } } }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ')));
})()`;

/**
 * Fails when anything on a page that was just loaded moved after it was drawn (cumulative layout shift). Call it before the page is
 * changed: what somebody opens may move the rest.
 */
export async function mustNotShift(page: Page): Promise<void> {
  await page.waitForLoadState();
  assert.equal(await page.evaluate<number>(HOW_FAR_IT_SHIFTED), 0, 'what was drawn moved');
}

/** Waits for two pictures, so that a shift has come. Told as text: types of the browser are not known here. */
const HOW_FAR_IT_SHIFTED = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) sum += value; })
    .observe({ type: 'layout-shift', buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(sum))));
})`;

/** Opens every closed part of the page, so that its content is checked too. */
export async function openDetails(page: Page): Promise<void> {
  await page.waitForLoadState();
  await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
}

/** Fails when a page is wider than its window, or when some of its text is cut off. */
export async function mustFit(page: Page): Promise<void> {
  await page.waitForLoadState();
  assert.deepEqual(await page.evaluate<string[]>(WHAT_IS_CUT), []);
}

/**
 * Fails when the tab key never reaches a button, link or field, or when nothing shows that it has the focus. The tab
 * key reaches one radio button of each group; the arrow keys do the rest.
 */
export async function mustWorkByKeyboard(page: Page): Promise<void> {
  await page.waitForLoadState();
  const all = await page.evaluate<readonly string[]>(REMEMBER_WHAT_CAN_BE_REACHED);
  // All key presses are sent at once: the browser handles them in order.
  await Promise.all(Array.from({ length: all.length + 5 }, () => page.keyboard.press('Tab')));
  const focused = await page.evaluate<readonly { readonly at: number; readonly visible: boolean }[]>('focused');
  // A focused GOV.UK link has no underline. The next check must see the page without focus.
  await page.evaluate('document.activeElement.blur()');
  const reached = new Set(focused.map(({ at }) => at));
  const unseen = focused.flatMap(({ at, visible }) => (visible ? [] : [all[at] ?? '']));
  assert.deepEqual({ neverReached: all.filter((_, at) => !reached.has(at)), unseen }, { neverReached: [], unseen: [] });
}

const WHAT_IS_CUT = `(() => {
  const faults = new Set();
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) faults.add('the page is ' + wide + ' pixels wide in a window of ' + innerWidth);
  // What an element cuts off, and those around it. Few do, and asking each again for each text took most of the check.
  const cutting = new Map();
  const cuttingAround = (box) => {
    if (!box) return [];
    if (!cutting.has(box)) {
      const { overflowX, overflowY } = getComputedStyle(box);
      const atSide = overflowX !== 'visible';
      const below = overflowY === 'hidden';
      const around = cuttingAround(box.parentElement);
      cutting.set(box, atSide || below ? [...around, { atSide, below, edge: box.getBoundingClientRect() }] : around);
    }
    return cutting.get(box);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest('.govuk-visually-hidden, .govuk-skip-link')) continue;
    // A picture or a letter with lines of its own may be scrolled sideways where the keyboard can do so (WCAG 1.4.10, 2.1.1).
    if (element.closest('[tabindex="0"]')) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const { left, right, bottom } of range.getClientRects()) {
      if (left < -1 || right > innerWidth + 1) faults.add('outside the window: ' + text.data.trim());
      for (const { atSide, below, edge } of cuttingAround(element)) {
        if (atSide && right > edge.right + 1) faults.add('cut off at the side: ' + text.data.trim());
        if (below && bottom > edge.bottom + 1) faults.add('cut off below: ' + text.data.trim());
      }
    }
  }
  return [...faults];
})()`;

const REMEMBER_WHAT_CAN_BE_REACHED = `(() => {
  globalThis.lookOf = (element) => {
    const look = (each, part) => {
      const style = getComputedStyle(each, part);
      return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth].join();
    };
    const label = element.nextElementSibling;
    return look(element) + (label && label.matches('label') ? look(label, '::before') : '');
  };
  globalThis.keyOf = (element) => (element.type === 'radio' ? element.form.action + ' ' + element.name : element);
  globalThis.reachable = new Map();
  for (const element of document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')) {
    // The button behind the enter key of a form with several; it stands on the page a second time, to be seen and reached.
    if (element.matches('[aria-hidden=true][tabindex="-1"]')) continue;
    if (element.checkVisibility() && !element.disabled && !reachable.has(keyOf(element))) reachable.set(keyOf(element), lookOf(element));
  }
  // What has had the focus since, and whether it could be seen.
  globalThis.focused = [];
  const keys = [...reachable.keys()];
  addEventListener('focusin', ({ target }) => {
    const at = keys.indexOf(keyOf(target));
    if (at >= 0) focused.push({ at, visible: lookOf(target) !== reachable.get(keys[at]) });
  });
  return keys.map((key) => (typeof key === 'string' ? key : key.outerHTML.slice(0, 200)));
})()`;
