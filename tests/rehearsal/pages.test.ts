import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, test } from 'vitest';
import { keepProposal, proposeImport } from '../../desk/change-calendars.ts';
import { keepProgramme } from '../../postgres/pinned/pinned.ts';
import { listProgrammes, loadProgramme, programmePath } from '../../programmes/load-programmes.ts';
import { registerCompareRoutes } from '../../web/rehearse/compare-routes.ts';
import { registerProgrammesRoutes } from '../../web/programmes/routes.ts';
import { registerRehearseRoutes } from '../../web/rehearse/routes.ts';
import { calendarWorld, cumbriaFeed } from '../calendars/calendar-world.ts';
import { click, mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { ADMINISTRATOR, servicesOf, staffApp } from '../web/staff-app.ts';

/** The texts that reach beyond the edge of the picture, where they would be cut off. */
const CUT_IN_THE_PICTURE = `(() => {
  const picture = document.querySelector('.picture svg');
  const edge = picture.getBoundingClientRect();
  const texts = [...picture.querySelectorAll('text')];
  const out = texts.filter((text) => text.getBoundingClientRect().left < edge.left || text.getBoundingClientRect().right > edge.right);
  return texts.length === 0 ? ['no text at all'] : out.map((text) => text.textContent);
})()`;

let database: TestDatabase;
beforeAll(async () => void (database = await freshDatabase()));
afterAll(() => database.end());

const REHEARSE = '/programmes/tsi-2022-23/rehearse';
const ON_TIME = `${REHEARSE}?start=2022-10-10&authority=lancashire&subject=school&everyone=on-time`;
const app = () =>
  staffApp(servicesOf(database.pool), ADMINISTRATOR, registerProgrammesRoutes, registerRehearseRoutes, registerCompareRoutes);

const post = async (text: string, more: Readonly<Record<string, string>> = {}) =>
  (await app()).inject({
    method: 'POST',
    url: '/rehearse',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ csrf: ADMINISTRATOR.csrf, text, start: '2022-10-10', authority: 'lancashire', ...more }).toString(),
  });

test('the page of a programme links to its rehearsal and its comparison, and both exist', async () => {
  const pages = await app();
  const { body } = await pages.inject('/programmes/tsi-2022-23');
  for (const href of [REHEARSE, '/programmes/tsi-2022-23/compare']) {
    assert.ok(body.includes(`href="${href}"`), href);
    assert.equal((await pages.inject(href)).statusCode, 200);
  }
});

test('every programme has a form, and nothing is played before a day is given', async () => {
  const pages = await app();
  for (const id of listProgrammes()) {
    const { statusCode, body } = await pages.inject(`/programmes/${id}/rehearse`);
    assert.equal(statusCode, 200, id);
    assert.doesNotMatch(body, /Lasts until/);
  }
});

test('a rehearsal shows its end, its findings, every day and a picture', async () => {
  const { body } = await (await app()).inject(ON_TIME);
  for (const said of [
    'Lasts until <strong>Monday 20 November 2023</strong>: Deployment completed.',
    'Due dates outside term',
    '<h3 class="govuk-heading-s">Friday 2 December 2022</h3>',
    'Opens: Confirm participation. Due on Friday 6 January 2023',
    'RDP coordinator: 3, in the week of 16 October 2023',
    '<svg role="img"',
  ]) {
    assert.ok(body.includes(said), said);
  }
  assert.doesNotMatch(body, /\sstyle=|<script|<style/);
});

test('a silent school is telephoned and escalated, and the deployment waits', async () => {
  const { body } = await (await app()).inject(`${ON_TIME}&silent=school`);
  assert.match(body, /never answered by: school or trust/);
  assert.match(body, /Request to call to Priya Shah \(regional team\): Confirm participation/);
  assert.match(body, /It waits for ever for: Confirm participation/);
});

test('the texts of the letters are shown on request', async () => {
  const { body } = await (await app()).inject(`${ON_TIME}&silent=school&letters=yes`);
  assert.match(body, /<pre>Dear Jo Head|<pre>[\s\S]*Jo Head/);
});

test('an invalid day is explained beside its field, and what was typed is escaped', async () => {
  const { body } = await (await app()).inject(`${REHEARSE}?start=${encodeURIComponent('<b>soon')}`);
  assert.match(body, /There is a problem/);
  assert.match(body, /href="#start-day"/);
  assert.doesNotMatch(body, /<b>soon/);
});

