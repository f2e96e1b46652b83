import assert from 'node:assert/strict';
import type { FastifyInstance } from 'fastify';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { freePort } from '../../embedded/free-port.ts';
import { createAnswerLinks } from '../../mail/answer-links.ts';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, mustFit, mustWorkByKeyboard, openBrowser, openDetails, picture, titleOf } from '../support/browser.ts';
import { PEOPLE } from '../support/people.ts';
import { waitUntil } from '../support/wait-until.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

/** An escalation from its e-mail, through the link, to the promise, and what everybody else then sees. */
describe('an escalation in a browser', () => {
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

  async function openPage(width: number, javaScriptEnabled: boolean, person?: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
    contexts.push(context);
    if (person !== undefined) {
      const { cookies } = await signedInAs(world.db, person, { secure: false });
      await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    }
    return context.newPage();
  }

  async function mailTo(to: string, subject: string, seen: number): Promise<string> {
    let text: string | undefined;
    await waitUntil(`an e-mail “${subject}” to ${to}`, () => {
      text = world.sink.arrived.slice(seen).findLast((each) => each.recipient === to && each.subject?.startsWith(subject))?.text;
      return text !== undefined;
    });
    return text ?? '';
  }

  async function escalated(): Promise<{ readonly reference: string; readonly link: string }> {
    const seen = world.sink.arrived.length;
    const reference = await world.begin('2040-10-08 09:30');
    await world.postIsDone();
    await world.answer(reference, 'contact-school', 'contacted');
    await world.postIsDone();
    await world.forwardTo(reference, '2040-10-29 12:00');
    const text = await mailTo(PEOPLE.region.email, 'For your decision', seen);
    return { reference, link: /http:\S+\/a\/\S+/.exec(text)?.[0] ?? '' };
  }

  /** Checks that a page fits, is accessible and works by keyboard, and takes a picture to look at. */
  async function look(page: Page, name: string, scripts: boolean): Promise<void> {
    if (scripts) {
      await mustBeAccessible(page);
      await mustFit(page);
    }
    await picture(page, `escalation-${name}`);
  }

  for (const [width, scripts] of [
    [320, true],
    [1280, true],
    [320, false],
  ] as const) {
    it(`is taken on from its e-mail, ${width} pixels wide, ${scripts ? 'with' : 'without'} JavaScript`, async () => {
      const { reference, link } = await escalated();
      const seen = world.sink.arrived.length;
      const page = await openPage(width, scripts);
      const picture = `${width}${scripts ? '' : '-plain'}`;

      await page.goto(link);
      if (scripts) await openDetails(page);
      await look(page, `asked-${picture}`, scripts);
      await click(page.getByRole('button', { name: 'I take this on' }));
      assert.match(await titleOf(page), /^Error: /);
      await page.getByRole('link', { name: 'Enter what will be done' }).waitFor();
      await look(page, `mend-${picture}`, scripts);

      await page.getByLabel('What will be done').fill('I telephone the headteacher.');
      for (const [label, value] of [
        ['Day', '31'],
        ['Month', '10'],
        ['Year', '2040'],
      ] as const)
        await page.getByLabel(label, { exact: true }).fill(value);
      await click(page.getByRole('button', { name: 'I take this on' }));
      await page.getByRole('heading', { name: 'You have taken this on' }).waitFor();
      assert.equal(page.url(), link);
      await look(page, `taken-${picture}`, scripts);

      const told = await mailTo(PEOPLE.coordinator.email, 'Rosa Region has taken on', seen);
      assert.match(told, /I telephone the headteacher\./);
      assert.match(told, /Wednesday 31 October 2040/);

      const desk = await openPage(width, scripts, 'region');
      await desk.goto(`${address}/region`);
      const line = desk.locator('li', { hasText: reference }).first();
      assert.match(await line.innerText(), /Promised for 31 October 2040[\s\S]*I telephone the headteacher\./);
      await look(desk, `region-${picture}`, scripts);
      await desk.goto(`${address}/deployments/${reference}`);
      assert.match(await desk.locator('main').innerText(), /Escalations \(1\)[\s\S]*Promised for 31 October 2040/);
      await desk.goto(`${address}/`);
      assert.match(await desk.locator('main').innerText(), /Promised for 31 October 2040/);
      await desk.goto(`${address}/deployments/${reference}/escalations/confirm-participation/1`);
      await desk.getByRole('heading', { name: 'You have taken this on' }).waitFor();
      await look(desk, `staff-${picture}`, scripts);
    });
  }

  it('is handed over and sent back, and says so to whoever had it', async () => {
    const { reference, link } = await escalated();
    const page = await openPage(320, true);
    await page.goto(link);
    await mustWorkByKeyboard(page);
    await click(page.getByRole('link', { name: 'Hand it over to somebody else' }));
    await look(page, 'hand-over', true);
    await click(page.getByRole('button', { name: 'Hand it over' }));
    await page.getByRole('link', { name: 'Enter who is to take it on' }).waitFor();
    await page.getByRole('link', { name: 'Enter the reason' }).waitFor();
    await look(page, 'hand-over-mend', true);
    await page.getByLabel('Who is to take it on').fill('simon senior');
    await page.getByLabel('Why').fill('He knows the trust.');
    await click(page.getByRole('button', { name: 'Hand it over' }));
    await page.getByRole('heading', { name: 'You have handed this over to Simon Senior' }).waitFor();
    await look(page, 'handed-over', true);

    await world.answer(reference, 'confirm-participation', 'accepts', { by: 'head' });
    await page.goto(link);
    await page.getByRole('heading', { name: 'This has been answered' }).waitFor();
    await look(page, 'answered', true);

    const second = await escalated();
    await page.goto(second.link);
    await click(page.getByRole('link', { name: 'Send it back to the coordinator' }));
    await page.getByLabel('Why').fill('They have told you.');
    await look(page, 'send-back', true);
    await click(page.getByRole('button', { name: 'Send it back' }));
    await page.getByRole('heading', { name: 'You have sent this back to Cora Coordinator' }).waitFor();
    await look(page, 'sent-back', true);
  });

  it('is recorded by the coordinator for somebody who telephoned', async () => {
    const { reference } = await escalated();
    const desk = await openPage(1280, true, 'coordinator');
    await desk.goto(`${address}/deployments/${reference}`);
    await click(desk.getByRole('link', { name: 'See this escalation' }));
    await look(desk, 'record', true);
    await desk.getByLabel('What will be done').fill('She visits.');
    for (const [label, value] of [
      ['Day', '31'],
      ['Month', '10'],
      ['Year', '2040'],
    ] as const)
      await desk.getByLabel(label, { exact: true }).fill(value);
    await click(desk.getByRole('button', { name: 'Record that it is taken on' }));
    await desk.getByRole('heading', { name: 'Rosa Region has taken this on' }).waitFor();
    assert.match(await desk.locator('main').innerText(), /Rosa Region, recorded by Cora Coordinator/);
    await look(desk, 'recorded', true);
  });
});
