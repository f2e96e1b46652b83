import { AxeBuilder } from '@axe-core/playwright';
import chromiumPackage from '@sparticuz/chromium';
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const ON_THE_MACHINE = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** A real browser: `CHROMIUM_PATH`, one on the machine, Playwright's own, or the one that comes from npm. Never none. */
export async function openBrowser(): Promise<Browser> {
  const own = [process.env['CHROMIUM_PATH'], ...ON_THE_MACHINE, chromium.executablePath()].find(
    (path) => path !== undefined && existsSync(path),
  );
  return own === undefined
    ? chromium.launch({ executablePath: await chromiumPackage.executablePath(), args: chromiumPackage.args, headless: true })
    : chromium.launch({ executablePath: own, args: ['--no-sandbox'], headless: true });
}

/** Fails with everything that WCAG 2.0, 2.1 and 2.2, levels A and AA, find wrong with a page. */
export async function mustBeAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'])
    .analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    [],
  );
}
