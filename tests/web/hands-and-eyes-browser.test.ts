import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { mustFit, openBrowser, openDetails, picture } from '../support/browser.ts';
import { PEOPLE } from '../support/people.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff, silentSchool } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** The width of A4 within margins of a centimetre, in CSS pixels. */
const PAPER = 718;
/** More keys than any page needs to come from one end to the other. */
const MOST_KEYS = 150;

/** The main tasks with the keyboard alone, main pages in text of twice the size, and on paper. */
describe('the service by keyboard, in large text and on paper', { timeout: 120_000 }, () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let page: Page;
  let address: string;
  let reference: string;
  let link: string;
  beforeAll(async () => {
    world = await openWorld();
    await insertStaff(world.db);
    const services = servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue });
    app = await createApp({ ...services, links: LINKS, secure: false }, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    reference = await silentSchool(world, '2040-10-18 11:00');
    const letter = world.sink.arrived.findLast(({ recipient, text }) => recipient === PEOPLE.head.email && text?.includes(reference));
    [, link = ''] = /^https:\/\/chaser\.example(\/a\/[\w-]{43})$/mu.exec(letter?.text ?? '') ?? [];
    assert.notEqual(link, '');
    browser = await openBrowser();
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const { cookies } = await signedInAs(world.db, 'coordinator', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    page = await context.newPage();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  /** Presses the tab key until whatever has the focus is called so. */
  const tabTo = async (words: RegExp): Promise<void> => {
    const met: string[] = [];
    for (let key = 0; key < MOST_KEYS; key += 1) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate<string>(NAME_OF_FOCUSED);
      if (words.test(name)) return;
      met.push(name);
    }
    assert.fail(`The tab key does not come to ${words}. It comes to: ${met.slice(0, 60).join(' | ')}`);
  };

  const pages = () => ({
    today: '/',
    deployment: `/deployments/${reference}`,
    deployments: '/deployments',
    'record-answer': `/deployments/${reference}/answer/confirm-participation`,
    'answer-page': link,
    charts: '/charts',
    programmes: '/programmes',
  });

  it('fits where text is twice as large, at 200 and at 400 per cent', async () => {
    const faults: string[] = [];
    for (const [name, path] of Object.entries(pages())) {
      for (const width of [640, 320]) {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${address}${path}`);
        await page.evaluate("document.documentElement.style.fontSize = '200%'");
        await openDetails(page);
        await mustFit(page).catch((error: unknown) => faults.push(`${name} at ${width}: ${String(error).slice(0, 600)}`));
        await picture(page, `large-${name}-${width}`);
      }
    }
    assert.deepEqual(faults, []);
  });

  it('has on paper what is on the page, whole, without what can only be clicked', async () => {
    const faults: string[] = [];
    await page.setViewportSize({ width: PAPER, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    for (const [name, path] of Object.entries(pages())) {
      await page.goto(`${address}${path}`);
      for (const fault of await page.evaluate<string[]>(WHAT_PAPER_SPOILS)) faults.push(`${name}: ${fault}`);
      await mustFit(page).catch((error: unknown) => faults.push(`${name}: ${String(error).slice(0, 600)}`));
      await picture(page, `paper-${name}`);
    }
    await page.emulateMedia({ media: 'screen' });
    assert.deepEqual(faults, []);
  });

  it('records a call and its outcome from Today with the keyboard alone', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${address}/`);
    await tabTo(/^No answer yet: record the call/u);
    await page.keyboard.press('Enter');
    await tabTo(/^No answer$/u);
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await tabTo(/^Note/u);
    await page.keyboard.type('With the school office.');
    await tabTo(/^Record the call/u);
    await page.keyboard.press('Enter');
    await page.getByText('Recorded: you left a message.').waitFor();
    const { rows } = await world.db.query<{ outcome: string; note: string }>('SELECT outcome, note FROM call_notes WHERE reference = $1', [
      reference,
    ]);
    assert.deepEqual(rows, [{ outcome: 'left-message', note: 'With the school office.' }]);
  });

  it('answers from the letter with the keyboard alone', async () => {
    await page.goto(`${address}${link}`);
    await tabTo(/^Yes, we will take part/u);
    await page.keyboard.press('Space');
    await tabTo(/^Continue$/u);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Send your answer' }).waitFor();
    await tabTo(/^Send your answer$/u);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
    const { rows } = await world.db.query<{ answer: string; answered_by: string }>(
      "SELECT answer, answered_by FROM steps WHERE reference = $1 AND step = 'confirm-participation'",
      [reference],
    );
    assert.deepEqual(rows, [{ answer: 'accepts', answered_by: 'head' }]);
  });
});

/** What a screen reader would call it, near enough: the label of a field, else its own words. */
const NAME_OF_FOCUSED = `(() => {
  const it = document.activeElement;
  const words = it.labels?.length ? it.labels[0].textContent : it.textContent;
  return words.replace(/\\s+/g, ' ').trim();
})()`;

/** Navigation and buttons that are still there, and tables of which a part can only be reached by scrolling. */
const WHAT_PAPER_SPOILS = `(() => {
  const faults = [];
  for (const each of document.querySelectorAll('nav, header, footer, button, .govuk-service-navigation')) {
    if (each.checkVisibility()) faults.push('still there: ' + each.tagName + ' ' + each.textContent.replace(/\\s+/g, ' ').trim().slice(0, 60));
  }
  for (const table of document.querySelectorAll('table')) {
    if (!table.checkVisibility()) continue;
    const { right } = table.getBoundingClientRect();
    if (right > innerWidth + 1) faults.push('a table is ' + Math.round(right) + ' pixels wide on paper of ' + innerWidth);
    for (let box = table; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== 'visible' && box.scrollWidth > box.clientWidth + 1) faults.push('a table is cut off');
    }
  }
  return faults;
})()`;
