import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import type { Services } from '../../web/shared/services.ts';
import { click, mustBeAccessible, openBrowser, picture, titleOf } from '../support/browser.ts';
import { formProgramme, KEPT } from '../support/form-programme.ts';
import { LINKS, openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { servicesOf } from './staff-app.ts';

describe('a form with a field of every kind, in a browser', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let address: string;
  /** A page in which the accessibility check runs. */
  let copy: Page;
  beforeAll(async () => {
    world = await openWorld();
    const services: Services = {
      ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }),
      links: LINKS,
      publicUrl: 'http://127.0.0.1',
      secure: false,
    };
    app = await createApp(services, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = await openBrowser();
    // The browser runs as one process and ends with its first context, so all contexts stay open until the end.
    copy = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  /**
   * Checks that the page is accessible and fits its window. The check needs scripts, so it looks at a copy in a page
   * that may run them.
   */
  const mustBeGood = async (page: Page, name: string): Promise<void> => {
    const viewport = page.viewportSize() ?? { width: 0, height: 0 };
    const html = await page.content();
    await copy.setViewportSize(viewport);
    await copy.unrouteAll();
    await copy.route('**/copy', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await copy.goto(`${address}/copy`);
    await mustBeAccessible(copy);
    const content = await copy.evaluate<number>('document.body.scrollWidth');
    assert.ok(content <= viewport.width, `${name} is ${content} pixels wide in a window of ${viewport.width}`);
    await picture(page, `chaser-${name}-${viewport.width}`);
  };
  const input = (page: Page, path: string) => page.locator(`[id="sent-${path}"]`);
  const press = (page: Page, name: string) => click(page.getByRole('button', { name, exact: true }));
  const day = async (page: Page, path: string, [d, m, y]: readonly [string, string, string]): Promise<void> => {
    await input(page, `${path}-day`).fill(d);
    await input(page, `${path}-month`).fill(m);
    await input(page, `${path}-year`).fill(y);
  };
  const answersTo = (page: Page, name: string) => page.locator(`[name="sent-${name}"]`);

  for (const [width, javaScriptEnabled] of [
    [320, false],
    [1280, true],
  ] as const) {
    it(`is filled in, corrected, saved and sent at ${width} pixels, script ${javaScriptEnabled ? 'on' : 'off'}`, async () => {
      const reference = await world.begin('2040-10-08 09:30', { programme: formProgramme() });
      await world.postIsDone();
      const token = LINKS.tokenFor({ reference, step: 'plan', round: 1, person: 'head' }, 1);
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 800 } });
      const page = await context.newPage();
      await page.goto(`${address}/a/${token}`);
      await mustBeGood(page, 'forms-blank');

      // Everything is missing at once, and each line of the summary leads to its field.
      await page.getByLabel('Here is the plan').check();
      await press(page, 'Continue');
      assert.match(await titleOf(page), /^Error: /);
      const links = page.locator('.govuk-error-summary__list a');
      const told = (await links.allTextContents()).map((text) => text.trim());
      assert.deepEqual(told, [
        'Enter “Title of the plan”',
        'Select an answer to “Tier”',
        'Select at least one answer to “Focus areas”',
        'Enter “First day”',
        'Enter “Last day”',
        'Enter “Days of support”',
        'Select yes or no for “Do you want a trust partnership?”',
        'Enter “Budget”, in pounds',
        'Tell us what is done, for intervention 1',
        'Enter “Cost” of intervention 1, in pounds',
        'Select yes or no for “Are staff trained?” of intervention 1',
        'Enter “Adviser”',
        'Enter your full name to sign “Declaration by the school”',
      ]);
      for (const link of await links.all()) {
        const href = (await link.getAttribute('href')) ?? '';
        assert.equal(await page.locator(`[id="${href.slice(1)}"]`).count(), 1, href);
      }
      await mustBeGood(page, 'forms-all-missing');
      await click(links.filter({ hasText: 'Cost' }));
      assert.ok(await input(page, 'interventions.1.cost').isVisible());

      await input(page, 'title').fill('Reading for all');
      await answersTo(page, 'tier').first().check();
      await page.getByLabel('Curriculum').check();
      await page.getByLabel('Workload').check();
      await day(page, 'startsOn', ['5', 'November', '2040']);
      await day(page, 'endsOn', ['5', '11', '2040']);
      await input(page, 'days').fill('10.5');
      await answersTo(page, 'partnership').last().check();
      await input(page, 'budget').fill('16,000');
      await input(page, 'interventions.1.what').fill('To be removed');
      await input(page, 'interventions.1.cost').fill('12 pounds');
      await press(page, 'Add another intervention');
      await input(page, 'interventions.2.what').fill('Phonics');
      await input(page, 'interventions.2.cost').fill('1,600.50');
      await answersTo(page, 'interventions.2.trains').first().check();
      await input(page, 'interventions.2.whom').fill('All teachers of the first two years');
      await press(page, 'Add another intervention');
      await input(page, 'interventions.3.what').fill('Coaching');
      await input(page, 'interventions.3.cost').fill('18,000');
      await answersTo(page, 'interventions.3.trains').last().check();
      assert.equal(await page.getByRole('button', { name: 'Add another intervention' }).count(), 0, 'there is room for three');
      await press(page, 'Remove intervention 1');
      assert.equal(await input(page, 'interventions.1.what').inputValue(), 'Phonics');
      assert.equal(await input(page, 'interventions.2.cost').inputValue(), '18,000');
      assert.ok(await answersTo(page, 'interventions.2.trains').last().isChecked());
      await input(page, 'evidence').fill('costs.xlsx\nplan for reading.pdf');
      await input(page, 'adviser').fill('lena@strong-trust.example');
      await input(page, 'declaration').fill('Harry Head');

      await press(page, 'Save and come back later');
      await page.goto(`${address}/a/${token}`);
      assert.ok(await page.getByLabel('Workload').isChecked(), 'a draft keeps the boxes');
      assert.equal(await input(page, 'interventions.2.what').inputValue(), 'Coaching', 'and every entry');

      // The enter key continues; it neither adds nor removes an entry.
      await input(page, 'title').press('Enter');
      assert.deepEqual(
        (await links.allTextContents()).map((text) => text.trim()),
        [
          '“Last day” must be after “First day”, 5 November 2040',
          '“Days of support” must be 10 or less',
          '“Cost” adds up to £19,600.50: it must not be more than “Budget”, £16,000',
          '“Cost” adds up to £19,600.50: it must not be more than £16,000',
          '“Cost” of intervention 2 must not be more than “Budget”, £16,000',
        ],
      );
      await mustBeGood(page, 'forms-rules-broken');
      await day(page, 'endsOn', ['21', '12', '2040']);
      await input(page, 'days').fill('9.50');
      await input(page, 'interventions.2.cost').fill('800');
      await press(page, 'Continue');
      await mustBeGood(page, 'forms-check');
      const headings = await page.locator('h2').allTextContents();
      assert.deepEqual(
        headings.slice(0, 3).map((text) => text.trim()),
        ['Intervention 1', 'Intervention 2', 'The rest of your answer'],
      );
      assert.match(await page.locator('main').innerText(), /Cost\s+£1,600.50[\s\S]*Finished by\s+Not given[\s\S]*Cost\s+£800/);
      await press(page, 'Change your answer');
      assert.equal(await input(page, 'interventions.1.cost').inputValue(), '1,600.50');
      assert.ok(await page.getByLabel('Curriculum').isChecked());
      await press(page, 'Continue');
      await press(page, 'Send your answer');
      await mustBeGood(page, 'forms-counted');
      const counted = await page.locator('main').innerText();
      assert.match(counted, /We have your answer/);
      assert.match(counted, /Intervention 1: Cost\s+£1,600.50/);
      assert.match(counted, /Harry Head, signed on 8 October 2040/);

      const { rows } = await world.db.query<{ fields: Record<string, string> }>(
        "SELECT answer_fields AS fields FROM steps WHERE reference = $1 AND step = 'plan'",
        [reference],
      );
      assert.deepEqual(rows[0]?.fields, KEPT);
    });
  }

  for (const width of [320, 1280]) {
    it(`shows a part only when it is asked, and keeps what was typed, at ${width} pixels`, async () => {
      const reference = await world.begin('2040-10-08 09:30', { programme: formProgramme() });
      await world.postIsDone();
      const url = `${address}/a/${LINKS.tokenFor({ reference, step: 'plan', round: 1, person: 'head' }, 1)}`;
      const page = await (await browser.newContext({ viewport: { width, height: 800 } })).newPage();
      const shown = async (...paths: readonly string[]) => {
        const found = await Promise.all(paths.map((path) => input(page, path).isVisible()));
        return paths.filter((_, index) => found[index]);
      };
      await page.goto(url);
      assert.deepEqual(await shown('title', 'partner'), [], 'no answer is chosen');
      await page.getByLabel('Here is the plan').check();
      assert.deepEqual(await shown('title', 'partner', 'interventions.1.whom'), ['title']);
      await answersTo(page, 'partnership').first().check();
      await answersTo(page, 'interventions.1.trains').first().check();
      assert.deepEqual(await shown('partner', 'interventions.1.whom'), ['partner', 'interventions.1.whom']);
      assert.doesNotMatch(await page.locator('form').first().innerText(), /If yes|If so/);
      await mustBeGood(page, 'forms-revealed');
      await input(page, 'partner').fill('Ashdale Trust');
      await answersTo(page, 'partnership').last().check();
      assert.deepEqual(await shown('partner'), []);
      await page.getByLabel('There will be no plan').check();
      assert.deepEqual(await shown('title'), []);
      assert.ok(await page.locator('[id="refused-title"]').isVisible());
      await page.getByLabel('Here is the plan').check();
      await press(page, 'Save and come back later');

      await page.goto(url);
      assert.match(await page.locator('main').innerText(), /Your answers so far are kept/);
      await mustBeGood(page, 'forms-saved');
      assert.deepEqual(await shown('title', 'partner'), ['title'], 'as it was left');
      await answersTo(page, 'partnership').first().check();
      assert.equal(await input(page, 'partner').inputValue(), 'Ashdale Trust');
      await answersTo(page, 'partnership').last().check();
      await press(page, 'Continue');
      const told = await page.locator('.govuk-error-summary__list').innerText();
      assert.match(told, /Title of the plan[\s\S]*Tell us who is trained/);
      assert.doesNotMatch(told, /With which trust/, 'what is not asked is not missed');
      assert.deepEqual(await shown('partner', 'interventions.1.whom'), ['interventions.1.whom']);
      await click(page.getByRole('link', { name: 'Tell us who is trained' }));
      assert.equal(await page.evaluate<string>('document.activeElement.id'), 'sent-interventions.1.whom');

      await click(page.getByRole('link', { name: 'I have a problem' }));
      await press(page, 'Send it');
      assert.match(await titleOf(page), /^Error: /);
      await mustBeGood(page, 'answer-problem');
      await page.getByLabel('What is the problem?').fill('The roof is off.');
      await press(page, 'Send it');
      await mustBeGood(page, 'answer-problem-told');

      const bare = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 800 } })).newPage();
      await bare.goto(url);
      assert.ok(await input(bare, 'partner').isVisible(), 'without script everything is shown');
      assert.match(
        await bare.locator('form').first().innerText(),
        /If yes: With which trust[\s\S]*If yes: Who is trained[\s\S]*If your answer is “There will be no plan”/,
      );
    });
  }
});