test('a rehearsal can be saved as a page that loads nothing', async () => {
  const response = await (await app()).inject(ON_TIME.replace('/rehearse?', '/rehearse/page?'));
  assert.equal(response.statusCode, 200);
  assert.match(String(response.headers['content-disposition']), /attachment; filename="rehearsal-tsi-2022-23\.html"/);
  assert.doesNotMatch(response.body, /<(?:script|link|img|iframe|form)\b|url\(|@import/i);
  assert.doesNotMatch(response.body.replaceAll('http://www.w3.org/2000/svg', ''), /https?:/);
});

test('a pasted programme is rehearsed before it is published', async () => {
  const { statusCode, body } = await post(readFileSync(programmePath('tsi-2022-23'), 'utf8'));
  assert.equal(statusCode, 200);
  assert.match(body, /Lasts until/);
});

test('the page for pasted programmes says what comes after the first check', async () => {
  const { body } = await (await app()).inject('/rehearse');
  assert.match(body, /After the first check you can also choose what the programme asks at its start, and who never answers\./);
  assert.doesNotMatch(body, /What you can do next/);
});

test('a sound pasted programme leads on: read it, answer what it asks at its start, publish it', async () => {
  const text = readFileSync(programmePath('si-2019-20'), 'utf8');
  const { body } = await post(text);
  assert.match(body, /Nothing is wrong with the text[\s\S]*href="#result"/);
  assert.match(body, /Choose what the programme asks at its start; so far the first choice of each was taken: <a[^>]*href="#starts-tier">/);
  for (const [, id = ''] of body.matchAll(/<a class="govuk-link" href="#([\w-]+)">/g)) assert.match(body, new RegExp(` id="${id}"`), id);
  assert.match(body, /href="#publish"/);
  const chosen = (await post(text, { 'starts-tier': 'tier-3' })).body;
  assert.match(chosen, /Change what the programme asks at its start: /);
  assert.match(chosen, /<option value="tier-3" selected>/);
});

test('a pasted programme with a fault, or an invalid day, is told what to correct, and not what comes next', async () => {
  const faulty = await post(readFileSync(programmePath('si-2019-20'), 'utf8').replace(/^version: \d+$/m, 'version: one'));
  assert.match(faulty.body, /Correct the text below, and select “Check and rehearse” again\./);
  const noDay = await post(readFileSync(programmePath('si-2019-20'), 'utf8'), { start: 'soon' });
  assert.match(noDay.body, /The start date must be a real date/);
  // Both faults are told at once.
  const neither = await post('', { start: '', 'start-day': '31', 'start-month': '2', 'start-year': '2026' });
  assert.match(neither.body, /href="#file">Choose the file of a programme[\s\S]*href="#start-day">The start date must be a real date/);
  for (const { body } of [faulty, noDay]) assert.doesNotMatch(body, /What you can do next/);
});

test('the fault of a pasted programme is shown with its line and its remedy', async () => {
  const text = readFileSync(programmePath('tsi-2022-23'), 'utf8').replace('begins: [contact-school,', 'begins: [contact-shool,');
  const { statusCode, body } = await post(text);
  assert.equal(statusCode, 422);
  assert.match(body, /Line \d+, column \d+: [^<]*contact-shool[^<]*Did you mean &quot;contact-school&quot;\?/);
  assert.doesNotMatch(body, /Lasts until/);
});

test('an empty form rehearses nothing', async () => {
  const { statusCode, body } = await post(' ');
  assert.equal(statusCode, 422);
  assert.match(body, /Choose the file of a programme, or paste its text/);
});

test('the newest kept version is compared with the one on offer: the texts, and the dates that follow', async () => {
  const loaded = loadProgramme('tsi-2022-23');
  assert.ok(loaded.ok);
  const { steps, version } = loaded.value;
  const confirm = steps['confirm-participation'];
  assert.ok(confirm);
  const younger = {
    ...loaded.value,
    version: 900,
    steps: { ...steps, 'confirm-participation': { ...confirm, allowed: { unit: 'school-days', count: 9 } as const } },
  };
  assert.ok(await keepProgramme(database.pool, loaded.value));
  assert.ok(await keepProgramme(database.pool, younger));
  for (const query of ['', `before=${version}&after=file&`]) {
    const { body } = await (await app()).inject(`/programmes/tsi-2022-23/compare?${query}start=2022-10-10`);
    assert.match(body, /1 difference</);
    assert.match(body, /Time allowed<\/td><td[^>]*>5 school days<\/td><td[^>]*>9 school days/);
    assert.match(body, /due 6 January 2023<\/td><td[^>]*>15 December 2022, due 12 January 2023<\/td><td[^>]*>Yes/);
  }
});

test('a rehearsal counts on imported dates, and offers their authority', async () => {
  const { pool, end } = await calendarWorld();
  try {
    const file = await proposeImport(pool, { fileName: 'cumbria.ics', authority: '909', bytes: new TextEncoder().encode(cumbriaFeed()) });
    assert.ok(file.ok, file.ok ? '' : file.reason.message);
    assert.ok((await keepProposal(pool, file.value, { by: ADMINISTRATOR.person, because: null })).ok);
    const pages = await staffApp(servicesOf(pool), ADMINISTRATOR, registerRehearseRoutes, registerCompareRoutes);
    for (const path of ['rehearse', 'compare']) {
      const { body } = await pages.inject(`/programmes/tsi-2022-23/${path}`);
      assert.match(body, /<option value="cumbria">Cumbria/, path);
    }
    const asked = '/programmes/tsi-2022-23/rehearse?start=2026-09-14&authority=cumbria';
    assert.match((await pages.inject(asked)).body, /Lasts until/);
  } finally {
    await end();
  }
});

test('a programme that names an unknown calendar is neither rehearsed nor published', async () => {
  const text = readFileSync(programmePath('tsi-2022-23'), 'utf8').replace(/assumedTermCalendars: \[/, 'assumedTermCalendars: [nowhere, ');
  const { statusCode, body } = await post(text);
  assert.equal(statusCode, 422);
  assert.match(body, /There is no term calendar &quot;nowhere&quot; to stand in/);
  const published = await (await app()).inject({ method: 'POST', url: '/programmes/publish', payload: { csrf: ADMINISTRATOR.csrf, text } });
  assert.equal(published.statusCode, 422);
  assert.match(published.body, /There is no term calendar &quot;nowhere&quot; to stand in/);
});

test('a version that was never kept and an unknown programme are not found', async () => {
  const pages = await app();
  for (const url of ['/programmes/tsi-2022-23/compare?before=77', '/programmes/nothing/compare', '/programmes/nothing/rehearse']) {
    assert.equal((await pages.inject(url)).statusCode, 404, url);
  }
});

test('the pages are accessible and fit, on a computer and on a telephone', async () => {
  const policy = { useDefaults: false, directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], imgSrc: ["'self'"] } };
  const withPolicy = (one: FastifyInstance) => void one.register(helmet, { contentSecurityPolicy: policy, hsts: false });
  const registers = [withPolicy, registerProgrammesRoutes, registerRehearseRoutes, registerCompareRoutes];
  const pages = await staffApp(servicesOf(database.pool), ADMINISTRATOR, ...registers);
  const address = await pages.listen({ port: 0, host: '127.0.0.1' });
  const browser = await openBrowser();
  try {
    for (const [size, width] of Object.entries({ wide: 1280, narrow: 360 })) {
      for (const [name, url] of Object.entries({
        rehearse: `${ON_TIME}&silent=school&letters=yes`,
        rehearsed: ON_TIME,
        pasted: '/rehearse',
        compared: '/programmes/tsi-2022-23/compare?start=2022-10-10',
      })) {
        const page = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
        await page.goto(`${address}${url}`);
        await mustBeAccessible(page);
        if (url === ON_TIME) await page.locator('#picture').scrollIntoViewIfNeeded();
        await picture(page, `${name}-${size}`, { fullPage: false });
      }
      const checked = await (await browser.newContext({ viewport: { width, height: 900 } })).newPage();
      await checked.goto(`${address}/rehearse`);
      await checked.locator('#text').fill(readFileSync(programmePath('si-2019-20'), 'utf8'));
      for (const [part, value] of [
        ['day', '10'],
        ['month', '10'],
        ['year', '2022'],
      ])
        await checked.locator(`#start-${part}`).fill(value ?? '');
      await click(checked.getByRole('button', { name: 'Check and rehearse' }));
      await mustBeAccessible(checked);
      await picture(checked, `checked-${size}`, { fullPage: false });
    }
    const kept = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await kept.setContent((await pages.inject(ON_TIME.replace('/rehearse?', '/rehearse/page?'))).body);
    await mustBeAccessible(kept);
    assert.deepEqual(await kept.evaluate<string[]>(CUT_IN_THE_PICTURE), []);
    await picture(kept, 'kept', { fullPage: false });
  } finally {
    await browser.close();
    await pages.close();
  }
});
