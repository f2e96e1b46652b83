import type { FastifyInstance } from 'fastify';
import assert from 'node:assert/strict';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest';
import { publishProgramme } from '../../desk/programmes-on-offer.ts';
import { findProgrammeDraft } from '../../postgres/desk/programme-drafts.ts';
import { readProgramme } from '../../programmes/read-programme.ts';
import { createApp } from '../../web/app.ts';
import { SMALL_PROGRAMME } from '../kit/small-programme.ts';
import { click, mustBeAccessible, mustFit, openBrowser, picture } from '../support/browser.ts';
import { freshDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';
import { insertPeople } from '../support/people.ts';
import { insertStaff } from './desk-world.ts';
import { signedInAs } from './guarded-app.ts';
import { servicesOf } from './staff-app.ts';

const KEY = { person: 'pola', programme: 'small' };

describe('the editor of a programme in a real browser', () => {
  let database: TestDatabase;
  let app: FastifyInstance;
  let address: string;
  beforeAll(async () => {
    database = await freshDatabase();
    await insertPeople(database.pool);
    await insertStaff(database.pool);
    await database.pool.query(
      "INSERT INTO people (id, name, email, imported_at) VALUES ('pola', 'Pola Policy', 'pola@department.example', now())",
    );
    await database.pool.query("INSERT INTO person_roles (person, role, region, area) VALUES ('pola', 'policy', '', '')");
    const { programme } = readProgramme(SMALL_PROGRAMME, 'small.yaml');
    assert.ok(programme);
    assert.ok((await publishProgramme(database.application, programme, 'pola', { content: SMALL_PROGRAMME })).ok);
    app = await createApp({ ...servicesOf(database.application), secure: false }, { trustProxy: false });
    address = await app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => {
    await app.close();
    await database.end();
  });

  const signIn = async (context: BrowserContext): Promise<void> => {
    const { cookies } = await signedInAs(database.pool, 'pola', { secure: false });
    await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: address })));
  };
  /** A page in a browser of its own, signed in. */
  const opened = async (options: { readonly javaScriptEnabled?: boolean } = {}) => {
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const context = await browser.newContext(options);
    await signIn(context);
    return { context, page: await context.newPage() };
  };
  const look = async (page: Page, name: string): Promise<void> => {
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await mustFit(page);
      await mustBeAccessible(page);
      await picture(page, `${name}-${width}`);
    }
  };
  const draft = async () => (await findProgrammeDraft(database.pool, KEY))?.content ?? '';

  it('shows a finding beside its line, completes from the schema, lets Tab out, and saves what is typed', async () => {
    const { page } = await opened();
    const complaints: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(error.message));
    await page.goto(`${address}/programmes/small/edit`);
    await look(page, 'editor-begin');
    await click(page.getByRole('button', { name: 'Begin a draft' }));
    const editor = page.getByRole('textbox', { name: 'Text of the programme' });
    await editor.waitFor();
    const status = page.getByRole('status');
    await status.filter({ hasText: 'Nothing is wrong with the text.' }).waitFor();

    await editor.press('Control+Home');
    await page.keyboard.type('dailyCop: 5\n');
    await status
      .filter({ hasText: 'things are wrong' })
      .or(status.filter({ hasText: 'One thing is wrong' }))
      .waitFor();
    const line = page.locator('.cm-line', { hasText: 'dailyCop' });
    await line.locator('.chaser-editor__finding').first().waitFor();
    assert.match(await draft(), /^dailyCop: 5\nprogramme: small/);
    await look(page, 'editor-finding');
    await click(page.getByRole('link', { name: 'Line 1, column 1' }).first());
    assert.equal(await editor.evaluate('document.activeElement.id'), 'editor', 'the link leads into the text');

    // The line goes again, and a key of a role is completed.
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Delete');
    await status.filter({ hasText: 'Nothing is wrong with the text.' }).waitFor();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.type('sen');
    const choice = page.getByRole('option', { name: /sendingHours/ });
    await choice.waitFor();
    // The list takes no key in its first moments, so that nobody chooses by accident.
    await page.waitForTimeout(100);
    await page.keyboard.press('Enter');
    await page
      .locator('.cm-line', { hasText: /^sendingHours: $/ })
      .first()
      .waitFor();

    await page.keyboard.press('Tab');
    assert.notEqual(await editor.evaluate('document.activeElement.id'), 'editor', 'Tab leaves the editor');
    assert.deepEqual(complaints, [], 'the policy blocks nothing');
  });

  it('keeps what is typed after the session ended, and saves it once one is signed in again', async () => {
    const { context, page } = await opened();
    await page.goto(`${address}/programmes/small/edit`);
    const editor = page.getByRole('textbox', { name: 'Text of the programme' });
    await editor.waitFor();
    await database.pool.query("DELETE FROM sessions WHERE person = 'pola'");
    await editor.press('Control+End');
    await page.keyboard.type('# written after the end\n');
    await page.getByRole('status').filter({ hasText: 'you are signed out' }).waitFor();
    assert.doesNotMatch(await draft(), /written after the end/);
    await signIn(context);
    await page
      .getByRole('status')
      .filter({ hasText: 'Saved on' })
      .waitFor({ timeout: 20_000 })
      .catch(async () => assert.fail(await page.getByRole('status').innerText()));
    assert.match(await draft(), /# written after the end/);
  });

  it('is a plain field without script, with the findings as a list and at the lines', async () => {
    const { page } = await opened({ javaScriptEnabled: false });
    await page.goto(`${address}/programmes/small/edit`);
    await page
      .getByLabel('Text of the programme')
      .fill(SMALL_PROGRAMME.replace('dailyCap', 'dailyCop').replace('version: 1', 'version: 2'));
    await click(page.getByRole('button', { name: 'Save and check' }));
    await click(page.getByRole('link', { name: /^Line 7, column/ }).first());
    assert.match(page.url(), /#line-7$/);
    assert.match(await page.locator('#line-7').innerText(), /7 {2}dailyCop: 5\n\s+\^ /);
    // axe is a script: every-state.ts shows it this page.
    await picture(page, 'editor-without-script');
  });
});
