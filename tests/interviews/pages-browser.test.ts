import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { listFinished } from '../../postgres/surveys/interviews.ts';
import type { InterviewsWanted } from '../../postgres/surveys/interviews.ts';
import { registerInterviewRoutes } from '../../web/interviews/interview-routes.ts';
import { registerInterviewResultRoutes } from '../../web/interviews/result-routes.ts';
import { click, mustBeAccessible, mustFit, openBrowser } from '../support/browser.ts';
import { openDeskWorld } from '../web/desk-world.ts';
import type { DeskWorld } from '../web/desk-world.ts';
import { guardedApp, signedInAs } from '../web/guarded-app.ts';
import { servicesOf } from '../web/staff-app.ts';

describe('interviews in a real browser', () => {
  let desks: DeskWorld;
  let browser: Browser;
  let page: Page;
  /** With scripts, which axe needs. */
  let looking: Page;
  let address: string;
  let app: Awaited<ReturnType<typeof guardedApp>>;
  beforeAll(async () => {
    [desks, browser] = await Promise.all([openDeskWorld(), openBrowser()]);
    const { db, world } = desks;
    await db.query(
      "INSERT INTO people (id, name, email, imported_at) SELECT id, id, id || '@staff.example', now() FROM unnest(ARRAY['pia', 'both', 'cor']) AS id",
    );
    await db.query("INSERT INTO person_roles (person, role) VALUES ('pia', 'policy'), ('both', 'policy')");
    await db.query("INSERT INTO person_roles (person, role, region) VALUES ('both', 'rdp', 'North West'), ('cor', 'rdp', 'North West')");
    const services = { ...servicesOf(db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false };
    app = await guardedApp(services, registerInterviewRoutes, registerInterviewResultRoutes);
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    const { cookies } = await signedInAs(db, 'pia', { secure: false });
    const context = await browser.newContext({ javaScriptEnabled: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    page = await context.newPage();
    looking = await (await browser.newContext()).newPage();
    await looking.goto(`${address}/help`);
  });
  afterAll(async () => {
    await browser.close();
    await desks.end();
  });

  /** Whether axe finds nothing and nothing is wider than the screen, on a telephone and at a desk. axe needs scripts, so it looks at the HTML. */
  async function mustBeSound(): Promise<void> {
    const html = await page.content();
    for (const width of [320, 1280]) {
      await looking.setViewportSize({ width, height: 900 });
      await looking.setContent(html);
      await mustBeAccessible(looking);
      await mustFit(looking);
    }
  }

  async function get(person: string, url: string): Promise<{ readonly status: number; readonly text: string }> {
    const { cookies } = await signedInAs(desks.db, person, { secure: false });
    const answer = await app.inject({ url, cookies });
    return { status: answer.statusCode, text: answer.payload };
  }

  const press = (name: string) => click(page.getByRole('button', { name, exact: true }));
  const bodyText = () => page.locator('main').innerText();

  it('are held by section and tier, counted in the matrix, and quoted with consent alone', async () => {
    await page.goto(`${address}/interviews`);
    await mustBeSound();
    await click(page.getByRole('link', { name: 'Hold an interview with Headteachers and senior leaders of engaged schools' }));
    await press('Continue');
    assert.match(await bodyText(), /Enter the day on which it was held[\s\S]*Select the tier/u);
    await mustBeSound();
    for (const [part, value] of Object.entries({ day: '3', month: '2', year: '2020' })) await page.fill(`[name="held-${part}"]`, value);
    for (const label of ['Tier 1', 'Primary', 'Maintained', 'South West']) await page.getByLabel(label, { exact: true }).check();
    await press('Continue');
    assert.match(await bodyText(), /Section A: Background to engagement/u);
    assert.doesNotMatch(await bodyText(), /Developing the RAF/u);
    await mustBeSound();

    await click(page.getByRole('link', { name: 'Section A: Background to engagement' }));
    await mustBeSound();
    await page.getByLabel('Felt obliged to engage due to challenges').check();
    await page.fill('#q1-note', 'A note that stays here.');
    await page.fill('#q1-quote', '=The letter came late.');
    await page.fill('#q2-quote', 'Nobody told me.');
    await page.locator('[name="q2-consent"][value="no"]').check();
    await press('Save and continue');
    assert.match(await bodyText(), /Question 1: select yes if they agreed to be quoted/u);
    assert.equal(await page.inputValue('#q1-note'), 'A note that stays here.');
    await mustBeSound();
    await page.locator('[name="q1-consent"][value="yes"]').check();
    await press('Save and see all sections');
    assert.match(await bodyText(), /3 of 6 answered/u);
    await page.goto(`${address}/interviews/quotes`);
    assert.doesNotMatch(await bodyText(), /The letter came late/u);
    await page.goto(`${address}/interviews/1`);
    await press('Finish the interview');
    assert.match(await bodyText(), /The interview is finished/u);

    await page.goto(`${address}/interviews/matrix/si-2019-20-engaged`);
    assert.match(await bodyText(), /Felt obliged to engage due to challenges\s+1 of 1/u);
    assert.match(await bodyText(), /Tier 1, Primary, Maintained/u);
    assert.doesNotMatch(await bodyText(), /South West|A note/u);
    await mustBeSound();
    await page.goto(`${address}/interviews/quotes?theme=engagement&role=engaged`);
    assert.match(await bodyText(), /The letter came late[\s\S]*Tier 1, Primary, Maintained/u);
    assert.doesNotMatch(await bodyText(), /Nobody told me|South West/u);
    await mustBeSound();
    await page.goto(`${address}/interviews/quotes?theme=raf`);
    assert.match(await bodyText(), /There are no quotations here yet/u);
  });

  it('leave in files with a snapshot, without words that may not be quoted, and no cell is a formula', async () => {
    const quotes = (await get('pia', '/interviews/quotes.csv')).text;
    assert.match(quotes, /"'=The letter came late\.","sha256:[0-9a-f]{64}"/u);
    assert.doesNotMatch(quotes, /Nobody told me|South West|A note/u);
    const matrix = (await get('pia', '/interviews/matrix/si-2019-20-engaged/file.csv')).text;
    assert.match(matrix, /"Felt obliged to engage due to challenges","1","1","","sha256:/u);
    assert.equal((await get('pia', '/interviews/quotes.ods')).status, 200);
  });

  it('are read where they are meant: finished, by their schedule, and for quotations with consent alone', async () => {
    const { db } = desks;
    await db.query(
      'INSERT INTO interviews (schedule, version, held_on, facts, begun_by) SELECT schedule, version, held_on, facts, begun_by FROM interviews',
    );
    const found = async (wanted: Partial<InterviewsWanted>) =>
      (await listFinished(db, { schedule: '', fieldwork: '', group: '', quotable: false, ...wanted })).map(({ id }) => id);
    assert.deepEqual(await found({}), [1]);
    for (const meant of [{ schedule: 'si-2019-20-engaged' }, { fieldwork: 'si-2019-20', group: 'engaged' }, { quotable: true }]) {
      assert.deepEqual(await found(meant), [1]);
    }
    for (const other of [{ schedule: 'si-2019-20-tsc' }, { fieldwork: 'si-2018' }, { group: 'tsc' }])
      assert.deepEqual(await found(other), []);
    await db.query(
      `WITH silent AS (UPDATE interviews SET finished_by = 'pia', finished_at = now() WHERE id = 2 RETURNING id)
       INSERT INTO interview_answers (interview, question, options, note, quote, consent, kept_by) SELECT id, 1, '{}', '', 'Not this.', false, 'pia' FROM silent`,
    );
    assert.deepEqual([await found({}), await found({ quotable: true })], [[1, 2], [1]]);
  });

  it('are seen by nobody who works on deployments', async () => {
    for (const person of ['both', 'cor']) {
      for (const path of [
        '',
        '/1',
        '/1/sections/background',
        '/quotes',
        '/quotes.csv',
        '/matrix/si-2019-20-engaged',
        '/new/si-2019-20-tsc',
      ]) {
        const { status, text } = await get(person, `/interviews${path}`);
        assert.equal(status, 403, `${person} ${path}`);
        assert.doesNotMatch(text, /The letter came late/u);
      }
    }
  });

  it('take back consent where somebody no longer agrees, and keep what was entered before', async () => {
    await page.goto(`${address}/interviews/1/sections/background`);
    await page.locator('[name="q1-consent"][value="no"]').check();
    await press('Save and see all sections');
    await page.goto(`${address}/interviews/quotes`);
    assert.doesNotMatch(await bodyText(), /The letter came late/u);
    const { rows } = await desks.db.query(
      'SELECT question, consent FROM interview_answers WHERE interview = 1 AND question = 1 ORDER BY id',
    );
    assert.deepEqual(rows, [
      { question: 1, consent: true },
      { question: 1, consent: false },
    ]);
  });
});
