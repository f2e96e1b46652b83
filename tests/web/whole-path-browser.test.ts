import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../embedded/free-port.ts';
import { createAnswerLinks } from '../../mail/answer-links.ts';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, openBrowser } from '../support/browser.ts';
import { PEOPLE } from '../support/people.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/**
 * The path from the e-mail in the mailbox through its link to the answer, and on to the next party's e-mail; and what
 * silence brings to the pages of the coordinator and the regional team. A window of 1280 pixels also shows 320 at 400
 * %.
 */
describe('the whole path in a browser', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  /** The browser runs as one process and ends with its first context, so all contexts stay open until the end. */
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const links = createAnswerLinks({ secret: 'a secret of this test, long enough to be one', publicUrl: address });
    world = await openWorld({ engine: { links } });
    await insertStaff(world.db);
    const services = {
      ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }),
      links,
      publicUrl: address,
      secure: false,
    };
    app = await createApp(services, { trustProxy: false });
    await app.listen({ host: '127.0.0.1', port });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  async function openPage(options: { readonly width: number; readonly javaScriptEnabled: boolean }): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: options.width, height: 800 },
      javaScriptEnabled: options.javaScriptEnabled,
    });
    contexts.push(context);
    return context.newPage();
  }

  /** The link in the newest e-mail with this subject to an address. */
  async function linkTo(address_: string, subject: string, after_: number): Promise<string> {
    let link: string | undefined;
    await waitUntil(`an e-mail “${subject}” to ${address_}`, () => {
      const mail = world.sink.arrived.slice(after_).findLast((each) => each.recipient === address_ && each.subject?.startsWith(subject));
      link = /http:\S+\/a\/\S+/.exec(mail?.text ?? '')?.[0];
      return link !== undefined;
    });
    return link ?? '';
  }

  const fits = async (page: Page): Promise<void> => {
    const { width = 0 } = page.viewportSize() ?? {};
    const content = await page.evaluate<number>('document.body.scrollWidth');
    assert.ok(content <= width, `${page.url()} is ${content} pixels wide in a window of ${width}`);
  };

  for (const [width, javaScriptEnabled] of [
    [320, true],
    [1280, true],
    [320, false],
  ] as const) {
    it(`leads from e-mail to e-mail, ${width} pixels wide, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const seen = world.sink.arrived.length;
      await world.begin('2040-10-08 09:30');
      const page = await openPage({ width, javaScriptEnabled });

      await page.goto(await linkTo(PEOPLE.region.email, 'Please contact the school or trust', seen));
      await page.getByLabel('I have contacted the school or trust').check();
      await click(page.getByRole('button', { name: 'Continue' }));
      await click(page.getByRole('button', { name: 'Send your answer' }));
      await page.getByRole('heading', { name: 'We have your answer' }).waitFor();

      await page.goto(await linkTo(PEOPLE.head.email, 'Please confirm participation', seen));
      if (javaScriptEnabled) {
        await mustBeAccessible(page);
        await fits(page);
      }
      await page.getByLabel('Yes, we will take part').check();
      await click(page.getByRole('button', { name: 'Continue' }));
      if (javaScriptEnabled) await mustBeAccessible(page);
      await click(page.getByRole('button', { name: 'Send your answer' }));
      await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
      if (javaScriptEnabled) {
        await mustBeAccessible(page);
        await fits(page);
      }
      await linkTo(PEOPLE.region.email, 'Please provide details to the RDP', seen);
    });
  }

  it('can be walked with the keyboard alone', async () => {
    const seen = world.sink.arrived.length;
    await world.begin('2040-10-08 09:30');
    const page = await openPage({ width: 1280, javaScriptEnabled: true });
    await page.goto(await linkTo(PEOPLE.region.email, 'Please contact the school or trust', seen));
    await tabTo(page, 'input[type=radio]');
    await page.keyboard.press('Space');
    await tabTo(page, 'button[type=submit]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Check/ }).waitFor();
    await tabTo(page, 'button[type=submit]');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'We have your answer' }).waitFor();
  });

  it('shows the coordinator the call, and the regional team the escalation, that silence brought', async () => {
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-30 12:00');
    await world.postIsDone();
    for (const [person, words] of [
      ['coordinator', 'Calls worth making'],
      ['region', 'Escalations to take on'],
    ] as const) {
      for (const width of [320, 1280]) {
        const page = await openPage({ width, javaScriptEnabled: true });
        const { cookies } = await signedInAs(world.db, person, { secure: false });
        await page.context().addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
        await page.goto(address);
        assert.match(await page.locator('main').innerText(), new RegExp(`${words} \\([1-9]`));
        await mustBeAccessible(page);
        await fits(page);
        await page.goto(`${address}/deployments/${reference}`);
        await mustBeAccessible(page);
        await fits(page);
      }
    }
  });
});

/** Presses the tab key until the named element has the focus. Fails when it is never reached. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`)) return;
  }
  assert.fail(`The keyboard never comes to ${selector} on ${page.url()}.`);
}
