import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { mustFit, openBrowser } from '../support/browser.ts';

/** What every test of a page relies on to find text that nobody can read. */
describe('the check that a page fits', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await (await browser.newContext({ viewport: { width: 320, height: 600 } })).newPage();
  });
  afterAll(() => browser.close());

  const shown = async (body: string) => {
    await page.setContent(`<body style="margin: 0">${body}</body>`);
    return mustFit(page);
  };

  for (const [what, body, fault] of [
    ['a page wider than its window', '<p style="width: 900px">Text</p>', /the page is 900 pixels wide in a window of 320/],
    [
      'text that a box around it cuts off at the side',
      '<div style="overflow: hidden; width: 100px"><p><b style="white-space: nowrap">A long text on one line</b></p></div>',
      /cut off at the side: A long text on one line/,
    ],
    [
      'text that a box around it cuts off below',
      '<div style="overflow: hidden; height: 20px; width: 90px"><p><b>A text on several lines that is cut off</b></p></div>',
      /cut off below: A text on several lines that is cut off/,
    ],
    [
      'text beside another that fits in the same box',
      '<div style="overflow: hidden; width: 100px"><p>Fits</p><p style="white-space: nowrap">This one does not fit</p></div>',
      /cut off at the side: This one does not fit/,
    ],
  ] as const) {
    it(`finds ${what}`, () => assert.rejects(shown(body), fault));
  }

  it('takes what can be scrolled with the keyboard, and what fits', async () => {
    await shown('<div tabindex="0" style="overflow: auto; width: 100px"><p style="white-space: nowrap">A long text on one line</p></div>');
    await shown('<div style="overflow: hidden; width: 300px"><p>A text that fits</p></div>');
  });
});
