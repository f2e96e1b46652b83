import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { plainDate } from '../../domain/time/plain-date.ts';
import { writeWaveLetter } from '../../mail/survey-note.ts';
import { mustBeAccessible, mustFit, mustWorkByKeyboard, openBrowser, picture } from '../support/browser.ts';
import { LINKS } from '../support/world.ts';
import type { Asking } from '../web/asking.ts';
import { openDeskWorld } from '../web/desk-world.ts';
import type { DeskWorld } from '../web/desk-world.ts';
import { guardedApp, signedInAs } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';
import { surveyStates } from '../web/states-of-surveys.ts';
import { registerInterviewResultRoutes } from '../../web/interviews/result-routes.ts';
import { registerInterviewRoutes } from '../../web/interviews/interview-routes.ts';
import { registerSurveyAnswerRoutes } from '../../web/surveys/answer-routes.ts';
import { registerSurveyCodingRoutes } from '../../web/surveys/coding-routes.ts';
import { registerSurveyFiguresRoutes } from '../../web/surveys/figures-routes.ts';
import { registerSurveyLinkRoutes } from '../../web/surveys/link-routes.ts';
import { registerSurveyWaveRoutes } from '../../web/surveys/wave-routes.ts';

type Shown = { readonly name: string; readonly html: string };

describe('the pages of surveys in a real browser', () => {
  let desks: DeskWorld;
  let browser: Browser;
  let page: Page;
  let address: string;
  const shown: Shown[] = [];
  beforeAll(async () => {
    [desks, browser] = await Promise.all([openDeskWorld(), openBrowser()]);
    const { db, world } = desks;
    await db.query("INSERT INTO people (id, name, email, imported_at) VALUES ('pia', 'Pia Policy', 'pia@staff.example', now())");
    await db.query("INSERT INTO person_roles (person, role) VALUES ('pia', 'policy')");
    const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false, links: LINKS };
    const app = await guardedApp(
      services,
      registerSurveyLinkRoutes,
      registerSurveyWaveRoutes,
      registerSurveyFiguresRoutes,
      registerSurveyCodingRoutes,
      registerSurveyAnswerRoutes,
      registerInterviewRoutes,
      registerInterviewResultRoutes,
    );
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    const add = async (name: string, status: number, url: string, { as, form, unseen }: Asking = {}) => {
      const { cookies, csrf } = as === undefined ? { cookies: {}, csrf: '' } : await signedInAs(db, as, { secure: false });
      const answer = await app.inject({
        method: form === undefined ? 'GET' : 'POST',
        url,
        ...(as === undefined ? {} : { cookies }),
        ...(form === undefined
          ? {}
          : {
              headers: { 'content-type': 'application/x-www-form-urlencoded' },
              payload: new URLSearchParams({ ...form, ...(as === undefined ? {} : { csrf }) }).toString(),
            }),
      });
      assert.equal(answer.statusCode, status, `${name}: ${answer.payload.slice(0, 3_000)}`);
      if (unseen !== true) shown.push({ name, html: answer.payload });
    };
    await surveyStates(db, LINKS, add, 'pia');
    page = await (await browser.newContext({ viewport: { width: 320, height: 900 }, javaScriptEnabled: true })).newPage();
  });
  afterAll(async () => {
    await browser.close();
    await desks.end();
  });

  it('break no rule of WCAG, fit a telephone and a desk, and can be used with the keyboard alone', async () => {
    assert.ok(shown.length >= 25);
    await page.goto(`${address}/help`);
    const faults: string[] = [];
    for (const { name, html } of shown) {
      for (const width of [320, 1280]) {
        try {
          await page.setViewportSize({ width, height: 900 });
          await page.setContent(html);
          await picture(page, `${name}-${width}`);
          await mustBeAccessible(page);
          await mustFit(page);
          if (width === 1280) await mustWorkByKeyboard(page);
          assert.equal(await page.locator('h1').count(), 1);
        } catch (error) {
          faults.push(`${name} at ${width}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    assert.deepEqual(faults, []);
  });

  it('show each row of a grid as a fieldset of its own', () => {
    const grids = shown.filter(({ name, html }) => name.startsWith('a part of a survey') && html.includes('Very satisfied'));
    assert.ok(grids.length > 0);
    const rows = grids.flatMap(({ html }) => html.match(/<fieldset[\s\S]*?<\/fieldset>/g) ?? []);
    assert.ok(rows.filter((row) => row.includes('Very satisfied')).every((row) => row.match(/<legend/g)?.length === 1));
    assert.doesNotMatch(grids.map(({ html }) => html).join(''), /<table/);
  });

  it('come from a letter that is short and says the same in text and HTML', async () => {
    const { text, html, subject } = writeWaveLetter(LINKS)({
      wave: 1,
      person: 'x',
      kind: 'last-reminder',
      name: 'Harriet Longname-Sutherland',
      email: 'x@mail.example',
      survey: {
        title: 'Trust and school improvement offer 2021 to 2022, participant feedback',
        about: 'We would like to know how the offer went for you.',
        minutes: 10,
      },
      closesOn: plainDate('2041-05-08'),
    });
    assert.match(subject, /^Last reminder of a survey: /);
    for (const words of [
      'You have not answered this survey yet. This is the last reminder.',
      'Taking part is voluntary',
      'Wednesday 8 May 2041',
      '/opt-out',
      '/not-me',
    ]) {
      assert.ok(text.includes(words) && html.includes(words), words);
    }
    await page.setViewportSize({ width: 320, height: 900 });
    await page.setContent(html);
    await mustBeAccessible(page);
    assert.ok((await page.evaluate<number>('document.documentElement.scrollHeight')) <= 960);
  });
});
