import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createApp } from '../../web/app.ts';
import { click, mustBeAccessible, openBrowser, picture } from '../support/browser.ts';
import { openWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { deskOf, insertStaff } from './desk-world.ts';
import { insertSchool } from './place-deployment.ts';
import { servicesOf } from './staff-app.ts';

describe('choosing a person or a school by name', () => {
  let world: World;
  let app: FastifyInstance;
  let browser: Browser;
  let address = '';
  let form = '';
  const services = () => ({ ...servicesOf(world.db, { client: world.client, taskQueue: world.temporal.taskQueue }), secure: false });
  beforeAll(async () => {
    [world, browser] = await Promise.all([openWorld(), openBrowser()]);
    await insertStaff(world.db);
    await insertSchool(world.db, '990801', 'Faraway School', { authority: '801', region: 'London' });
    await world.db.query(
      `INSERT INTO people (id, name, email, imported_at) VALUES
         ('otto-2', 'Otto Other', 'otto.other@hillside.example', now()), ('far', 'Otto Faraway', 'otto@faraway.example', now()),
         ('odd', 'Otto <img src=x onerror=alert(1)>', 'odd@hillside.example', now())`,
    );
    const { rows } = await world.db.query<{ urn: string }>("SELECT urn FROM schools WHERE urn <> '990801' LIMIT 1");
    await world.db.query(
      "INSERT INTO person_roles (person, role, urn) VALUES ('otto-2', 'school', $1), ('far', 'school', '990801'), ('odd', 'school', $1)",
      [rows[0]?.urn],
    );
    app = await createApp(services(), { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
    form = `/deployments/${await world.begin('2040-10-08 09:30')}/change/change-person`;
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
    await world.end();
  });

  const ask = async (person: string, url: string) => {
    const { cookies } = await deskOf(world.db, app, person, services());
    const { statusCode, body } = await app.inject({ url, cookies });
    return { status: statusCode, found: statusCode === 200 ? (JSON.parse(body) as { value: string; details: string[] }[]) : [] };
  };
  const openPage = async (width: number, javaScriptEnabled: boolean): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
    const { cookies } = await deskOf(world.db, app, 'coordinator', services());
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
    return context.newPage();
  };

  it('two people of one name are told apart by role, school and address', async () => {
    const { found } = await ask('coordinator', '/choose/person?q=OTTO%20oth');
    assert.deepEqual(
      found.map(({ value, details }) => [value, details[0]?.split(',')[0]]),
      [
        ['Otto Other (otto.other@hillside.example)', 'Head of a school'],
        ['Otto Other (otto@delivery.example)', 'RDP coordinator'],
      ],
    );
  });

  it('nobody of a school elsewhere is suggested, and nothing to whoever may not change deployments', async () => {
    assert.deepEqual((await ask('coordinator', '/choose/person?q=faraway')).found, []);
    assert.deepEqual((await ask('coordinator', '/choose/school?q=faraway')).found, []);
    assert.deepEqual((await ask('coordinator', '/choose/person?q=o')).found, [], 'one letter would list everybody');
    assert.equal((await ask('coordinator', '/choose/person?q=%00%25')).status, 200);
    assert.equal((await ask('rita', '/choose/person?q=otto')).status, 403);
    assert.equal((await app.inject('/choose/person?q=otto')).statusCode, 303);
  });

  it('no page but those that suggest may run a script', async () => {
    const { cookies } = await deskOf(world.db, app, 'coordinator', services());
    const policyOf = async (url: string) => String((await app.inject({ url, cookies })).headers['content-security-policy']);
    assert.match(await policyOf(form), /script-src 'self';connect-src 'self'/);
    assert.doesNotMatch(await policyOf(form), /unsafe|\*/);
    for (const url of ['/', '/deployments', form.replace('change-person', 'withdraw'), form.replace(/change\/.*/, '')]) {
      assert.doesNotMatch(await policyOf(url), /script-src/, url);
    }
  });

  for (const width of [1280, 320]) {
    it(`somebody is chosen with the keyboard and named on the check page, ${width} pixels wide`, async () => {
      const page = await openPage(width, true);
      const refused: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && refused.push(message.text())));
      await page.goto(`${address}${form}`);
      const field = page.getByRole('combobox', { name: 'Who is taking over?' });
      await field.pressSequentially('otto');
      await page.getByRole('option', { name: /otto\.other@hillside\.example/ }).waitFor();
      assert.equal(await page.locator('.autocomplete__option img').count(), 0, 'a name was read as markup');
      await picture(page, `choosing-${width}`);
      await mustBeAccessible(page);
      assert.ok(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), 'it is wider than the screen');
      await field.press('ArrowDown');
      while (!/otto@delivery/.test((await page.locator('[role=option]:focus').textContent()) ?? '')) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      assert.equal(await field.inputValue(), 'Otto Other (otto@delivery.example)');
      await page.getByLabel('Cora Coordinator').check();
      await page.getByLabel('Why?').fill('She has moved.');
      await click(page.getByRole('button', { name: 'Continue' }));
      await page.getByText('Otto Other (otto@delivery.example)').first().waitFor();
      assert.deepEqual(refused, []);
    });
  }

  it('without script the same field takes a name, an address or both, and refuses an address of somebody else', async () => {
    const page = await openPage(1280, false);
    for (const [given, words] of [
      ['otto@delivery.example', 'Otto Other (otto@delivery.example)'],
      ['Otto Other (otto@delivery.example)', 'Otto Other (otto@delivery.example)'],
      ['Otto Other', 'Error: Several people are called “Otto Other”'],
      ['Rita Reader (otto@delivery.example)', 'Chaser knows nobody as “Rita Reader (otto@delivery.example)”'],
    ] as const) {
      await page.goto(`${address}${form}`);
      await page.getByLabel('Cora Coordinator').check();
      await page.getByLabel('Who is taking over?').fill(given);
      await page.getByLabel('Why?').fill('She has moved.');
      await click(page.getByRole('button', { name: 'Continue' }));
      const text = ((await page.locator('main').textContent()) ?? '').replaceAll(/\s+/g, ' ');
      assert.ok(text.includes(words), `${given}: ${text}`);
    }
  });

  it('a school is suggested on the start page, and what was chosen is found', async () => {
    const { rows } = await world.db.query<{ urn: string; name: string }>("SELECT urn, name FROM schools WHERE urn <> '990801' LIMIT 1");
    const [school] = rows;
    assert.ok(school);
    const page = await openPage(1280, true);
    await page.goto(`${address}/start`);
    await page.getByRole('combobox', { name: 'School or trust' }).pressSequentially(school.name.slice(0, 6));
    await click(page.getByRole('option', { name: new RegExp(school.urn) }));
    await click(page.getByRole('button', { name: 'Find' }));
    await page.getByRole('radio', { name: school.name }).first().waitFor();
    await mustBeAccessible(page);
  });
});
